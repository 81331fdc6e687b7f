import { describe, expect, test } from 'vitest';
import notStarting from '#server/checks/workloads/not-starting.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';
import { aContainer, aDaemonSet, aDeployment, anEnd, aReplicaSet } from '#test/builders/workloads.ts';

const owner = { kind: 'ReplicaSet', name: 'web-5d4f8c7b9' };
const noRoom =
  "0/4 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.";

function waiting(reason: string, message = '', part: Partial<ContainerFact> = {}): ContainerFact {
  return aContainer({ ready: false, state: { is: 'waiting', reason, message }, ...part });
}

/** Pod web-N of Deployment web, which has waited for 3 min to be created on nuc0. */
function starting(n: number, part: Partial<PodFact> = {}): PodFact {
  const containers = [waiting('ContainerCreating')];
  const times = { readyChangedAt: null, createdAt: noon - 3 * minute };
  return aPod({ name: `web-${n}`, phase: 'Pending', ready: false, owner, containers, ...times, ...part });
}

function unscheduled(n: number, message = noRoom, since: number | null = noon - 3 * minute): PodFact {
  return starting(n, { node: null, containers: [], unscheduled: { reason: 'Unschedulable', message, since } });
}

const refusing = (n: number, reason: string, message: string) =>
  starting(n, { containers: [waiting(reason, message)] });
const fine = (n: number) => aPod({ name: `web-${n}`, owner });

function about(pod: string, reason: string, message: string, part: Partial<EventFact> = {}): EventFact {
  const key = `default/${pod}.${reason}`;
  return anEvent({ key, reason, message, about: { kind: 'Pod', namespace: 'default', name: pod }, ...part });
}

function snapshotOf(pods: PodFact[], parts: SnapshotParts = {}): Snapshot {
  return aSnapshot({ deployments: [aDeployment()], replicaSets: [aReplicaSet()], nodes: [aNode()], pods, ...parts });
}

const verdictOf = (pods: PodFact[], parts: SnapshotParts = {}) => theVerdict(notStarting, snapshotOf(pods, parts));
const telling = (pods: PodFact[], parts: SnapshotParts = {}) => {
  const verdict = verdictOf(pods, parts);
  return [verdict.level, sentence(verdict)];
};
const isFine = ['ok', 'all pods of web have started'];

describe('a workload', () => {
  test('whose pods have started is fine', () => {
    expect(telling([fine(1), fine(2)])).toEqual(isFine);
    expect(telling([])).toEqual(isFine);
  });

  test('whose pods lack their image, crash, end or are being deleted is the business of other checks', () => {
    const image = refusing(1, 'ImagePullBackOff', 'Back-off pulling image "x"');
    const crash = refusing(2, 'CrashLoopBackOff', 'back-off');
    const ended = starting(3, { containers: [aContainer({ state: { is: 'terminated', ...anEnd() } })] });
    const again = starting(4, { containers: [waiting('RunContainerError', 'x')] });
    const gone = starting(5, { deletingAt: noon });
    const failed = starting(6, { phase: 'Failed', owner: null });
    for (const pod of [image, crash, ended, again, gone]) expect(telling([pod])).toEqual(isFine);
    expect(judged(notStarting, snapshotOf([failed])).map(({ level }) => level)).toEqual(['ok', 'ok']);
  });

  test('that is not ready but runs is the business of another check', () => {
    expect(telling([starting(1, { phase: 'Running', containers: [aContainer({ ready: false })] })])).toEqual(isFine);
  });

  test('is a finding after two minutes and not before', () => {
    const at = (since: number) => telling([unscheduled(1, noRoom, since)])[0];
    expect(at(noon - 2 * minute + second)).toBe('ok');
    expect(at(noon - 2 * minute)).toBe('bad');
    const snapshot = snapshotOf([unscheduled(1, noRoom, noon - 2 * minute)]);
    expect(theVerdict(notStarting, snapshot, { settings: { after: 5 * minute } }).level).toBe('ok');
  });

  test('is a finding after ten seconds where the kubelet knows what is missing, and never later than others', () => {
    const at = (ms: number, reason: string, message: string, settings = {}) => {
      const pod = starting(1, { createdAt: noon - ms, containers: [waiting(reason, message)] });
      return theVerdict(notStarting, snapshotOf([pod]), { settings }).level;
    };
    const missing = ['CreateContainerConfigError', 'secret "db" not found'] as const;
    expect(at(9 * second, ...missing)).toBe('ok');
    expect(at(10 * second, ...missing)).toBe('bad');
    expect(at(10 * second, 'CreateContainerConfigError', "couldn't find key user in Secret default/db")).toBe('bad');
    expect(at(10 * second, ...missing, { certain: 20 * second })).toBe('ok');
    expect(at(5 * second, ...missing, { after: 5 * second })).toBe('bad');
    const late = 'failed to sync secret cache: timed out waiting for the condition';
    expect(at(minute, 'CreateContainerConfigError', late)).toBe('ok');
    expect(at(minute, 'CreateContainerError', 'context deadline exceeded')).toBe('ok');
  });

  test('is one finding with counts', () => {
    expect(telling([unscheduled(1), unscheduled(2), fine(3)])).toEqual([
      'bad',
      'web: 2 of 3 pods cannot start: no node fits: 3 have too little CPU free, 1 does not match its node selector',
    ]);
  });

  test('with several troubles speaks of the worst and shows the others', () => {
    const pods = [starting(1), starting(2), refusing(3, 'CreateContainerConfigError', 'secret "db" not found')];
    const verdict = verdictOf(pods);
    expect(sentence(verdict)).toBe('web: 1 of 3 pods cannot start: it needs Secret db, which is not there');
    expect(evidenceOf(verdict)).toContain('2 others: it is still being created, and its node does not say why');
  });

  test('is told apart from others, and a bare pod has its own name', () => {
    const bare = unscheduled(9);
    const verdicts = judged(notStarting, snapshotOf([fine(1), { ...bare, owner: null }]));
    expect(verdicts.map(({ subject, level }) => [subject.kind, subject.name, level])).toEqual([
      ['Deployment', 'web', 'ok'],
      ['Pod', 'web-9', 'bad'],
    ]);
  });
});

