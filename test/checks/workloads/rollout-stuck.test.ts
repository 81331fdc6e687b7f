import { describe, expect, test } from 'vitest';
import rolloutStuck from '#server/checks/workloads/rollout-stuck.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';
import { aDaemonSet, aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';
import { played } from '#test/checks/roll-out-play.ts';

const verdictOf = (parts: SnapshotParts) => theVerdict(rolloutStuck, aSnapshot(parts));

function told(parts: SnapshotParts) {
  const verdict = verdictOf(parts);
  return [verdict.level, sentence(verdict)];
}

const condition = (updatedAt: number, part: Partial<NonNullable<DeploymentFact['progressing']>> = {}) => ({
  ...{ status: 'True', reason: 'ReplicaSetUpdated', message: '', changedAt: noon - day, updatedAt },
  ...part,
});

/** One of three pods has the new version; with it there are four, of which the three old ones work. */
const underWay = (updatedAt: number, part: Partial<DeploymentFact> = {}) =>
  aDeployment({ progressing: condition(updatedAt), updated: 1, current: 4, ...part });

describe('the roll-out of a Deployment', () => {
  test('that is over is fine, also when pods fail later', () => {
    expect(told({ deployments: [aDeployment()] })).toEqual(['ok', 'web is rolled out']);
    expect(told({ deployments: [aDeployment({ available: 0, ready: 0 })] })[0]).toBe('ok');
  });

  test('that gets on is fine', () => {
    expect(told({ deployments: [underWay(noon - minute)] })).toEqual(['ok', 'the roll-out of web gets on']);
  });

  test('that does not get on is a warning while the old version serves, since it last got on', () => {
    const verdict = verdictOf({ deployments: [underWay(noon - 3 * minute)] });
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'the roll-out of web is stuck: 1 of 3 pods has the new version, the old one goes on serving',
    ]);
    expect(verdict.startedAt).toBe(noon - 3 * minute);
    expect(evidenceOf(verdict)).toEqual(['3 of 3 pods at work']);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n default rollout status deployment/web --timeout=5s',
      'kubectl -n default get pods -o wide',
      'kubectl -n default describe deployment web',
    ]);
  });

  test('can go back to the version before where there is one, and not at its first roll-out', () => {
    const deployments = [underWay(noon - 3 * minute)];
    const newest = aReplicaSet({ wanted: 1, current: 1, ready: 0, available: 0 });
    const undo = 'kubectl -n default rollout undo deployment/web';
    expect(commandsOf(verdictOf({ deployments, replicaSets: [newest] }))).not.toContain(undo);
    const replicaSets = [newest, aReplicaSet({ name: 'web-6c7d8e9f' })];
    expect(commandsOf(verdictOf({ deployments, replicaSets }))).toContain(undo);
  });

  test('of a single pod is stuck as well', () => {
    const one = { wanted: 1, current: 2, updated: 1, ready: 1, available: 1 };
    expect(told({ deployments: [underWay(noon - 3 * minute, one)] })).toEqual([
      'warn',
      'the roll-out of web is stuck: 1 of 1 pods has the new version, the old one goes on serving',
    ]);
  });

  test('is bad where nothing works any more', () => {
    const none = { current: 3, updated: 3, ready: 0, available: 0 };
    expect(told({ deployments: [underWay(noon - 3 * minute, none)] })).toEqual([
      'bad',
      'the roll-out of web is stuck: 3 of 3 pods have the new version, and none is at work',
    ]);
  });

  test('does not speak of an old version that is gone', () => {
    const some = { current: 3, updated: 3, ready: 1, available: 1 };
    expect(told({ deployments: [underWay(noon - 3 * minute, some)] })[1]).toBe(
      'the roll-out of web is stuck: 3 of 3 pods have the new version, 1 of them at work',
    );
  });

  test('that the API has given up is stuck, with what the API says', () => {
    const message = 'ReplicaSet "web-5d4f8c7b9" has timed out progressing.';
    const gaveUp = { status: 'False', reason: 'ProgressDeadlineExceeded', message, changedAt: noon - 9 * minute };
    const verdict = verdictOf({ deployments: [underWay(noon, { progressing: condition(noon, gaveUp) })] });
    expect(verdict.level).toBe('warn');
    expect(verdict.startedAt).toBe(noon - 9 * minute);
    expect(evidenceOf(verdict)).toEqual([message, '3 of 3 pods at work']);
  });

  test('that is paused is a notice with how to let it go on', () => {
    const paused = verdictOf({ deployments: [aDeployment({ paused: true, updated: 0 })] });
    expect([paused.level, sentence(paused)]).toEqual([
      'notice',
      'the roll-out of web is paused: 0 of 3 pods have the newest version',
    ]);
    expect(commandsOf(paused)).toEqual(['kubectl -n default rollout resume deployment/web']);
    expect(told({ deployments: [aDeployment({ paused: true })] })[0]).toBe('ok');
  });

  test('without a deadline goes by what was seen', () => {
    const bare = (updated: number) => ({ deployments: [underWay(0, { progressing: null, updated })] });
    expect(
      played(rolloutStuck, [
        [0, bare(1)],
        [minute, bare(2)],
        [2.5 * minute, bare(2)],
      ]).level,
    ).toBe('ok');
    expect(
      played(rolloutStuck, [
        [0, bare(1)],
        [minute, bare(2)],
        [3 * minute, bare(2)],
      ]).level,
    ).toBe('warn');
  });

  test('with a date in the future is judged by what was seen', () => {
    const odd = { deployments: [underWay(noon + day)] };
    expect(
      played(rolloutStuck, [
        [0, odd],
        [2 * minute, odd],
      ]).level,
    ).toBe('warn');
  });

  test('scaled to 0, being deleted or not yet looked at by its controller is fine', () => {
    for (const part of [{ wanted: 0 }, { deletingAt: noon }, { observed: false }]) {
      expect(told({ deployments: [underWay(noon - 9 * minute, part)] })[0]).toBe('ok');
    }
  });
});

