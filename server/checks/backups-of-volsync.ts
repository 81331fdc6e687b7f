import type { Snapshot } from '#server/engine/snapshot.ts';
import type { VolSyncSourceFact } from '#server/facts/volsync-source.ts';
import { command } from '#shared/quote.ts';
import { backupPart, type BackupPart } from './backup-part.ts';
import type { BackupPlan, BackupRun } from './backup-view.ts';
import { cronTimes } from './cron-times.ts';
import { shorten } from './shorten.ts';

/** Sources of VolSync: one claim each, whose last success alone is told. Where they go to stands in a Secret. */
export const backupsOfVolSync: (snapshot: Snapshot) => BackupPart = backupPart(
  ['persistentVolumeClaim', 'volSyncSource'],
  (snapshot) =>
    [...snapshot.facts('volSyncSource').values()]
      .flatMap((source) => (isOverdue(source, snapshot.now) ? source.key : []))
      .join(),
  (snapshot) => {
    const sources = [...snapshot.facts('volSyncSource').values()];
    return {
      plans: sources.map((source) => planOf(source, snapshot.now)),
      runs: sources.flatMap((source) => runsOf(source, snapshot.now)),
      targets: [],
    };
  },
);

function planOf(source: VolSyncSourceFact, now: number): BackupPlan {
  const { namespace, name, cron, paused, keeps, lastSyncAt, createdAt } = source;
  return {
    system: 'volsync',
    key: keyOf(source),
    subject: { kind: 'ReplicationSource', namespace, name },
    covers: coveredBy(source),
    ...{ cron, timeZone: null, paused: paused || cronTimes(cron).isNever, keeps, target: '' },
    ...{ lastGoodAt: lastSyncAt, lastFailure: failureOf(source, now), createdAt },
    pause: {
      say: `Pause VolSync's source ${shorten(name, 60)} before it runs again`,
      command: command`kubectl -n ${namespace} patch replicationsources.volsync.backube ${name} --type merge -p ${'{"spec":{"paused":true}}'}`,
    },
    run: null,
  };
}

function keyOf({ namespace, name }: VolSyncSourceFact): string {
  return `volsync/${namespace}/${name}`;
}

function coveredBy({ namespace, claim }: VolSyncSourceFact): string[] {
  return claim === '' ? [] : [`${namespace}/${claim}`];
}

function runsOf(source: VolSyncSourceFact, now: number): BackupRun[] {
  const { namespace, name, lastSyncAt, lastDurationMs, syncStartedAt } = source;
  const head = {
    ...{ system: 'volsync' as const, subject: { kind: 'ReplicationSource', namespace, name } },
    ...{ covers: coveredBy(source), plan: keyOf(source), bytes: null },
  };
  const failure = failureOf(source, now);
  // Its data are of when it began.
  const good = lastSyncAt === null ? [] : [lastSyncAt - Math.max(0, lastDurationMs ?? 0)];
  return [
    ...good.map((at) => ({ ...head, result: 'good' as const, at, why: '' })),
    ...(failure === null ? [] : [{ ...head, result: 'failed' as const, ...failure }]),
    ...(failure === null && source.doing === 'SyncInProgress'
      ? [{ ...head, result: 'running' as const, at: syncStartedAt ?? source.doingSince, why: '' }]
      : []),
  ];
}

/** Its own word for it, or that it goes on and on: a mover that fails is begun again, and says SyncInProgress all the while. */
function failureOf(source: VolSyncSourceFact, now: number): BackupPlan['lastFailure'] {
  const { result, logs, message, doing, doingSince, syncStartedAt } = source;
  const said = lastLine(logs) || message;
  if (doing === 'Error') return { at: doingSince, why: message || 'Error' };
  if (result === 'Failed') {
    const at = syncStartedAt ?? doingSince;
    // It is of the latest run: a time before the last good one is not that of this failure.
    return { at: at !== null && at <= (source.lastSyncAt ?? 0) ? null : at, why: said || 'Failed' };
  }
  if (isOverdue(source, now))
    return { at: syncStartedAt ?? doingSince, why: said || 'it has been running for longer than its interval' };
  return null;
}

const day = 24 * 60 * 60_000;

/** Begun, and not done by when the next but one is due. */
function isOverdue(
  { cron, doing, nextSyncAt, syncStartedAt, doingSince, paused }: VolSyncSourceFact,
  now: number,
): boolean {
  if (doing !== 'SyncInProgress' || paused) return false;
  const due = nextSyncAt ?? syncStartedAt ?? doingSince;
  // Where it is not run by a schedule, a day is long.
  return due !== null && now - due > (cronTimes(cron).intervalMs ?? day);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
