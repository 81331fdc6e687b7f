import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { Step, Subject } from '#shared/finding.ts';
import type { BackupPart } from './backup-part.ts';
import { backupsOfCronJobs } from './backups-of-cronjobs.ts';
import { backupsOfEtcd } from './backups-of-etcd.ts';
import { backupsOfK8up } from './backups-of-k8up.ts';
import { backupsOfLonghorn } from './backups-of-longhorn.ts';
import { backupsOfSnapshots } from './backups-of-snapshots.ts';
import { backupsOfVelero } from './backups-of-velero.ts';
import { backupsOfVolSync } from './backups-of-volsync.ts';
import { perSnapshot } from './per-snapshot.ts';

/** Who makes backups: `cronjob` is any CronJob that says so by annotation, `etcd` what k3s and RKE2 make of their own database. */
export type BackupSystem = 'longhorn' | 'velero' | 'k8up' | 'volsync' | 'snapshots' | 'cronjob' | 'etcd';

/** What is backed up: `namespace/name` of a claim, or `etcd` for the cluster's own database. */
export type Covered = string;

/** One backup that was made, or tried. Times epoch ms. */
export interface BackupRun {
  system: BackupSystem;
  /** The object that tells of it. */
  subject: Subject;
  covers: readonly Covered[];
  /** Key of the plan that made it, "" if somebody did, or where that is not told. */
  plan: string;
  result: 'good' | 'partly' | 'failed' | 'running' | 'unknown';
  /** Of when its data are; null where not told. */
  at: number | null;
  /** How much is in it; null where not told. */
  bytes: number | null;
  /** Why it is not good, in its own words; the raw word of an unknown state. */
  why: string;
}

/** What makes backups again and again. */
export interface BackupPlan {
  system: BackupSystem;
  /** `system/namespace/name`. */
  key: string;
  subject: Subject;
  covers: readonly Covered[];
  /** As written; "" if it is not run by a schedule. */
  cron: string;
  timeZone: string | null;
  paused: boolean;
  /** How many are kept, null where that is not counted, or not known. */
  keeps: number | null;
  /** Where they go: key of a target, "" where not told. */
  target: string;
  /** What is known of its last runs beside the runs themselves; null where not told. */
  lastGoodAt: number | null;
  lastFailure: { at: number | null; why: string } | null;
  createdAt: number | null;
  /** What it covers and yet passes over at present: Longhorn's jobs skip volumes that are detached. */
  skips?: readonly Covered[];
  /** How to stop it, as a whole, before it overwrites the last good copy; of one claim alone: `pauseStepsOf`. */
  pause: Step;
  /** How to begin a run of it now; null where that is not simple. */
  run: Step | null;
}

/** Where backups go. */
export interface BackupTarget {
  system: BackupSystem;
  /** `system/namespace/name`. */
  key: string;
  subject: Subject;
  /** Without what may be secret; "" = none is set. */
  url: string;
  /** Null: not told, or told too long ago. */
  available: boolean | null;
  why: string;
  /** When that was last looked at. */
  checkedAt: number | null;
}

/** A volume that asks for what there is not, by its labels: nothing is made of it, and nothing says so. */
export interface AskedInVain {
  system: BackupSystem;
  /** `namespace/name` of the claim. */
  covered: Covered;
  /** The jobs, or groups of jobs, that do not exist. */
  names: readonly string[];
}

/** All that is known of backups now, of all systems. */
export interface BackupView {
  /** Systems that are installed (a kind of theirs is served), even if they do nothing; `snapshots`, `cronjob` and `etcd` only where there is one. */
  systems: readonly BackupSystem[];
  plans: readonly BackupPlan[];
  /** In no order. */
  runs: readonly BackupRun[];
  targets: readonly BackupTarget[];
  asksInVain: readonly AskedInVain[];
}

/** The kinds that it is made of. */
export const backupKinds: readonly FactKind[] = [
  ...(['persistentVolumeClaim', 'persistentVolume', 'pod', 'cronJob', 'volumeSnapshot', 'etcdSnapshot'] as const),
  ...(['longhornVolume', 'longhornBackup', 'longhornBackupVolume', 'longhornBackupTarget'] as const),
  ...(['longhornRecurringJob', 'veleroBackup', 'veleroSchedule', 'veleroLocation'] as const),
  ...(['k8upSchedule', 'k8upBackup', 'k8upSnapshot', 'volSyncSource'] as const),
];

/** The sources that tell of each system: a view of it is as fresh as they are. */
export const sourcesOfSystem: Record<BackupSystem, readonly string[]> = {
  longhorn: [
    ...['longhorn-volumes', 'longhorn-recurringjobs', 'longhorn-backups'],
    ...['longhorn-backupvolumes', 'longhorn-backuptargets'],
  ],
  velero: ['velero-schedules', 'velero-backups', 'velero-locations'],
  k8up: ['k8up-schedules', 'k8up-backups', 'k8up-snapshots'],
  volsync: ['volsync-sources'],
  snapshots: ['volumesnapshots'],
  cronjob: ['cronjobs'],
  etcd: ['etcdsnapshotfiles'],
};

