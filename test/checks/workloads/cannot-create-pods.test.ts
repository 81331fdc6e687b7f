import { describe, expect, test } from 'vitest';
import cannotCreatePods from '#server/checks/workloads/cannot-create-pods.ts';
import type { StatusCondition } from '#server/facts/controller.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';
import { aDaemonSet, aDeployment, aReplicaSet, aResourceQuota, aStatefulSet } from '#test/builders/workloads.ts';

const quota =
  'pods "web-5d4f8c7b9-x7k2p" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4';
const quotaWords = 'quota small is used up: pods 1 wanted, 4 of 4 used';
const ofDatabase =
  'create Pod database-0 in StatefulSet database failed error: pods "database-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4';

function failure(part: Partial<StatusCondition> = {}): StatusCondition {
  const at = noon - 5 * minute;
  return { status: 'True', reason: 'FailedCreate', message: quota, changedAt: at, updatedAt: at, ...part };
}

function failedCreate(kind: string, name: string, message: string, part: Partial<EventFact> = {}): EventFact {
  const about = { kind, namespace: 'default', name };
  return anEvent({ key: `default/${name}.1`, reason: 'FailedCreate', message, about, ...part });
}

const emptyDatabase = { wanted: 1, current: 0, ready: 0, available: 0, updated: 0 };
const database = (parts: SnapshotParts = {}) =>
  aSnapshot({
    statefulSets: [aStatefulSet(emptyDatabase)],
    events: [failedCreate('StatefulSet', 'database', ofDatabase)],
    ...parts,
  });

const telling = (snapshot: Snapshot, memory?: ReadonlyMap<string, unknown>) => {
  const verdict = theVerdict(cannotCreatePods, snapshot, memory === undefined ? {} : { memory });
  return [verdict.level, sentence(verdict)];
};

function remembered(...snapshots: Snapshot[]): Map<string, unknown> {
  const { subjects, remember } = cannotCreatePods.remembers!;
  let memory = new Map<string, unknown>();
  for (const snapshot of snapshots) {
    memory = new Map([...subjects(snapshot)].map((id) => [id, remember(memory.get(id), id, snapshot, 1_000)]));
  }
  return memory;
}

describe('a Deployment', () => {
  const isFine = ['ok', 'no pod of web is refused'];
  const of = (part: Parameters<typeof aDeployment>[0], parts: SnapshotParts = {}) =>
    telling(aSnapshot({ deployments: [aDeployment(part)], ...parts }));

  test('that has its pods, or wants none, is fine', () => {
    expect(of({})).toEqual(isFine);
    expect(of({ wanted: 0, current: 0, ready: 0, failure: failure() })).toEqual(isFine);
  });

  test('that has fewer pods than it wants, of which nobody says that they are refused, is the business of others', () => {
    expect(of({ current: 1 })).toEqual(isFine);
    expect(of({ current: 1, failure: failure({ status: 'False' }) })).toEqual(isFine);
    expect(of({ current: 1, failure: failure({ reason: 'FailedDelete' }) })).toEqual(isFine);
  });

  test('without a pod is bad, with the reason in plain words and its time', () => {
    const snapshot = aSnapshot({ deployments: [aDeployment({ wanted: 1, current: 0, failure: failure() })] });
    expect(telling(snapshot)).toEqual(['bad', `web has no pod: ${quotaWords}`]);
    expect(theVerdict(cannotCreatePods, snapshot).startedAt).toBe(noon - 5 * minute);
    expect(of({ current: 0, failure: failure() })).toEqual(['bad', `web has none of its 3 pods: ${quotaWords}`]);
  });

  test('with some of its pods, or with those of the version before, is a warning', () => {
    expect(of({ current: 2, failure: failure() })).toEqual(['warn', `web has only 2 of its 3 pods: ${quotaWords}`]);
    expect(of({ failure: failure() })).toEqual(['warn', `web cannot create new pods: ${quotaWords}`]);
  });

  test('whose ReplicaSet says so before the Deployment does is told as well, as one finding', () => {
    const replicaSets = [aReplicaSet({ current: 0, failure: failure() })];
    expect(of({ current: 0 }, { replicaSets })).toEqual(['bad', `web has none of its 3 pods: ${quotaWords}`]);
  });

  test('of which only the ReplicaSet may be seen is told by that', () => {
    const replicaSets = [aReplicaSet({ wanted: 2, current: 1, failure: failure() })];
    expect(telling(aSnapshot({ replicaSets }))).toEqual(['warn', `web has only 1 of its 2 pods: ${quotaWords}`]);
    expect(telling(aSnapshot({ replicaSets: [aReplicaSet()] }))).toEqual(isFine);
  });

  test('that cannot even create its ReplicaSet says why', () => {
    const message =
      'Failed to create new replica set "web-1": replicasets.apps "web-1" is forbidden: exceeded quota: sets, requested: count/replicasets.apps=1, used: count/replicasets.apps=9, limited: count/replicasets.apps=9';
    const progressing = failure({ status: 'False', reason: 'ReplicaSetCreateError', message });
    expect(of({ current: 0, progressing })[1]).toContain('quota sets is used up');
  });

  test('that is being deleted is fine', () => {
    expect(of({ current: 0, failure: failure(), deletingAt: noon })).toEqual(isFine);
  });

  test('must be refused for ten seconds before that counts', () => {
    const { default: hold } = cannotCreatePods.settings['for']!;
    expect(cannotCreatePods.for!({ for: hold })).toBe(10 * second);
  });
});

