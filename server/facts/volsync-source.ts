import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A ReplicationSource of VolSync. Source: `/apis/volsync.backube/v1alpha1/replicationsources`. */
export interface VolSyncSourceFact extends FactHead {
  namespace: string;
  name: string;
  /** Name of the claim that it copies. */
  claim: string;
  cron: string;
  paused: boolean;
  /** `restic`, `rclone`, `rsyncTLS`, `syncthing`, ... "" if none is known. */
  mover: string;
  /** End of the last success. */
  lastSyncAt: number | null;
  /** Begin of the one that runs, null if none does. */
  syncStartedAt: number | null;
  lastDurationMs: number | null;
  /** When the next is due; in the past while the mover goes on failing. */
  nextSyncAt: number | null;
  /** `Successful`, `Failed`, "" or the raw word; the last lines of its log. */
  result: string;
  logs: string;
  /** Condition Synchronizing: `SyncInProgress`, `WaitingForSchedule`, `WaitingForManual`, `CleaningUp`, `Error`, "". */
  doing: string;
  doingSince: number | null;
  message: string;
  /** How many of the last ones are kept (`restic.retain.last`, or the sum of its numbers), null if not told. */
  keeps: number | null;
  createdAt: number | null;
}

/** A raw ReplicationSource of VolSync as a fact; null if it has no name. */
export function volSyncSourceFact(raw: unknown, source: string, intern: Intern = asItIs): VolSyncSourceFact | null {
  void [raw, source, intern];
  return null;
}
