import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Schedule of K8up: the claims of its namespace. Source: `/apis/k8up.io/v1/schedules`. */
export interface K8upScheduleFact extends FactHead {
  namespace: string;
  name: string;
  /** Of backups, as it was worked out (`@daily-random` becomes a real one in the status); "" if it makes none. */
  cron: string;
  paused: boolean;
  /** Of the backend, without what may be secret: `s3:https://host/bucket`; "" if none is named. */
  target: string;
  /** How many of the last ones are kept by its prune, null if there is none that counts. */
  keeps: number | null;
  createdAt: number | null;
}

/** A raw Schedule of K8up as a fact; null if it has no name. */
export function k8upScheduleFact(raw: unknown, source: string, intern: Intern = asItIs): K8upScheduleFact | null {
  void [raw, source, intern];
  return null;
}