describe('a StatefulSet or DaemonSet, which has no condition for it', () => {
  test('is told by an event', () => {
    expect(telling(database())).toEqual(['bad', `database has no pod: ${quotaWords}`]);
    const agents = aSnapshot({
      daemonSets: [aDaemonSet({ namespace: 'default', current: 1 })],
      events: [failedCreate('DaemonSet', 'agent', `Error creating: ${quota}`)],
    });
    expect(telling(agents)).toEqual(['warn', `agent has only 1 of its 3 pods: ${quotaWords}`]);
  });

  test('that has all its pods is fine, whatever events are left', () => {
    expect(telling(database({ statefulSets: [aStatefulSet()] }))).toEqual(['ok', 'no pod of database is refused']);
  });

  test('that is scaled to none is fine', () => {
    expect(telling(database({ statefulSets: [aStatefulSet({ ...emptyDatabase, wanted: 0 })] }))[0]).toBe('ok');
  });

  test('is fine once the refused pod is there, though others are still to come', () => {
    const pods = [aPod({ name: 'database-0', ready: false, owner: { kind: 'StatefulSet', name: 'database' } })];
    const statefulSets = [aStatefulSet({ ...emptyDatabase, wanted: 3, current: 1 })];
    const memory = remembered(database());
    expect(telling(database({ statefulSets, pods }))[0]).toBe('ok');
    expect(telling(database({ statefulSets, pods, events: [] }), memory)[0]).toBe('ok');
  });

  test('keeps its reason when the event has expired, while it is still so', () => {
    const later = database({ events: [] });
    const memory = remembered(database(), later, later);
    expect(telling(later, memory)).toEqual(['bad', `database has no pod: ${quotaWords}`]);
    expect(telling(later)[0]).toBe('ok');
    expect(remembered(database(), database({ statefulSets: [aStatefulSet()] })).size).toBe(0);
  });

  test('remembers the same object while nothing new is said', () => {
    const first = remembered(database());
    const [id, before] = [...first][0]!;
    expect(id).toBe('StatefulSet/default/database');
    expect(cannotCreatePods.remembers!.remember(before, id, database(), 1_000)).toBe(before);
  });

  test('is not told by an event of long ago, or about one of the same name before it', () => {
    const old = (lastAt: number) =>
      database({ events: [failedCreate('StatefulSet', 'database', ofDatabase, { lastAt, firstAt: lastAt })] });
    expect(telling(old(noon - 33 * minute))[0]).toBe('bad');
    expect(telling(old(noon - 34 * minute))[0]).toBe('ok');
    const statefulSets = [aStatefulSet({ ...emptyDatabase, createdAt: noon - 30 * second })];
    expect(telling(database({ statefulSets }))[0]).toBe('ok');
  });

  test('takes up what is said newly', () => {
    const account =
      'create Pod database-0 in StatefulSet database failed error: pods "database-0" is forbidden: error looking up service account default/db: serviceaccount "db" not found';
    const now = database({ events: [failedCreate('StatefulSet', 'database', account, { lastAt: noon })] });
    expect(telling(now, remembered(database(), now))[1]).toBe(
      'database has no pod: it needs ServiceAccount db, which is not there',
    );
  });
});

