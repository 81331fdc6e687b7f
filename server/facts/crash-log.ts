import type { FactHead } from './fact.ts';

/** The last lines that a container wrote before it ended. Source: the feed `crash-logs`, from `pods/log` of the run before. */
export interface CrashLogFact extends FactHead {
  /** `namespace/pod/container`. */
  key: string;
  namespace: string;
  pod: string;
  container: string;
  /** The restart count it was fetched at: another count means that it is of an earlier run. */
  restarts: number;
  /** At most 20, oldest first, each at most 300 characters; obvious secrets are masked. Empty if it wrote nothing. */
  lines: readonly string[];
  /** Why there are none, "" if there is no reason to tell: "the log is gone", "not permitted". */
  problem: string;
  /** Epoch ms. */
  fetchedAt: number;
}
