import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { conditionsIn, type ListedCondition } from './listed-condition.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, numberOf, objectOf, textOf, type Intern, type Raw } from './read-raw.ts';

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
  /** Name of its PersistentVolume, "" if it has none. */
  volume: string;
  /** Both empty where there is none, or its BackupVolume is gone. */
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
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const kubernetes = objectOf(status['kubernetesStatus']);
  return {
    ...identity,
    source,
    state: intern(textOf(status['state'], 64)),
    robustness: intern(textOf(status['robustness'], 64)),
    sizeBytes: quantityOf(spec['size'], mostBytes),
    actualBytes: quantityOf(status['actualSize'], mostBytes),
    replicasWanted: Math.floor(numberOf(spec['numberOfReplicas'], 0, 1_000) ?? 0),
    node: intern(textOf(status['currentNodeID'])),
    claim: claimOf(kubernetes, intern),
    volume: intern(textOf(kubernetes['pvName'])),
    lastBackup: textOf(status['lastBackup']),
    lastBackupAt: meantTimeOf(status['lastBackupAt']),
    lastDegradedAt: meantTimeOf(status['lastDegradedAt']),
    lastSalvagedAt: meantTimeOf(status['lastAutoSalvagedAt']),
    conditions: conditionsIn(status['conditions'], intern, isTrouble, mostConditions),
    ...jobsOf(objectOf(metadata['labels']), intern),
    backupTarget: intern(textOf(spec['backupTargetName'])) || 'default',
    createdAt: meantTimeOf(metadata['creationTimestamp']),
  };
}

const mostConditions = 8;
const mostJobs = 50;

function claimOf(kubernetes: Raw, intern: Intern): LonghornVolumeFact['claim'] {
  const [namespace, name] = [textOf(kubernetes['namespace']), textOf(kubernetes['pvcName'])];
  if (name === '') return null;
  return { namespace: intern(namespace), name: intern(name), isPast: textOf(kubernetes['lastPVCRefAt']) !== '' };
}

/** Conditions that say of something bad that it is so. */
const badIfTrue = new Set(['TooManySnapshots', 'WaitForBackingImage']);

function isTrouble({ type, status, reason }: ListedCondition): boolean {
  if (type === 'Scheduled') return status !== 'True';
  return (badIfTrue.has(type) && status === 'True') || reason === 'RestoreFailure';
}

const jobLabel = 'recurring-job.longhorn.io/';
const groupLabel = 'recurring-job-group.longhorn.io/';

function jobsOf(labels: Raw, intern: Intern): Pick<LonghornVolumeFact, 'jobs' | 'groups'> {
  const enabled = Object.keys(labels).filter((key) => labels[key] === 'enabled');
  const named = (prefix: string) =>
    enabled
      .filter((key) => key.startsWith(prefix))
      .slice(0, mostJobs)
      .map((key) => intern(textOf(key.slice(prefix.length), 63)));
  const [jobs, groups] = [named(jobLabel), named(groupLabel)];
  return { jobs, groups: jobs.length === 0 && groups.length === 0 ? ['default'] : groups };
}
