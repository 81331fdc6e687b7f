import { describe, expect, test } from 'vitest';
import memoryHigh from '#server/checks/nodes/memory-high.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute } from '#test/builders/time.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';

const with8Gb = (stats: Partial<NodeStatsFact>, node: Partial<NodeFact> = {}) =>
  aSnapshot({ nodes: [aNode(node)], nodeStats: [aNodeStats(stats)] });
const using = (percent: number) => ({
  memoryBytes: percent * 80_000_000,
  memoryAvailableBytes: (100 - percent) * 80_000_000,
});
const verdictOf = (percent: number, node: Partial<NodeFact> = {}, settings = {}) =>
  theVerdict(memoryHigh, with8Gb(using(percent), node), { settings });

describe('the memory of a node', () => {
  test('is fine below 90 %, a warning from there, bad from 95 %', () => {
    expect([89.9, 90, 94.9, 95].map((percent) => verdictOf(percent).level)).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect(sentence(verdictOf(94.9))).toBe('nuc0 uses 94 % of its memory');
    expect(verdictOf(70, {}, { warn: 50, bad: 60 }).level).toBe('bad');
  });

  test('must be used up for five minutes: a nightly job takes less', () => {
    expect(memoryHigh.settings['for']?.default).toBe(5 * minute);
    expect(memoryHigh.for?.({ for: minute })).toBe(minute);
  });

  test('is told with who uses most, its chart and the first steps', () => {
    const pod = (name: string, memoryBytes: number | null) => ({
      ...{ namespace: 'media', name, uid: name, cpuCores: null, memoryBytes },
    });
    const pods = [pod('small', 1e8), pod('jellyfin', 3.2e9), pod('none', null), pod('gitea', 1.1e9), pod('db', 2e9)];
    const verdict = theVerdict(memoryHigh, with8Gb({ ...using(96), pods }));
    expect(evidenceOf(verdict).slice(0, 2)).toEqual([
      '7.7 GB of 8 GB used',
      'most by jellyfin 3.2 GB, db 2 GB, gitea 1.1 GB',
    ]);
    expect(verdict.series).toEqual(['nodes/memory|Node/nuc0']);
    expect(verdict.sources).toEqual(['kubelet/nuc0']);
    expect(commandsOf(verdict)).toContain('kubectl top pods -A --sort-by=memory');
  });

  test('on k3s is told to evict nothing', () => {
    const words = 'k3s evicts no pods for memory: when none is left, the kernel kills what it finds';
    expect(evidenceOf(verdictOf(96))).toContain(words);
    expect(evidenceOf(verdictOf(96, { kubeletVersion: 'v1.36.4' }))).not.toContain(words);
  });

  test('is of what the node has where the kubelet does not tell what is left', () => {
    const snapshot = with8Gb({ memoryBytes: 7_600_000_000, memoryAvailableBytes: null });
    expect(sentence(theVerdict(memoryHigh, snapshot))).toBe('nuc0 uses 95 % of its memory');
  });

  test('is not judged where it is not told', () => {
    const capacity = { cpuCores: null, memoryBytes: null };
    expect(judged(memoryHigh, with8Gb({ memoryBytes: null }))).toEqual([]);
    expect(judged(memoryHigh, with8Gb({ memoryAvailableBytes: null }, { capacity }))).toEqual([]);
    expect(judged(memoryHigh, with8Gb({ memoryBytes: 0, memoryAvailableBytes: 0 }))).toEqual([]);
  });
});

describe('memory that is used up explains', () => {
  const cause = verdictOf(97);

  test('that its kubelet says MemoryPressure', () => {
    const pressure = (key: string) =>
      anEffect('nodes/pressure', { subject: { kind: 'Node', name: 'nuc0' }, level: 'bad', key });
    expect(explains(memoryHigh, cause, pressure('MemoryPressure'), aSnapshot())).toBe(true);
    expect(explains(memoryHigh, cause, pressure('DiskPressure'), aSnapshot())).toBe(false);
  });

  test('what was killed there without a limit of its own', () => {
    const killed = (memoryLimit: string | null, node = 'nuc0') => {
      const container = aContainer({ memoryLimit, restarts: 1, last: anEnd({ reason: 'OOMKilled', exitCode: 137 }) });
      return aSnapshot({ pods: [aPod({ node, restarts: 1, containers: [container] })] });
    };
    const subject = { kind: 'StatefulSet', namespace: 'default', name: 'web' };
    const effect = anEffect('workloads/out-of-memory', { subject, level: 'bad' });
    expect(explains(memoryHigh, cause, effect, killed(null))).toBe(true);
    expect(explains(memoryHigh, cause, effect, killed('16Mi'))).toBe(false);
    expect(explains(memoryHigh, cause, effect, killed(null, 'nuc1'))).toBe(false);
    expect(explains(memoryHigh, verdictOf(92), effect, killed(null)), 'a warning').toBe(false);
  });
});
