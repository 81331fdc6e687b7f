import { describe, expect, test } from 'vitest';
import replicasMissing from '#server/checks/workloads/replicas-missing.ts';
import type { DeploymentFact } from '#server/facts/deployment.ts';
import { aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';
import { aDaemonSet, aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';
import { played } from '#test/checks/roll-out-play.ts';

const verdictOf = (parts: SnapshotParts) => theVerdict(replicasMissing, aSnapshot(parts));

function told(parts: SnapshotParts) {
  const verdict = verdictOf(parts);
  return [verdict.level, sentence(verdict)];
}

const underWay = (updatedAt: number, part: Partial<DeploymentFact> = {}) =>
  aDeployment({
    progressing: { status: 'True', reason: 'ReplicaSetUpdated', message: '', changedAt: noon - day, updatedAt },
    updated: 1,
    current: 3,
    available: 2,
    ready: 2,
    ...part,
  });

describe('a controller', () => {
  test('with all its pods is fine', () => {
    expect(told({ deployments: [aDeployment()] })).toEqual(['ok', 'web has all its pods']);
    expect(told({ statefulSets: [aStatefulSet()] })).toEqual(['ok', 'database has all its pods']);
  });

  test('with fewer pods than it wants is a warning, and bad without any', () => {
    expect(told({ deployments: [aDeployment({ ready: 3, available: 2 })] })).toEqual(['warn', 'web has 2 of 3 pods']);
    expect(told({ daemonSets: [aDaemonSet({ available: 2 })] })).toEqual(['warn', 'agent has 2 of 3 pods']);
    expect(told({ statefulSets: [aStatefulSet({ ready: 0 })] })).toEqual(['bad', 'database has 0 of 1 pods']);
    expect(told({ replicaSets: [aReplicaSet({ owner: null, name: 'old', ready: 1 })] })).toEqual([
      'warn',
      'old has 1 of 3 pods',
    ]);
  });

  test('with fewer pods than it wants shows how many there are of all', () => {
    const verdict = verdictOf({ statefulSets: [aStatefulSet({ ready: 0 })] });
    expect(verdict.series).toEqual(['workloads/pods-ready', 'workloads/pods-wanted']);
  });

  test('without any pod at all says so', () => {
    expect(told({ deployments: [aDeployment({ current: 0, ready: 0, available: 0 })] })).toEqual([
      'bad',
      'web has none of its 3 pods',
    ]);
    expect(told({ statefulSets: [aStatefulSet({ current: 0, ready: 0 })] })).toEqual(['bad', 'database has no pod']);
  });

  test('scaled to 0 is fine and says so', () => {
    const none = { wanted: 0, current: 0, ready: 0, available: 0, updated: 0 };
    expect(told({ deployments: [aDeployment(none)] })).toEqual(['ok', 'web is scaled to 0']);
    expect(told({ daemonSets: [aDaemonSet(none)] })).toEqual(['ok', 'agent is scaled to 0']);
  });

  test('whose counts are of an older specification, or that is being deleted, is not judged by them', () => {
    expect(told({ deployments: [aDeployment({ available: 0, observed: false })] })[0]).toBe('ok');
    expect(told({ deployments: [aDeployment({ available: 0, deletingAt: noon })] })[0]).toBe('ok');
  });

  test('is judged by its own feed alone', () => {
    const parts = { deployments: [aDeployment()], statefulSets: [aStatefulSet({ ready: 0 })] };
    expect(judged(replicasMissing, aSnapshot(parts)).map(({ sources }) => sources)).toEqual([
      ['deployments'],
      ['statefulsets'],
    ]);
  });

  test('that nobody sees has no verdict: its pods are judged elsewhere', () => {
    expect(judged(replicasMissing, aSnapshot({ pods: [aPod({ ready: false })] }))).toEqual([]);
  });

  test('names the pods that are there and not ready, and begins with the first of them', () => {
    const owner = { kind: 'StatefulSet', name: 'database' };
    const pods = [
      aPod({ name: 'database-0', owner }),
      aPod({ name: 'database-1', owner, ready: false, readyChangedAt: noon - 5 * minute }),
    ];
    const verdict = verdictOf({ statefulSets: [aStatefulSet({ wanted: 3, current: 2, ready: 1 })], pods });
    expect(evidenceOf(verdict)).toEqual(['2 exist', 'not ready: database-1 on nuc0']);
    expect(verdict.startedAt).toBe(noon - 5 * minute);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n default get pods -o wide',
      'kubectl -n default describe statefulset database',
    ]);
  });
});

describe('a roll-out', () => {
  test('that gets on is no trouble, and one that does not is', () => {
    expect(told({ deployments: [underWay(noon - minute)] })).toEqual(['ok', 'web is being rolled out']);
    expect(told({ deployments: [underWay(noon - 3 * minute)] })).toEqual(['warn', 'web has 2 of 3 pods']);
  });

  test('that the API has given up is trouble', () => {
    const progressing = {
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: '',
      changedAt: noon,
      updatedAt: noon,
    };
    expect(told({ deployments: [underWay(noon, { progressing })] })[0]).toBe('warn');
  });

  test('of a StatefulSet goes by what was seen: one pod after the other', () => {
    const rolling = (updated: number, ready: number) => ({
      statefulSets: [aStatefulSet({ wanted: 3, current: 3, updated, ready, rollingOut: true })],
    });
    const plays = [
      [0, rolling(1, 2)],
      [minute, rolling(1, 3)],
      [1.5 * minute, rolling(2, 2)],
      [3 * minute, rolling(2, 2)],
    ] as const;
    expect(played(replicasMissing, plays).level).toBe('ok');
    expect(played(replicasMissing, [...plays, [4 * minute, rolling(2, 2)]]).level).toBe('warn');
  });

  test('does not get on by pods that come and go', () => {
    const rolling = (ready: number) => ({
      statefulSets: [aStatefulSet({ wanted: 3, current: 3, updated: 1, ready, rollingOut: true })],
    });
    const moments = [2, 3, 2, 3, 2, 3, 2].map((ready, i) => [i * 30_000, rolling(ready)] as const);
    expect(played(replicasMissing, moments).level).toBe('warn');
  });

  test('begins anew with another version or another number of pods', () => {
    const rolling = (updated: number, wanted = 3) => ({
      statefulSets: [aStatefulSet({ wanted, current: 3, updated, ready: 2, rollingOut: true })],
    });
    expect(
      played(replicasMissing, [
        [0, rolling(2)],
        [2.5 * minute, rolling(1)],
      ]).level,
    ).toBe('ok');
    expect(
      played(replicasMissing, [
        [0, rolling(2)],
        [2.5 * minute, rolling(2, 4)],
      ]).level,
    ).toBe('ok');
    expect(
      played(replicasMissing, [
        [0, rolling(2)],
        [2.5 * minute, rolling(2)],
      ]).level,
    ).toBe('warn');
  });
});