describe('a pod without a node', () => {
  test('says why no node takes it, since when, and what the scheduler wrote', () => {
    const verdict = verdictOf([unscheduled(1)]);
    expect(sentence(verdict)).toBe(
      'web cannot start: no node fits: 3 have too little CPU free, 1 does not match its node selector',
    );
    expect(verdict.startedAt).toBe(noon - 3 * minute);
    expect(evidenceOf(verdict)).toEqual([noRoom, 'web-1']);
    expect(commandsOf(verdict)).toEqual([
      'kubectl describe nodes | grep -A 9 "Allocated resources"',
      'kubectl get nodes --show-labels',
      'kubectl -n default describe pod web-1',
    ]);
  });

  test('of a DaemonSet is not told that it does not belong elsewhere', () => {
    const message =
      "0/4 nodes are available: 1 Insufficient memory, 3 node(s) didn't satisfy plugin(s) [NodeAffinity].";
    const pod = { ...unscheduled(1, message), namespace: 'kube-system', owner: { kind: 'DaemonSet', name: 'agent' } };
    const snapshot = aSnapshot({ daemonSets: [aDaemonSet()], pods: [pod] });
    expect(sentence(theVerdict(notStarting, snapshot))).toBe(
      'agent cannot start: no node fits: 1 has too little memory free',
    );
  });

  test('that no scheduler has looked at says that', () => {
    const pod = starting(1, { node: null, containers: [] });
    expect(telling([pod])).toEqual(['bad', 'web cannot start: no scheduler has looked at it']);
  });

  test('whose scheduler gives only a reason is told that', () => {
    expect(telling([unscheduled(1, '')])[1]).toBe('web cannot start: the scheduler says "Unschedulable"');
  });
});

