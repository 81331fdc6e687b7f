import { expect, test } from 'vitest';
import networkUnavailable from '#server/checks/nodes/network-unavailable.ts';
import type { NodeCondition } from '#server/facts/node.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aCondition, aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, noon } from '#test/builders/time.ts';

const verdictOf = (part: Partial<NodeCondition>, name = 'nuc0') =>
  theVerdict(
    networkUnavailable,
    aSnapshot({ nodes: [aNode({ name, conditions: { NetworkUnavailable: aCondition(part) } })] }),
  );

test('a network that is set up is fine', () => {
  const verdict = verdictOf({ status: 'False' });
  expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the network of nuc0 is set up']);
});

test('a network that is not set up is bad since it changed', () => {
  const verdict = verdictOf({ status: 'True', reason: 'NoRouteCreated', message: 'no route', changedAt: noon - hour });
  expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'the pod network of nuc0 is not set up']);
  expect(evidenceOf(verdict)).toEqual(['NoRouteCreated: no route']);
  expect(verdict.startedAt).toBe(noon - hour);
});

test('a network of which it is not known is unknown', () => {
  expect(verdictOf({ status: 'Unknown' }).level).toBe('unknown');
  expect(verdictOf({ status: 'odd' as 'True' }).level).toBe('unknown');
});

test('a node whose network plugin says nothing is not judged', () => {
  expect(judged(networkUnavailable, aSnapshot({ nodes: [aNode()] }))).toEqual([]);
});

test('hostile names are quoted, and silence has no evidence', () => {
  const verdict = verdictOf({ status: 'True', reason: '', message: '' }, 'x&y');
  expect(evidenceOf(verdict)).toEqual([]);
  expect(commandsOf(verdict)).toEqual([
    "kubectl -n kube-system get pods -o wide --field-selector 'spec.nodeName=x&y'",
    "kubectl describe node 'x&y'",
  ]);
});
