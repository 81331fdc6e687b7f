import type { FactHead } from './fact.ts';

/** The last lines that a container wrote before it ended. Source: the feed `crash-logs`, from `pods/log` of the run before. */
export interface CrashLogFact extends FactHead {
  /** `namespace/pod/container`. */
  key: string;
  namespace: string;
  pod: string;
  container: string;
  /** The restart count of the container when it was fetched. */
  restarts: number;
  /** At most 20, oldest first, each at most 300 characters; obvious secrets are masked. Empty if it wrote nothing. */
  lines: readonly string[];
  /** Why there are none, "" if there is no reason to tell: "the log is gone", "the log cannot be had now: ...". */
  problem: string;
  /** Epoch ms. */
  fetchedAt: number;
}
