import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step, Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { BackupPlan, BackupSystem, Covered } from './backup-view.ts';
import { claimUses } from './claim-use.ts';
import { planName } from './backup-words.ts';

/** By the system and what the kind of its object holds; the last one is for all else. */
const resources: Record<BackupSystem, readonly [holds: string, resource: string][]> = {
  longhorn: [
    ['RecurringJob', 'recurringjobs.longhorn.io'],
    ['Target', 'backuptargets.longhorn.io'],
    ['BackupVolume', 'backupvolumes.longhorn.io'],
    ['LonghornVolume', 'volumes.longhorn.io'],
    ['', 'backups.longhorn.io'],
  ],
  velero: [
    ['Schedule', 'schedules.velero.io'],
    ['Location', 'backupstoragelocations.velero.io'],
    ['', 'backups.velero.io'],
  ],
  k8up: [
    ['Schedule', 'schedules.k8up.io'],
    ['Snapshot', 'snapshots.k8up.io'],
    ['', 'backups.k8up.io'],
  ],
  volsync: [['', 'replicationsources.volsync.backube']],
  snapshots: [['', 'volumesnapshots.snapshot.storage.k8s.io']],
  cronjob: [['', 'cronjobs.batch']],
  etcd: [['', 'etcdsnapshotfiles.k3s.cattle.io']],
};

/** What kubectl calls the objects of this kind: several groups have `backups` and `schedules`. */
export function resourceOf(system: BackupSystem, { kind }: Subject): string {
  return resources[system].find(([holds]) => kind.includes(holds))?.[1] ?? kind;
}

/** Look at what an object says of itself. */
export function describeBackupStep(system: BackupSystem, subject: Subject, why: string): Step {
  const { namespace, name } = subject;
  const resource = resourceOf(system, subject);
  return {
    say: why,
    command:
      namespace === undefined
        ? command`kubectl describe ${resource} ${name}`
        : command`kubectl -n ${namespace} describe ${resource} ${name}`,
  };
}

/** How to find out why the runs of a plan fail, by what its system tells. */
export function runLogSteps({ system, subject }: BackupPlan): Step[] {
  const { namespace = 'default', name } = subject;
  switch (system) {
    case 'velero':
      return [
        {
          say: 'What do its last runs say?',
          command: command`kubectl -n ${namespace} get backups.velero.io -l ${`velero.io/schedule-name=${name}`} --sort-by=.metadata.creationTimestamp`,
        },
      ];
    case 'longhorn':
      return [
        {
          say: 'What do its last backups say?',
          command: command`kubectl -n ${namespace} get backups.longhorn.io --sort-by=.metadata.creationTimestamp`,
        },
      ];
    case 'k8up':
      return [
        {
          say: 'What do its last runs say?',
          command: command`kubectl -n ${namespace} get backups.k8up.io --sort-by=.metadata.creationTimestamp`,
        },
      ];
    case 'cronjob':
      return [
        {
          say: 'What do its last runs say?',
          command: command`kubectl -n ${namespace} get jobs --sort-by=.metadata.creationTimestamp`,
        },
      ];
    case 'volsync':
    case 'snapshots':
    case 'etcd':
      return [describeBackupStep(system, subject, `What does ${planName({ subject })} say?`)];
  }
}

/** What a volume holds now, by a pod that mounts it; none where nobody does. */
export function lookIntoVolumeSteps(covered: Covered, snapshot: Snapshot): Step[] {
  const pod = claimUses(snapshot)
    .get(covered)
    ?.pods.find(({ phase }) => phase === 'Running');
  if (pod === undefined) return [];
  return [
    {
      say: 'Look at what the volume holds now',
      command: command`kubectl -n ${pod.namespace} exec ${pod.name} -- df -h`,
    },
  ];
}

/** What to write on a claim that needs no backup. */
export function excludeStep(covered: Covered): Step {
  const slash = covered.indexOf('/');
  return {
    say: 'If it needs none, say so: it is listed as left out then',
    command: command`kubectl -n ${covered.slice(0, slash)} annotate pvc ${covered.slice(slash + 1)} ${'clusterwall.dev/backup=none'}`,
  };
}
