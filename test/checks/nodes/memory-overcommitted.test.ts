import { describe, expect, test } from 'vitest';
import memoryOvercommitted from '#server/checks/nodes/memory-overcommitted.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aContainer } from '#test/builders/workloads.ts';

const node = aNode({ allocatable: { cpuCores: 4, memoryBytes: 8_000_000_000 } });
const asking = (name: string, gigabytes: number, part: Partial<PodFact> = {}) =>
  aPod({
    name,
    owner: { kind: 'StatefulSet', name: name.replace(/-\d$/, '') },
    containers: [aContainer({ requestedBytes: gigabytes * 1e9 })],
    ...part,
  });
const judge = (pods: PodFact[], parts: SnapshotParts = {}, settings = {}) =>
  judged(memoryOvercommitted, aSnapshot({ nodes: [node], pods, ...parts }), { settings });
const theOne = (pods: PodFact[], settings = {}) =>
  theVerdict(memoryOvercommitted, aSnapshot({ nodes: [node], pods }), { settings });

describe('the memory that a node has promised', () => {
  test('is fine up to 90 %, and a notice above it', () => {
    expect(theOne([asking('a', 7.2)]).level).toBe('ok');
    expect(sentence(theOne([asking('a', 4)]))).toBe('nuc0 has promised 50 % of its memory to pods');
    const verdict = theOne([asking('a', 4), asking('b', 3.4)]);
    expect([verdict.level, sentence(verdict)]).toEqual(['notice', 'nuc0 has promised 92 % of its memory to pods']);
    expect(theOne([asking('a', 5)], { notice: 50 }).level).toBe('notice');
    expect(theOne([]).level).toBe('ok');
  });

  test('is told with the largest, by workload', () => {
    const verdict = theOne([asking('jellyfin-0', 2), asking('jellyfin-1', 2), asking('db-0', 3), asking('x-0', 0.9)]);
    expect(evidenceOf(verdict)).toEqual(['7.9 GB of 8 GB', 'most to jellyfin 4 GB, db 3 GB, x 900 MB']);
    expect(commandsOf(verdict)).toContain('kubectl describe node nuc0');
  });

  test('counts what is bound to it and has not ended, also what is on its way out', () => {
    const others = [
      asking('b', 8, { node: 'nuc1' }),
      asking('c', 8, { node: null }),
      asking('d', 8, { phase: 'Succeeded' }),
      asking('e', 8, { phase: 'Failed' }),
    ];
    expect(sentence(theOne([asking('a', 4), ...others]))).toBe('nuc0 has promised 50 % of its memory to pods');
    expect(theOne([asking('a', 4), asking('b', 4, { deletingAt: 1 })]).level).toBe('notice');
  });

  test('is not known of a node that does not tell what it has', () => {
    const silent = aNode({ allocatable: { cpuCores: null, memoryBytes: null } });
    expect(judge([asking('a', 9)], { nodes: [silent] })).toEqual([]);
  });

  test('is judged by nodes and pods: unseen pods make no fine verdicts, and nothing without the right to see them', () => {
    const stale = { sources: { pods: { fresh: false, state: 'stale' as const } } };
    expect(judge([asking('a', 7.9)])[0]?.sources).toEqual(['nodes', 'pods']);
    expect(judge([asking('a', 7.9)], stale)).toHaveLength(1);
    expect(judge([asking('a', 1)], stale)).toEqual([]);
    expect(judge([], { sources: { pods: { fresh: false, state: 'forbidden', freshAt: null } } })).toEqual([]);
  });
});
