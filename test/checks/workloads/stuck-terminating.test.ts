import { describe, expect, test } from 'vitest';
import stuckTerminating from '#server/checks/workloads/stuck-terminating.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod, anEvent } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';
import { aContainer, aDeployment, aReplicaSet, anEnd } from '#test/builders/workloads.ts';

const ended = [aContainer({ state: { is: 'terminated', ...anEnd() } })];

/** A pod of Deployment web that should have been gone for twelve minutes. */
const deleted = (part: Partial<PodFact> = {}) =>
  aPod({
    name: 'web-5d4f8c7b9-x',
    owner: { kind: 'ReplicaSet', name: 'web-5d4f8c7b9' },
    deletingAt: noon - 12 * minute,
    containers: ended,
    ...part,
  });
const snapshotOf = (pods: PodFact[], parts: SnapshotParts = {}) =>
  aSnapshot({ pods, nodes: [aNode()], replicaSets: [aReplicaSet()], deployments: [aDeployment()], ...parts });
const verdictOf = (part: Partial<PodFact> = {}, parts: SnapshotParts = {}) =>
  theVerdict(stuckTerminating, snapshotOf([deleted(part)], parts));
const said = (part: Partial<PodFact> = {}, parts: SnapshotParts = {}) => {
  const verdict = verdictOf(part, parts);
  return [verdict.level, sentence(verdict)];
};

describe('a workload', () => {
  test('of which no pod is deleted is fine', () => {
    expect(said({ deletingAt: null })).toEqual(['ok', 'no pod of web is stuck']);
  });

  test('whose pod has its grace time and two minutes more is fine until then', () => {
    expect(said({ deletingAt: noon + 30_000 })[0]).toBe('ok');
    expect(said({ deletingAt: noon - 2 * minute + 1 })[0]).toBe('ok');
    expect(said({ deletingAt: noon - 2 * minute })[0]).toBe('warn');
  });

  test('whose pod does not go is a warning, since it should have gone', () => {
    const verdict = verdictOf({ finalizers: ['example.com/hold'] });
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'web: pod web-5d4f8c7b9-x has been stuck terminating for 12 min: it waits for finalizer example.com/hold',
    ]);
    expect(verdict.startedAt).toBe(noon - 12 * minute);
    expect(verdict.subject).toEqual({ kind: 'Deployment', namespace: 'default', name: 'web' });
    expect(evidenceOf(verdict)).toEqual(['should have been gone at 11:48', 'web-5d4f8c7b9-x on nuc0']);
  });

  test('is one finding that counts its pods and begins with the oldest', () => {
    const pods = [
      deleted({ name: 'a', deletingAt: noon - 3 * minute }),
      deleted({ name: 'b', deletingAt: noon - 9 * minute, finalizers: ['x/y'] }),
      deleted({ name: 'c', deletingAt: null }),
    ];
    const verdict = theVerdict(stuckTerminating, snapshotOf(pods));
    expect(sentence(verdict)).toBe('web: 2 pods have been stuck terminating for 9 min: it waits for finalizer x/y');
    expect(evidenceOf(verdict)).toContain('b on nuc0, a on nuc0');
  });

  test('that is a StatefulSet is bad, since no other pod is made before this one is gone', () => {
    expect(said({ owner: { kind: 'StatefulSet', name: 'database' } }, { deployments: [], replicaSets: [] })[0]).toBe(
      'bad',
    );
  });

  test('that is a bare pod is named once', () => {
    const bare = { owner: null, name: 'tool', finalizers: ['x/y'] };
    const verdicts = judged(stuckTerminating, snapshotOf([deleted(bare)], { deployments: [], replicaSets: [] }));
    expect(verdicts.map((verdict) => sentence(verdict))).toEqual([
      'tool has been stuck terminating for 12 min: it waits for finalizer x/y',
    ]);
  });

  test('whose pod has ended before it goes is stuck all the same', () => {
    for (const phase of ['Succeeded', 'Failed']) {
      expect(said({ phase, finalizers: ['x/y'] })[1]).toContain('it waits for finalizer x/y');
    }
  });

  test('that is a Job is the business of another area', () => {
    const ofJob = deleted({ owner: { kind: 'Job', name: 'backup' } });
    expect(judged(stuckTerminating, snapshotOf([ofJob], { deployments: [], replicaSets: [] }))).toEqual([]);
  });
});

