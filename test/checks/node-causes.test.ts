import { describe, expect, test } from 'vitest';
import cordoned from '#server/checks/nodes/cordoned.ts';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import notReady from '#server/checks/nodes/not-ready.ts';
import pressure from '#server/checks/nodes/pressure.ts';
import type { Check, Verdict } from '#server/engine/define-check.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { say } from '#shared/say.ts';
import { aPod } from '#test/builders/facts.ts';
import { anEffect, explains, judged } from '#test/builders/judged.ts';
import { aCondition, aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { noon } from '#test/builders/time.ts';

const dead = aNode({ name: 'nuc2', conditions: { Ready: goneQuiet() } });
const lost = (part: Partial<PodFact> = {}) => aPod({ name: 'web-2', node: 'nuc2', ready: false, ...part });
const silent: Verdict = { subject: { kind: 'Node', name: 'nuc2' }, level: 'warn', say: say('x') };

function explained(
  check: Check,
  pods: PodFact[],
  effectOf: `workloads/${string}` = 'workloads/not-ready',
  nodes = [aNode(), dead],
) {
  const snapshot = aSnapshot({ nodes, pods });
  const effect = anEffect(effectOf, {
    subject: { kind: 'StatefulSet', namespace: 'default', name: 'web' },
    level: 'bad',
  });
  const causes = check === noHeartbeat ? [silent] : judged(check, snapshot).filter(({ level }) => level !== 'ok');
  return causes.some((cause) => explains(check, cause, effect, snapshot));
}

describe('a node that is down explains', () => {
  test('workloads whose pods in trouble all are on it, whoever else is well', () => {
    expect(explained(notReady, [aPod(), lost()])).toBe(true);
    expect(explained(noHeartbeat, [aPod(), lost()], 'workloads/replicas-missing')).toBe(true);
  });

  test('no workload with a pod in trouble elsewhere', () => {
    expect(explained(notReady, [aPod({ ready: false }), lost()])).toBe(false);
    expect(explained(notReady, [aPod({ ready: false, node: null }), lost()])).toBe(false);
  });

  test('no workload without pods in trouble, and none that is gone', () => {
    expect(explained(notReady, [aPod(), lost({ ready: true })])).toBe(false);
    expect(explained(notReady, [])).toBe(false);
  });

  test('pods that cannot leave it, and those that wait to take their place', () => {
    const leaving = lost({ deletingAt: noon });
    expect(explained(notReady, [leaving], 'workloads/stuck-terminating')).toBe(true);
    expect(explained(notReady, [leaving, aPod({ phase: 'Pending', ready: false })], 'workloads/not-starting')).toBe(
      true,
    );
  });

  test('nothing of other areas, and nothing while it is fine', () => {
    const snapshot = aSnapshot({ nodes: [dead], pods: [lost()] });
    const [cause] = judged(notReady, snapshot);
    const unseen = anEffect('nodes/unseen', { subject: { kind: 'Source', name: 'nodes' }, level: 'unknown' });
    expect(explains(notReady, cause!, unseen, snapshot)).toBe(false);
    expect(explained(notReady, [lost()], 'workloads/not-ready', [aNode(), aNode({ name: 'nuc2' })])).toBe(false);
  });
});

describe('that no node takes a pod is explained by', () => {
  const waiting = (message: string) => [
    aPod({
      phase: 'Pending',
      ready: false,
      node: null,
      unscheduled: { reason: 'Unschedulable', message, since: noon },
    }),
  ];
  const unreachable = waiting(
    '0/2 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.',
  );
  const closed = waiting(
    "0/2 nodes are available: 1 node(s) were unschedulable, 1 node(s) didn't match Pod's node affinity/selector.",
  );
  const full = waiting(
    '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
  );

  test('a node that is down, where the scheduler says so', () => {
    expect(explained(notReady, unreachable, 'workloads/not-starting')).toBe(true);
    expect(explained(notReady, closed, 'workloads/not-starting')).toBe(false);
    expect(explained(notReady, unreachable, 'workloads/crash-looping')).toBe(false);
  });

  test('a node that is cordoned, where the scheduler says so', () => {
    const nodes = [aNode({ unschedulable: true })];
    expect(explained(cordoned, closed, 'workloads/not-starting', nodes)).toBe(true);
    expect(explained(cordoned, full, 'workloads/not-starting', nodes)).toBe(false);
    expect(explained(cordoned, closed, 'workloads/not-starting', [aNode()])).toBe(false);
  });

  test('a node under that very pressure', () => {
    const under = (key: string) => [aNode({ conditions: { [key]: aCondition({ status: 'True' }) } })];
    expect(explained(pressure, full, 'workloads/not-starting', under('DiskPressure'))).toBe(true);
    expect(explained(pressure, full, 'workloads/not-starting', under('MemoryPressure'))).toBe(false);
  });
});
