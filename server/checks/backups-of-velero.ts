import type { Snapshot } from '#server/engine/snapshot.ts';
import type { VeleroBackupFact } from '#server/facts/velero-backup.ts';
import type { VeleroLocationFact } from '#server/facts/velero-location.ts';
import type { VeleroScheduleFact } from '#server/facts/velero-schedule.ts';
import { command } from '#shared/quote.ts';
import { backupPart, separately, type BackupPart } from './backup-part.ts';
import type { BackupPlan, BackupRun, BackupTarget } from './backup-view.ts';
import { cronTimes } from './cron-times.ts';
import { perInputs } from './per-inputs.ts';
import { perFacts } from './per-snapshot.ts';
import { shorten } from './shorten.ts';

/** Schedules, backups and storage locations of Velero. */
export const backupsOfVelero: (snapshot: Snapshot) => BackupPart = separately({
  plans: perFacts(['persistentVolumeClaim', 'veleroSchedule', 'veleroLocation'], (snapshot) => {
    const covers = coverage(snapshot);
    return [...snapshot.facts('veleroSchedule').values()].map((schedule) => planOf(schedule, covers, snapshot));
  }),
  runs: perFacts(['persistentVolumeClaim', 'veleroBackup'], (snapshot) => {
    const covers = coverage(snapshot);
    return [...snapshot.facts('veleroBackup').values()].flatMap((backup) => runOf(backup, covers(backup)) ?? []);
  }),
  targets: backupPart(
    ['veleroLocation'],
    (snapshot) =>
      [...snapshot.facts('veleroLocation').values()]
        .flatMap((location) => (isOld(location, snapshot.now) ? location.key : []))
        .join(),
    (snapshot) => [...snapshot.facts('veleroLocation').values()].map((location) => targetOf(location, snapshot.now)),
  ),
});

type ByNamespace = ReadonlyMap<string, readonly string[]>;

function claimsByNamespace(snapshot: Snapshot): ByNamespace {
  return Map.groupBy(snapshot.facts('persistentVolumeClaim').keys(), (key) => key.slice(0, key.indexOf('/')));
}

type Covers = (scope: Scope) => readonly string[];

/** Thousands of backups have the scope of a few schedules: each such list is made once. */
const coverage: (snapshot: Snapshot) => Covers = perFacts(['persistentVolumeClaim'], (snapshot) => {
  const claims = claimsByNamespace(snapshot);
  const known = new Map<string, readonly string[]>();
  return (scope) => {
    const id = JSON.stringify([scope.volumes === 'none', scope.namespaces, scope.leftOut]);
    const covered = known.get(id) ?? coveredBy(scope, claims);
    if (!known.has(id) && known.size >= mostScopes) known.clear();
    known.set(id, covered);
    return covered;
  };
});

/** Of backups that somebody makes by hand each may have its own. */
const mostScopes = 500;

type Scope = Pick<VeleroScheduleFact, 'namespaces' | 'leftOut' | 'selector' | 'volumes'>;

/**
 * By namespace. Which of its claims a selector takes cannot be told: volumes are taken with their pods, by the labels of either.
 * It is believed to take them all.
 */
function coveredBy({ namespaces, leftOut, volumes }: Scope, claims: ByNamespace): string[] {
  if (volumes === 'none') return [];
  const takes = (namespace: string) =>
    (namespaces.length === 0 || namespaces.some((pattern) => matches(pattern, namespace))) &&
    !leftOut.some((pattern) => matches(pattern, namespace));
  return [...claims].flatMap(([namespace, keys]) => (takes(namespace) ? keys : []));
}

/** `*` stands for any text, as in newer versions of Velero. */
function matches(pattern: string, namespace: string): boolean {
  if (!pattern.includes('*')) return pattern === namespace;
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.at(-1) ?? '';
  if (namespace.length < start.length + end.length) return false;
  if (!namespace.startsWith(start) || !namespace.endsWith(end)) return false;
  let from = start.length;
  return rest.slice(0, -1).every((part) => {
    const found = namespace.indexOf(part, from);
    from = found + part.length;
    return found >= 0 && from <= namespace.length - end.length;
  });
}

