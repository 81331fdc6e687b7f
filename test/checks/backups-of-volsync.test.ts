import { describe, expect, it } from 'vitest';
import { backupView } from '#server/checks/backup-view.ts';
import { aVolSyncSource } from '../builders/backups.ts';
import { aSnapshot } from '../builders/snapshot.ts';
import { aClaim } from '../builders/storage.ts';
import { day, hour, minute, noon } from '../builders/time.ts';

function aView(part: Parameters<typeof aVolSyncSource>[0] = {}, now = noon) {
  return backupView(
    aSnapshot({ now, more: { persistentVolumeClaim: [aClaim()], volSyncSource: [aVolSyncSource(part)] } }),
  );
}

/** As one whose mover fails: it says that it goes on. */
const stuck = {
  ...{ doing: 'SyncInProgress', syncStartedAt: noon - 30 * hour, doingSince: noon - 30 * hour },
  ...{ nextSyncAt: noon - 30 * hour, result: '', lastSyncAt: noon - 3 * day },
};

describe('a source of VolSync', () => {
  it('is a plan for its claim, with the end of its last success', () => {
    expect(aView().plans).toMatchObject([
      {
        ...{ key: 'volsync/git/gitea-data', covers: ['git/gitea-data'], paused: false, keeps: 7, target: '' },
        ...{ lastGoodAt: noon - 10 * hour + 5 * minute, lastFailure: null },
        subject: { kind: 'ReplicationSource', namespace: 'git', name: 'gitea-data' },
      },
    ]);
    expect(aView().plans[0]?.pause.command).toBe(
      `kubectl -n git patch replicationsources.volsync.backube gitea-data --type merge -p '{"spec":{"paused":true}}'`,
    );
    expect(aView({ paused: true }).plans[0]?.paused).toBe(true);
  });

  it('has data of when its last success began', () => {
    expect(aView().runs).toMatchObject([{ result: 'good', at: noon - 10 * hour, bytes: null, why: '' }]);
    expect(aView({ lastSyncAt: null }).runs).toEqual([]);
  });

  it('has failed where its result says so, with the last line of the log', () => {
    const { plans, runs } = aView({ result: 'Failed', logs: 'opening repository\nFatal: wrong password\n' });
    expect(plans[0]?.lastFailure).toMatchObject({ why: 'Fatal: wrong password' });
    expect(runs.map(({ result }) => result)).toEqual(['good', 'failed']);
  });

  it('has failed though the time of that lies before the last success: its result is of the latest run', () => {
    const lastFailure = (syncStartedAt: number) =>
      aView({ result: 'Failed', lastSyncAt: noon - hour, syncStartedAt }).plans[0]?.lastFailure;
    expect(lastFailure(noon - 2 * hour)).toMatchObject({ at: null });
    expect(lastFailure(noon - minute)).toMatchObject({ at: noon - minute });
  });

  it('has failed where it goes on past its next time by more than its interval', () => {
    expect(aView(stuck).plans[0]?.lastFailure).toEqual({
      ...{ at: noon - 30 * hour, why: 'it has been running for longer than its interval' },
    });
    expect(aView({ ...stuck, nextSyncAt: noon - 20 * hour }).plans[0]?.lastFailure).toBeNull();
    expect(aView({ ...stuck, nextSyncAt: noon - 20 * hour }).runs.map(({ result }) => result)).toEqual([
      ...['good', 'running'],
    ]);
    expect(aView({ ...stuck, nextSyncAt: null }).plans[0]?.lastFailure).not.toBeNull();
    expect(aView({ ...stuck, paused: true }).plans[0]?.lastFailure).toBeNull();
  });

  it('becomes so by the time alone', () => {
    const snapshot = aSnapshot({ more: { volSyncSource: [aVolSyncSource({ ...stuck, nextSyncAt: noon })] } });
    expect(backupView(snapshot).plans[0]?.lastFailure).toBeNull();
    expect(backupView({ ...snapshot, now: noon + 25 * hour }).plans[0]?.lastFailure).not.toBeNull();
  });

  it('says its own error', () => {
    expect(aView({ doing: 'Error', message: 'no such Secret' }).plans[0]?.lastFailure).toMatchObject({
      why: 'no such Secret',
    });
  });

  it('covers nothing where it names no claim', () => {
    expect(aView({ claim: '' }).plans).toMatchObject([{ covers: [] }]);
  });
});
