import { expect, test } from 'vitest';
import cordoned from '#server/checks/nodes/cordoned.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { commandsOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, hour, noon } from '#test/builders/time.ts';

const verdictOf = (node: Partial<NodeFact>) => theVerdict(cordoned, aSnapshot({ nodes: [aNode(node)] }));
const taint = (addedAt: number | null) => [
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', value: '', addedAt },
];

test('a node that takes pods is fine', () => {
  const verdict = verdictOf({});
  expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'nuc0 takes new pods']);
});

test('a cordoned node is a notice since its taint was set', () => {
  const verdict = verdictOf({ unschedulable: true, taints: taint(noon - hour) });
  expect([verdict.level, sentence(verdict)]).toEqual(['notice', 'nuc0 is cordoned: no new pods start there']);
  expect(verdict.startedAt).toBe(noon - hour);
  expect(commandsOf(verdict)).toEqual(['kubectl uncordon nuc0']);
});

test('without a time that makes sense it has no beginning of its own', () => {
  expect(verdictOf({ unschedulable: true })).not.toHaveProperty('startedAt');
  expect(verdictOf({ unschedulable: true, taints: taint(null) })).not.toHaveProperty('startedAt');
  expect(verdictOf({ unschedulable: true, taints: taint(noon + day) })).not.toHaveProperty('startedAt');
});

test('another taint is not a cordon, and a hostile name is quoted', () => {
  expect(verdictOf({ taints: [{ key: 'dedicated', effect: 'NoSchedule', value: 'gpu', addedAt: noon }] }).level).toBe(
    'ok',
  );
  expect(commandsOf(verdictOf({ name: "o'neil", unschedulable: true }))).toEqual(["kubectl uncordon 'o'\\''neil'"]);
  expect(judged(cordoned, aSnapshot())).toEqual([]);
});