describe('a pod with a node', () => {
  test.for([
    ['CreateContainerConfigError', 'secret "db-password" not found', 'it needs Secret db-password, which is not there'],
    ['CreateContainerConfigError', 'configmap "app" not found', 'it needs ConfigMap app, which is not there'],
    ['CreateContainerConfigError', "couldn't find key user in Secret default/db", 'Secret db has no key user'],
    ['CreateContainerError', 'context deadline exceeded', 'its node takes too long'],
    ['CreateContainerError', 'exec: "serve": executable file not found in $PATH', 'its image has no program serve'],
    ['CreateContainerError', '', 'its node says "CreateContainerError"'],
  ] as const)('whose container says %s: %s', ([reason, message, words]) => {
    expect(telling([refusing(1, reason, message)])).toEqual(['bad', `web cannot start: ${words}`]);
  });

  test('that runs, but for one container whose ConfigMap has gone, says so', () => {
    const containers = [aContainer(), waiting('CreateContainerConfigError', 'configmap "app" not found')];
    expect(telling([starting(1, { phase: 'Running', containers })])[1]).toContain('it needs ConfigMap app');
  });

  test.for([
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "c" : configmap "app" not found',
      'it needs ConfigMap app, which is not there',
    ],
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-9',
      'its volume is still used by web-9',
    ],
    [
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: plugin type="host-local" failed (add): no IP addresses available in range set: 10.42.0.1-10.42.0.254',
      'its node has no pod address left',
    ],
  ] as const)('is explained by an event %s', ([reason, message, words]) => {
    const verdict = verdictOf([starting(1)], { events: [about('web-1', reason, message)] });
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', `web cannot start: ${words}`]);
    expect(evidenceOf(verdict)).toContain(message);
  });

  test('is explained by what says more than that time ran out, and by the newest of that', () => {
    const late =
      'Unable to attach or mount volumes: unmounted volumes=[c], unattached volumes=[]: timed out waiting for the condition';
    const config = 'MountVolume.SetUp failed for volume "c" : configmap "app" not found';
    const events = [
      about('web-1', 'FailedMount', config, { lastAt: noon - 2 * minute }),
      about('web-1', 'FailedMount', late, { key: 'late', lastAt: noon - minute }),
    ];
    expect(telling([starting(1)], { events })[1]).toContain('it needs ConfigMap app');
    expect(telling([starting(1)], { events: events.slice(1) })[1]).toContain('its volume c is not mounted in time');
  });

  test('is not explained by events about one of the same name before it, nor by others', () => {
    const message = 'MountVolume.SetUp failed for volume "c" : configmap "app" not found';
    const events = [
      about('web-1', 'FailedMount', message, { lastAt: noon - hour, firstAt: noon - hour }),
      about('web-2', 'FailedMount', message, { key: 'other' }),
      about('web-1', 'Unhealthy', 'Readiness probe failed', { key: 'probe' }),
    ];
    expect(telling([starting(1)], { events })[1]).toContain('does not say why');
  });

  test('keeps its explanation when the event has expired', () => {
    const { subjects, remember } = notStarting.remembers!;
    const heard = snapshotOf([starting(1)], {
      events: [about('web-1', 'FailedAttachVolume', 'Volume is already exclusively attached to one node')],
    });
    const later = snapshotOf([starting(1)]);
    const [id] = [...subjects(heard)];
    const first = remember(undefined, id!, heard, 0);
    const memory = new Map([[id!, remember(first, id!, later, 1_000)]]);
    expect(memory.get(id!)).toBe(first);
    expect(sentence(theVerdict(notStarting, later, { memory }))).toContain('still attached to another node');
    const other = snapshotOf([starting(1, { uid: 'another' })]);
    expect(remember(first, id!, other, 1_000)).toBeNull();
    expect([...subjects(snapshotOf([fine(1)]))]).toEqual([]);
  });

  test('of which nothing is said is a warning with its age', () => {
    expect(telling([starting(1)])).toEqual([
      'warn',
      'web has not started for 3 min: it is still being created, and its node does not say why',
    ]);
    expect(telling([starting(1), starting(2)])[1]).toMatch(/^web: 2 of 2 pods have not started for 3 min: /);
  });

  test('that is not ready is told to be the reason', () => {
    const nodes = [aNode({ conditions: { Ready: goneQuiet() } })];
    expect(telling([starting(1)], { nodes })).toEqual(['bad', 'web cannot start: its node nuc0 is not ready']);
  });

  test('that waits for an init container is a warning after five minutes of that', () => {
    const init = (startedAt: number, part: Partial<ContainerFact> = {}) => {
      const first = aContainer({
        name: 'migrate',
        role: 'init',
        ready: false,
        state: { is: 'running', startedAt },
        ...part,
      });
      return starting(1, { createdAt: noon - hour, containers: [first, waiting('PodInitializing')] });
    };
    expect(telling([init(noon - 5 * minute + second)])).toEqual(isFine);
    const verdict = verdictOf([init(noon - 5 * minute)]);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'web has not started for 5 min: it waits for init container migrate',
    ]);
    expect(verdict.startedAt).toBe(noon - 5 * minute);
    expect(telling([init(noon - hour, { role: 'sidecar' })])[1]).toContain('it waits for sidecar migrate');
  });
});