describe('what is not watched itself', () => {
  const job = (part: Partial<EventFact> = {}) => failedCreate('Job', 'backup-1', `Error creating: ${quota}`, part);

  test('a Job that could not create its pod is a warning with the time', () => {
    expect(telling(aSnapshot({ events: [job()] }))).toEqual([
      'warn',
      `Job backup-1 could not create its pod 60 s ago: ${quotaWords}`,
    ]);
  });

  test('is no news once it has a pod, or after a quarter of an hour', () => {
    const pods = [aPod({ owner: { kind: 'Job', name: 'backup-1' }, createdAt: noon - 30 * second })];
    expect(judged(cannotCreatePods, aSnapshot({ events: [job()], pods }))).toEqual([]);
    expect(judged(cannotCreatePods, aSnapshot({ events: [job({ lastAt: noon - 16 * minute })] }))).toEqual([]);
  });

  test('a ReplicaSet is told by events only where neither it nor its Deployment may be seen', () => {
    const events = [failedCreate('ReplicaSet', 'web-5d4f8c7b9', `Error creating: ${quota}`)];
    expect(judged(cannotCreatePods, aSnapshot({ events }))).toEqual([]);
    const forbidden = { fresh: false, state: 'forbidden' } as const;
    const sources = { replicasets: forbidden, deployments: forbidden };
    expect(telling(aSnapshot({ events, sources }))[1]).toContain('ReplicaSet web-5d4f8c7b9 could not create its pod');
  });

  test('without a time is told without one', () => {
    const event = job({ lastAt: noon + hour });
    expect(telling(aSnapshot({ events: [event] }))[1]).toBe(`Job backup-1 could not create its pod: ${quotaWords}`);
  });
});

describe('evidence and first steps', () => {
  test('show what the API said, and the quota as it stands now', () => {
    const limits = [
      { resource: 'pods', hard: '4', used: '4' },
      { resource: 'requests.cpu', hard: '2', used: '' },
    ];
    const verdict = theVerdict(cannotCreatePods, database({ resourceQuotas: [aResourceQuota({ limits })] }));
    expect(evidenceOf(verdict)).toEqual([
      'pods "database-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4',
      'pods: 4 of 4 used',
      'requests.cpu: nothing of 2 used',
    ]);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n default describe resourcequota small',
      'kubectl -n default get pods',
      'kubectl -n default describe statefulset database',
    ]);
  });

  test('do without the quota where it may not be seen', () => {
    expect(evidenceOf(theVerdict(cannotCreatePods, database()))).toHaveLength(1);
  });

  test('quote hostile names', () => {
    const odd = aDeployment({ namespace: 'a b', name: "x';y", wanted: 1, current: 0, failure: failure() });
    expect(commandsOf(theVerdict(cannotCreatePods, aSnapshot({ deployments: [odd] })))).toContain(
      "kubectl -n 'a b' describe deployment 'x'\\'';y'",
    );
  });
});

describe('odd data', () => {
  test('without a message or times is told as far as it goes', () => {
    const silent = failure({ message: '', reason: '', changedAt: null, updatedAt: null });
    const snapshot = aSnapshot({ deployments: [aDeployment({ wanted: 1, current: 0, failure: silent })] });
    const verdict = theVerdict(cannotCreatePods, snapshot);
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'web has no pod: the API does not say why']);
    expect(verdict).not.toHaveProperty('startedAt');
  });

  test('a bare pod has no controller and is not judged', () => {
    expect(judged(cannotCreatePods, aSnapshot({ pods: [aPod({ owner: null })] }))).toEqual([]);
  });
});

test('it explains what is missing of the same workload', () => {
  const snapshot = database();
  const cause = theVerdict(cannotCreatePods, snapshot);
  const effect = (check: `workloads/${string}`, name = 'database') =>
    anEffect(check, { subject: { kind: 'StatefulSet', namespace: 'default', name }, level: 'bad' });
  expect(explains(cannotCreatePods, cause, effect('workloads/replicas-missing'), snapshot)).toBe(true);
  expect(explains(cannotCreatePods, cause, effect('workloads/replicas-missing', 'other'), snapshot)).toBe(false);
});
