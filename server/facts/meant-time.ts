import { timeOf } from './read-raw.ts';

/** Kubernetes is younger: what is before is none of its times. */
const earliest = Date.UTC(2010, 0, 1);

/** Epoch ms of a time that is meant as one. Go writes `0001-01-01` where there is none, API servers `1970-01-01` until a controller says. */
export function meantTimeOf(value: unknown): number | null {
  const at = timeOf(value);
  return at === null || at < earliest ? null : at;
}