const parts: Record<BackupSystem, (snapshot: Snapshot) => BackupPart> = {
  longhorn: backupsOfLonghorn,
  velero: backupsOfVelero,
  k8up: backupsOfK8up,
  volsync: backupsOfVolSync,
  snapshots: backupsOfSnapshots,
  cronjob: backupsOfCronJobs,
  etcd: backupsOfEtcd,
};

const allSystems = Object.keys(parts) as BackupSystem[];

/** What is known of backups, worked out once a snapshot; the very same while nothing of it changes. */
export const backupView: (snapshot: Snapshot) => BackupView = perSnapshot((snapshot) => {
  const seen = allSystems.map((system) => parts[system](snapshot));
  const systems = allSystems.filter((system) => isInstalled(system, snapshot));
  const kept = lastView.get(snapshot.facts('persistentVolumeClaim'));
  if (kept?.seen.every((part, i) => part === seen[i]) === true && kept.view.systems.join() === systems.join()) {
    return kept.view;
  }
  const isSame = (list: 'plans' | 'runs') => kept?.seen.every((part, i) => part[list] === seen[i]?.[list]) === true;
  const view: BackupView = {
    systems,
    plans: kept !== undefined && isSame('plans') ? kept.view.plans : seen.flatMap(({ plans }) => plans),
    runs: kept !== undefined && isSame('runs') ? kept.view.runs : seen.flatMap(({ runs }) => runs),
    targets: seen.flatMap(({ targets }) => targets),
    asksInVain: seen.flatMap(({ asksInVain = [] }) => asksInVain),
  };
  plansByCovered.follow(view.plans, kept?.view.plans);
  runsByCovered.follow(view.runs, kept?.view.runs);
  lastView.set(snapshot.facts('persistentVolumeClaim'), { seen, view });
  return view;
});

/** By the facts of claims, which all parts look at: so that several clusters do not mix. */
const lastView = new WeakMap<object, { seen: readonly BackupPart[]; view: BackupView }>();

function isInstalled(system: BackupSystem, snapshot: Snapshot): boolean {
  // Every cluster serves CronJobs, k3s the files of an etcd that it may not have, and CSI the snapshots of nobody.
  if (system === 'cronjob') return [...snapshot.facts('cronJob').values()].some(({ backupOf }) => backupOf.length > 0);
  if (system === 'snapshots') return snapshot.facts('volumeSnapshot').size > 0;
  if (system === 'etcd') return snapshot.facts('etcdSnapshot').size > 0;
  return sourcesOfSystem[system].some((name) => {
    const source = snapshot.sources.get(name);
    // What was never listed, or may not be, tells nothing of whether it is there.
    return source !== undefined && source.state !== 'absent' && source.freshAt !== null;
  });
}

/** The plans that cover a claim. */
export function plansOf(covered: Covered, snapshot: Snapshot): readonly BackupPlan[] {
  return plansByCovered.of(backupView(snapshot).plans).get(covered) ?? none;
}

/** Its runs, good ones and others. */
export function runsOf(covered: Covered, snapshot: Snapshot): readonly BackupRun[] {
  return runsByCovered.of(backupView(snapshot).runs).get(covered) ?? none;
}

const none: readonly never[] = [];
const plansByCovered = byCovered<BackupPlan>();
const runsByCovered = byCovered<BackupRun>();

type ByCovered<T> = ReadonlyMap<Covered, readonly T[]>;

/** Thousands of runs for hundreds of claims: looked through once, and the list of a claim is the very same while nothing of it changes. */
function byCovered<T extends { covers: readonly Covered[] }>() {
  const kept = new WeakMap<readonly T[], ByCovered<T>>();
  return {
    of: (list: readonly T[]): ByCovered<T> => kept.get(list) ?? new Map<Covered, readonly T[]>(),
    follow(list: readonly T[], before: readonly T[] | undefined): void {
      if (!kept.has(list)) kept.set(list, grouped(list, (before && kept.get(before)) ?? new Map()));
    },
  };
}

function grouped<T extends { covers: readonly Covered[] }>(list: readonly T[], before: ByCovered<T>): ByCovered<T> {
  const all = new Map<Covered, T[]>();
  for (const each of list) {
    for (const covered of each.covers) {
      const found = all.get(covered);
      if (found === undefined) all.set(covered, [each]);
      else found.push(each);
    }
  }
  const same = new Map<Covered, readonly T[]>(all);
  for (const [covered, found] of all) {
    const held = before.get(covered);
    if (held?.length === found.length && held.every((each, i) => each === found[i])) same.set(covered, held);
  }
  return same;
}