describe('what it waits for', () => {
  test.for([
    [['a/b', 'c/d'], 'it waits for finalizers a/b and c/d'],
    [['a/b', 'c/d', 'e/f', 'g/h'], 'it waits for finalizers a/b, c/d and 2 more'],
  ] as const)('finalizers %s', ([finalizers, words]) => {
    expect(said({ finalizers })[1]).toContain(`: ${words}`);
  });

  test('a node that is gone, or not ready', () => {
    expect(said({ node: 'nuc9' })[1]).toContain(': its node nuc9 is gone');
    const nodes = [aNode({ conditions: { Ready: goneQuiet() } })];
    expect(said({ finalizers: ['x/y'] }, { nodes })[1]).toContain(': its node nuc0 is not ready');
    expect(evidenceOf(verdictOf({ finalizers: ['x/y'] }, { nodes }))).toContain('finalizers: x/y');
  });

  test('no node is said to be gone while nodes are not seen', () => {
    const sources = { nodes: { fresh: false, state: 'forbidden' as const } };
    expect(said({}, { nodes: [], sources })[1]).toContain(': node nuc0 has not cleared it away');
  });

  test('a container that does not end, with what the kubelet says', () => {
    const about = { kind: 'Pod', namespace: 'default', name: 'web-5d4f8c7b9-x' };
    const events = [anEvent({ reason: 'FailedKillPod', message: 'error killing pod: timeout', about })];
    const verdict = verdictOf({ containers: [aContainer()] }, { events });
    expect(sentence(verdict)).toContain(': container web does not end on nuc0');
    expect(evidenceOf(verdict)).toContain('FailedKillPod: error killing pod: timeout');
  });

  test('nothing that anybody says', () => {
    expect(said({})[1]).toContain(': node nuc0 has not cleared it away');
    expect(said({ node: null })[1]).toContain(': nothing says why');
  });
});

describe('the first steps', () => {
  const patch = `patch pod web-5d4f8c7b9-x --type=merge -p '{"metadata":{"finalizers":null}}'`;
  const force = 'kubectl -n default delete pod web-5d4f8c7b9-x --grace-period=0 --force';

  test('look before they force', () => {
    expect(commandsOf(verdictOf({ finalizers: ['x/y'] }))).toEqual([
      `kubectl -n default get pod web-5d4f8c7b9-x -o 'jsonpath={.metadata.finalizers}'`,
      'kubectl -n default describe pod web-5d4f8c7b9-x',
      `kubectl -n default ${patch}`,
    ]);
    const verdict = verdictOf();
    expect(commandsOf(verdict)).toEqual([
      'kubectl describe node nuc0',
      'kubectl -n default describe pod web-5d4f8c7b9-x',
      force,
    ]);
    expect(verdict.steps?.at(-1)?.say).toContain('two pods may write to one volume');
  });

  test('of a node that is gone take the pod off the list', () => {
    expect(commandsOf(verdictOf({ node: 'nuc9', finalizers: ['x/y'] }))).toEqual([
      'kubectl get nodes -o wide',
      'kubectl -n default describe pod web-5d4f8c7b9-x',
      force,
      `kubectl -n default ${patch}`,
    ]);
  });

  test('quote hostile names', () => {
    expect(
      commandsOf(verdictOf({ name: 'a;b', namespace: 'n s', owner: null }, { deployments: [], replicaSets: [] })).at(
        -1,
      ),
    ).toBe("kubectl -n 'n s' delete pod 'a;b' --grace-period=0 --force");
  });
});

describe('odd data', () => {
  test('does no harm', () => {
    expect(said({ deletingAt: noon + 900 * day })[0]).toBe('ok');
    expect(verdictOf({ deletingAt: -1 })).not.toHaveProperty('startedAt');
    const long = { finalizers: ['f'.repeat(253), 'g'.repeat(253)], node: 'n'.repeat(253), name: 'p'.repeat(253) };
    expect(said(long)[1]!.length).toBeLessThan(350);
  });
});

describe('a pod that does not go explains', () => {
  test('what is missing of the same workload', () => {
    const snapshot = snapshotOf([deleted()]);
    const cause = theVerdict(stuckTerminating, snapshot);
    const effect = anEffect('workloads/replicas-missing', { subject: cause.subject, level: 'bad' });
    expect(explains(stuckTerminating, cause, effect, snapshot)).toBe(true);
  });
});