function planOf(schedule: VeleroScheduleFact, covers: Covers, snapshot: Snapshot): BackupPlan {
  const { namespace, name, cron, paused, phase, problems, createdAt } = schedule;
  const short = shorten(name, 60);
  return {
    system: 'velero',
    key: veleroKey(namespace, name),
    subject: { kind: 'VeleroSchedule', namespace, name },
    covers: covers(schedule),
    ...{ cron, timeZone: null, paused: paused || cronTimes(cron).isNever },
    // Kept by age: never one alone, if they go on being made.
    keeps: null,
    target: targetKeyOf(schedule.location, namespace, snapshot),
    lastGoodAt: null,
    lastFailure: phase === 'FailedValidation' ? { at: null, why: problems.join('; ') || 'FailedValidation' } : null,
    createdAt,
    pause: {
      say: `Pause Velero's schedule ${short} before it runs again`,
      command: command`kubectl -n ${namespace} patch schedules.velero.io ${name} --type merge -p ${'{"spec":{"paused":true}}'}`,
    },
    run: {
      say: `Make a backup by ${short} now`,
      command: command`velero -n ${namespace} backup create --from-schedule ${name}`,
    },
  };
}

/** `velero/namespace/name`, of a plan or a target. */
function veleroKey(namespace: string, name: string): string {
  return `velero/${namespace}/${name}`;
}

/** Where none is named it is the one that is the default. */
function targetKeyOf(location: string, namespace: string, snapshot: Snapshot): string {
  if (location !== '') return veleroKey(namespace, location);
  const all = [...snapshot.facts('veleroLocation').values()].filter((each) => each.namespace === namespace);
  const chosen = all.find(({ isDefault }) => isDefault) ?? all.find(({ name }) => name === 'default');
  return chosen === undefined ? '' : veleroKey(namespace, chosen.name);
}

const running = [
  ...['', 'New', 'Queued', 'ReadyToStart', 'InProgress', 'WaitingForPluginOperations', 'Finalizing'],
  ...['WaitingForPluginOperationsPartiallyFailed', 'FinalizingPartiallyFailed'],
];

function resultOf(phase: string): BackupRun['result'] {
  if (phase === 'Completed') return 'good';
  if (phase === 'PartiallyFailed') return 'partly';
  if (phase === 'Failed' || phase === 'FailedValidation') return 'failed';
  return running.includes(phase) ? 'running' : 'unknown';
}

const runOf = perInputs((backup: VeleroBackupFact, covers: readonly string[]): BackupRun | null => {
  const { namespace, name, schedule, phase, startedAt } = backup;
  if (phase === 'Deleting') return null;
  const result = resultOf(phase);
  return {
    system: 'velero',
    subject: { kind: 'VeleroBackup', namespace, name },
    covers,
    plan: schedule === '' ? '' : veleroKey(namespace, schedule),
    ...{ result, at: startedAt, bytes: null, why: whyOf(backup, result) },
  };
});

function whyOf({ phase, failure, errors }: VeleroBackupFact, result: BackupRun['result']): string {
  if (result === 'unknown') return phase;
  if (result !== 'partly' && result !== 'failed') return '';
  if (failure !== '') return failure;
  return errors > 0 ? `${phase} with ${errors} ${errors === 1 ? 'error' : 'errors'}` : phase;
}

const minute = 60_000;

/** Told so long ago that it is no word of now: some missed validations, and some minutes in any case. */
function isOld({ validatedAt, validatedEveryMs }: VeleroLocationFact, now: number): boolean {
  // 0 = it is never validated again.
  if (validatedAt === null || validatedEveryMs === 0) return false;
  return now - validatedAt > Math.max(15 * minute, 5 * (validatedEveryMs ?? minute));
}

function targetOf(location: VeleroLocationFact, now: number): BackupTarget {
  const { namespace, name, phase, provider, bucket, url, message, validatedAt } = location;
  const available = phase === 'Available' ? true : phase === 'Unavailable' ? false : null;
  return {
    system: 'velero',
    key: veleroKey(namespace, name),
    subject: { kind: 'BackupStorageLocation', namespace, name },
    url: url === '' ? `${provider}:${bucket}` : `${url.replace(/\/+$/, '')}/${bucket}`,
    available: isOld(location, now) ? null : available,
    why: available === true ? '' : message || (phase === 'Unavailable' ? '' : phase),
    checkedAt: validatedAt,
  };
}
