import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Volume of Longhorn. Source: `/apis/longhorn.io/v1beta2/volumes`. Times epoch ms. */
export interface LonghornVolumeFact extends FactHead {
  namespace: string;
  name: string;
  /** `creating`, `attached`, `detached`, `attaching`, `detaching`, `deleting`, or the raw word of another version. */
  state: string;
  /** `healthy`, `degraded`, `faulted`, `unknown`, or the raw word. Healthy and degraded apply while attached, faulted while detached; detached and unknown is normal. */
  robustness: string;
  /** `spec.size`, which Longhorn writes as a text. */
  sizeBytes: number | null;
  /** With its snapshots; does not shrink as files are deleted. */
  actualBytes: number | null;
  replicasWanted: number;
  node: string;
  /** Of the claim; history if `isPast`. Null if it never had one. */
  claim: { namespace: string; name: string; isPast: boolean } | null;
  volume: string;
  lastBackup: string;
  lastBackupAt: number | null;
  lastDegradedAt: number | null;
  /** Longhorn put it together again from whatever replica there was. */
  lastSalvagedAt: number | null;
  /** Conditions that are not as they should be: `Scheduled` False, `TooManySnapshots` True, ... at most 8. */
  conditions: readonly { type: string; status: string; reason: string; message: string; changedAt: number | null }[];
  /** Recurring jobs and groups of them by its labels (`recurring-job.longhorn.io/NAME`, `recurring-job-group.longhorn.io/NAME`: enabled); neither: group `default`. */
  jobs: readonly string[];
  groups: readonly string[];
  /** Which BackupTarget it goes to, `default` where not said. */
  backupTarget: string;
  createdAt: number | null;
}

/** A raw Volume of Longhorn as a fact; null if it has no name. */
export function longhornVolumeFact(raw: unknown, source: string, intern: Intern = asItIs): LonghornVolumeFact | null {
  void [raw, source, intern];
  return null;
}
