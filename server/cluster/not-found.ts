import type { ReadinessGate } from './readiness-gate.ts';
import type { Trouble } from './trouble.ts';

/** What every API server serves: a 404 there comes from somebody else, or from one that is only just starting. */
const alwaysServed = ['/api/v1/', '/apis/apps/', '/apis/coordination.k8s.io/'];

/** Judges how an attempt ended (null: well): the same, or `failing` in place of an absence that is not proven. */
export type DoubtOfAbsence = (found: Trouble | null, seenBefore: boolean) => Trouble | null;

/**
 * Whether a 404 means that the cluster does not have the kind. Everybody says "404 page not found", API servers in these
 * very words: so it counts only while an API server answers at the door, and for what was seen before only once one has
 * answered to an asking that began after the first of these 404s. Until then it is an answer that is no good.
 */
export function doubtOfAbsence(path: string, gate: Pick<ReadinessGate, 'apiAskedAt'>): DoubtOfAbsence {
  const isAlwaysServed = alwaysServed.some((prefix) => path.startsWith(prefix));
  let firstAt: number | null = null;
  let proven = false;
  return (found, seenBefore) => {
    if (found?.kind !== 'absent') {
      firstAt = null;
      proven = false;
      return found;
    }
    firstAt ??= performance.now();
    proven ||= gate.apiAskedAt > (seenBefore ? firstAt : -Infinity);
    return proven && !isAlwaysServed ? found : { ...found, kind: 'failing' };
  };
}
