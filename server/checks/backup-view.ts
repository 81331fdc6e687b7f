import type { Snapshot } from '#server/engine/snapshot.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { Step, Subject } from '#shared/finding.ts';
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
  /** How to stop it before it overwrites the last good copy. */
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

/** All that is known of backups now, of all systems. */
export interface BackupView {
  /** Systems that are installed (a kind of theirs is served), even if they do nothing. */
  systems: readonly BackupSystem[];
  plans: readonly BackupPlan[];
  runs: readonly BackupRun[];
  targets: readonly BackupTarget[];
}

/** The kinds that it is made of. */
export const backupKinds: readonly FactKind[] = [
  ...(['persistentVolumeClaim', 'persistentVolume', 'cronJob', 'volumeSnapshot', 'etcdSnapshot'] as const),
  ...(['longhornVolume', 'longhornBackup', 'longhornBackupVolume', 'longhornBackupTarget'] as const),
  ...(['longhornRecurringJob', 'veleroBackup', 'veleroSchedule', 'veleroLocation'] as const),
  ...(['k8upSchedule', 'k8upBackup', 'k8upSnapshot', 'volSyncSource'] as const),
];

/** What is known of backups, worked out once a snapshot. */
export const backupView: (snapshot: Snapshot) => BackupView = perSnapshot(() => ({
  ...{ systems: [], plans: [], runs: [], targets: [] },
}));

/** The plans that cover a claim. */
export function plansOf(covered: Covered, snapshot: Snapshot): BackupPlan[] {
  return backupView(snapshot).plans.filter(({ covers }) => covers.includes(covered));
}