describe('the first steps', () => {
  const steps = (pod: PodFact, parts: SnapshotParts = {}) => commandsOf(verdictOf([pod], parts));

  test('fit the trouble', () => {
    expect(steps(refusing(1, 'CreateContainerConfigError', 'secret "db" not found'))).toEqual([
      'kubectl -n default get secrets',
      'kubectl -n default describe pod web-1',
    ]);
    const taint = '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.';
    expect(steps(unscheduled(1, taint))[0]).toContain('TAINTS:.spec.taints[*].key');
    const claim = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
    expect(steps(unscheduled(1, claim))[0]).toBe('kubectl -n default get persistentvolumeclaims -o wide');
    const full = refusing(1, 'CreateContainerError', 'write /x: no space left on device');
    expect(steps(full)).toContain('df -h');
    const talos = { nodes: [aNode({ kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' })] };
    expect(steps(full, talos)).toContain('talosctl -n 192.168.1.10 usage /var -d 2 -H');
    const damaged = about(
      'web-1',
      'FailedMount',
      `MountVolume.MountDevice failed for volume "pvc-1" : can't read superblock`,
    );
    expect(steps(starting(1), { events: [damaged] })).toEqual([
      'kubectl -n default get persistentvolumeclaims -o wide',
      'kubectl describe persistentvolume pvc-1',
      'kubectl -n default describe pod web-1',
    ]);
    const network = [about('web-1', 'FailedCreatePodSandBox', 'plugin type="calico" failed (add): x')];
    expect(steps(starting(1), { events: network })[0]).toBe(
      'kubectl get pods -A -o wide --field-selector spec.nodeName=nuc0',
    );
  });

  test('quote hostile names', () => {
    const pod = starting(1, { namespace: 'a b', name: 'x;y', node: "n'1" });
    const events = [about('x;y', 'NetworkNotReady', 'x', { about: { kind: 'Pod', namespace: 'a b', name: 'x;y' } })];
    const verdicts = judged(notStarting, snapshotOf([{ ...pod, owner: null }], { events }));
    expect(commandsOf(verdicts.find(({ subject }) => subject.kind === 'Pod')!)).toContain(
      "kubectl -n 'a b' describe pod 'x;y'",
    );
  });
});

describe('odd data', () => {
  test('without a time is told at once, without a beginning', () => {
    for (const createdAt of [null, noon + 30 * day]) {
      const verdict = verdictOf([starting(1, { createdAt })]);
      expect(sentence(verdict)).toBe('web has not started: it is still being created, and its node does not say why');
      expect(verdict).not.toHaveProperty('startedAt');
    }
  });

  test('with a clock a little ahead of ours waits as any other', () => {
    expect(telling([starting(1, { createdAt: noon + minute })])).toEqual(isFine);
  });

  test('of a phase nobody knows, or none, is still not started', () => {
    expect(telling([starting(1, { phase: '' })])[0]).toBe('warn');
    expect(telling([starting(1, { phase: 'Dreaming', containers: [] })])[0]).toBe('warn');
  });

  test('as long as the API lets it be is cut', () => {
    const long = refusing(1, 'CreateContainerError', 'x '.repeat(50_000));
    expect(telling([long])[1]!.length).toBeLessThan(300);
    expect(evidenceOf(verdictOf([long]))[0]!.length).toBeLessThanOrEqual(1000);
  });
});

test('it explains what is missing of the same workload', () => {
  const snapshot = snapshotOf([unscheduled(1)]);
  const cause = theVerdict(notStarting, snapshot);
  const effect = (check: `workloads/${string}`) =>
    anEffect(check, { subject: { kind: 'Deployment', namespace: 'default', name: 'web' }, level: 'bad' });
  for (const check of ['not-ready', 'replicas-missing', 'rollout-stuck'] as const) {
    expect(explains(notStarting, cause, effect(`workloads/${check}`), snapshot)).toBe(true);
  }
  expect(explains(notStarting, cause, effect('workloads/image-cannot-be-pulled'), snapshot)).toBe(false);
});