describe('the roll-out of a StatefulSet', () => {
  const rolling = (part = {}) => ({
    statefulSets: [aStatefulSet({ wanted: 3, current: 3, ready: 2, updated: 1, rollingOut: true, ...part })],
  });

  test('is stuck when a new pod does not become ready', () => {
    const verdict = played(rolloutStuck, [
      [0, rolling()],
      [2 * minute, rolling()],
    ]);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'the roll-out of database is stuck: 1 of 3 pods has the new version, the old one goes on serving',
    ]);
    expect(verdict.startedAt).toBe(noon);
    expect(commandsOf(verdict)).toContain('kubectl -n default rollout undo statefulset/database');
  });

  test('that is held back is a notice', () => {
    const verdict = verdictOf(rolling({ heldBack: true, ready: 3 }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'the roll-out of database is held back: 1 of 3 pods has the newest version',
    ]);
    expect(commandsOf(verdict)).toEqual(['kubectl -n default get pods -L controller-revision-hash']);
    expect(told(rolling({ heldBack: true, updated: 3 }))[0]).toBe('ok');
  });
});

describe('the roll-out of a DaemonSet', () => {
  const rolling = (part = {}) => ({ daemonSets: [aDaemonSet({ updated: 1, available: 2, ...part })] });

  test('is stuck when it does not come to the next node', () => {
    expect(
      played(rolloutStuck, [
        [0, rolling()],
        [minute, rolling()],
      ]).level,
    ).toBe('ok');
    expect(
      played(rolloutStuck, [
        [0, rolling()],
        [2 * minute, rolling()],
      ]).level,
    ).toBe('warn');
    expect(
      played(rolloutStuck, [
        [0, rolling()],
        [2 * minute, rolling({ updated: 2 })],
      ]).level,
    ).toBe('ok');
  });

  test('that waits for its pods to be deleted is a notice', () => {
    expect(told(rolling({ heldBack: true }))[0]).toBe('notice');
  });
});

describe('what is looked at', () => {
  test('is each controller by its own feed, but ReplicaSets, which have no roll-outs', () => {
    const parts = { daemonSets: [aDaemonSet()], replicaSets: [aReplicaSet({ owner: null, name: 'old' })] };
    expect(judged(rolloutStuck, aSnapshot(parts)).map(({ sources }) => sources)).toEqual([['daemonsets']]);
  });
});

describe('a roll-out that is stuck explains', () => {
  test('the pods that its own workload lacks', () => {
    const snapshot = aSnapshot({ deployments: [underWay(noon - 3 * minute)] });
    const cause = theVerdict(rolloutStuck, snapshot);
    const effect = (name: string) =>
      anEffect('workloads/replicas-missing', {
        subject: { kind: 'Deployment', namespace: 'default', name },
        level: 'bad',
      });
    expect(explains(rolloutStuck, cause, effect('web'), snapshot)).toBe(true);
    expect(explains(rolloutStuck, cause, effect('other'), snapshot)).toBe(false);
    expect(explains(rolloutStuck, { ...cause, level: 'notice' }, effect('web'), snapshot)).toBe(false);
  });
});
