import { describe, expect, test } from 'vitest';
import tile from '#server/checks/nodes/tile.ts';
import type { HeartbeatMemory } from '#server/checks/heartbeat-memory.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aNode, goneQuiet, readyCondition } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { noon, second } from '#test/builders/time.ts';

const beat = (silentMs: number, renewals = 2): HeartbeatMemory => {
  const silentFrom = noon - silentMs;
  return { renewTime: 'x', renewals, seenAt: silentFrom, silentMs, silentFrom, judgedAt: noon };
};

function contextOf(beats: Record<string, HeartbeatMemory>) {
  return {
    memory: (check: string) => new Map<string, unknown>(check === 'nodes/no-heartbeat' ? Object.entries(beats) : []),
  };
}

function figureOf(nodes: NodeFact[], beats?: Record<string, HeartbeatMemory>) {
  const figure = tile.figure(aSnapshot({ nodes }), beats && contextOf(beats))!;
  return { ...figure, detail: sentence({ say: figure.detail }) };
}

const four = ['nuc0', 'nuc1', 'nuc2', 'nuc3'].map((name) => aNode({ name }));
const quiet = aNode({ name: 'nuc4', conditions: { Ready: goneQuiet() } });

describe('the figure of the nodes', () => {
  test('is how many of them are ready', () => {
    expect(figureOf(four)).toEqual({ value: '4', rest: 'of 4 ready', detail: 'all kubelets v1.36.4+k3s1' });
    expect(figureOf([...four, quiet])).toMatchObject({ value: '4', rest: 'of 5 ready' });
  });

  test('is none without nodes, which is not the same as nothing to watch', () => {
    expect(figureOf([])).toEqual({ value: '0', rest: 'nodes', detail: 'none has joined' });
  });

  test('has the oldest heartbeat beside it, in steps of ten seconds', () => {
    const beats = (oldest: number) => ({ nuc0: beat(3_000), nuc1: beat(0), nuc2: beat(oldest), nuc3: beat(1_000) });
    expect(figureOf(four, beats(9_999)).detail).toBe('all heartbeats under 10 s');
    expect(figureOf(four, beats(10_000)).detail).toBe('all heartbeats under 20 s');
    expect(figureOf(four, beats(0)).detail).toBe('all heartbeats under 10 s');
  });

  test('does not speak of all heartbeats while one is not known', () => {
    const known = { nuc0: beat(0), nuc1: beat(0), nuc2: beat(0) };
    expect(figureOf(four, known).detail).toBe('all kubelets v1.36.4+k3s1');
    expect(figureOf(four, { ...known, nuc3: beat(0, 1) }).detail).toBe('all kubelets v1.36.4+k3s1');
  });

  test('names who is cordoned, or counts them', () => {
    const closed = (name: string) => aNode({ name, unschedulable: true });
    expect(figureOf([...four, closed('nuc9')]).detail).toBe('nuc9 is cordoned');
    expect(figureOf([closed('nuc8'), closed('nuc9')]).detail).toBe('2 cordoned');
    expect(figureOf([closed('n'.repeat(253))]).detail.length).toBeLessThan(60);
  });

  test('tells the fullest disk from 70 % on, before it is a warning', () => {
    const detail = (free: number, fresh = true) => {
      const disk = { ...aNodeStats().disk!, availableBytes: free * 1e9 };
      const nodeStats = [aNodeStats(), aNodeStats({ node: 'nuc1', disk })];
      const sources = { 'kubelet/nuc0': {}, 'kubelet/nuc1': { fresh } };
      return sentence({ say: tile.figure(aSnapshot({ nodes: four, nodeStats, sources }))!.detail });
    };
    expect(detail(30)).toBe('disk of nuc1 70 % full');
    expect(detail(30.1)).toBe('all kubelets v1.36.4+k3s1');
    expect(detail(30, false)).toBe('all kubelets v1.36.4+k3s1');
  });

  test('counts versions where they differ, and says if none is known', () => {
    expect(figureOf([...four, aNode({ name: 'nuc9', kubeletVersion: 'v1.36.1' })]).detail).toBe('2 kubelet versions');
    expect(figureOf([aNode({ kubeletVersion: '' })]).detail).toBe('versions not known');
  });
});

describe('a row of the nodes', () => {
  test('tells what the machine is', () => {
    const node = aNode({ roles: ['control-plane', 'etcd'], unschedulable: true });
    const cells = tile.cells(
      { kind: 'Node', name: 'nuc0' },
      aSnapshot({ nodes: [node] }),
      contextOf({ nuc0: beat(4 * second) }),
    );
    expect(cells).toEqual({
      name: 'nuc0',
      status: 'ready, cordoned',
      cpu: null,
      memory: null,
      disk: null,
      roles: 'control-plane, etcd',
      version: 'v1.36.4+k3s1',
      heartbeat: noon - 4 * second,
      os: 'Debian GNU/Linux 13 (trixie)',
    });
  });

  test('tells what it uses while its kubelet can be seen', () => {
    const stats = aNodeStats({ cpuCores: 1.9, imageDisk: { ...aNodeStats().disk!, availableBytes: 2.1e10 } });
    const uses = (sources = {}) => {
      const snapshot = aSnapshot({ nodes: [aNode()], nodeStats: [stats], sources });
      return tile.cells({ kind: 'Node', name: 'nuc0' }, snapshot);
    };
    const seen = { 'kubelet/nuc0': {} };
    expect(uses(seen)).toMatchObject({ cpu: 47, memory: 50, disk: 79 });
    expect(uses({ 'kubelet/nuc0': { fresh: false } })).toMatchObject({ cpu: null, memory: null, disk: null });
  });

  test('says how a node stands, and leaves out what is not known', () => {
    const status = (node: NodeFact) =>
      tile.cells({ kind: 'Node', name: node.name }, aSnapshot({ nodes: [node] }))['status'];
    expect(status(aNode({ conditions: { Ready: readyCondition({ status: 'False' }) } }))).toBe('not ready');
    expect(status(quiet)).toBe('not reporting');
    expect(status({ ...aNode(), conditions: {} })).toBe('not reporting');
    const bare = aNode({ roles: [], kubeletVersion: '', osImage: '' });
    expect(tile.cells({ kind: 'Node', name: 'nuc0' }, aSnapshot({ nodes: [bare] }))).toMatchObject({
      roles: 'worker',
      version: null,
      heartbeat: null,
      os: null,
    });
  });

  test('has every column, also of a source or a node that is gone', () => {
    const keys = tile.columns.map(({ key }) => key).toSorted();
    for (const kind of ['Source', 'Node']) {
      expect(Object.keys(tile.cells({ kind, name: 'gone' }, aSnapshot())).toSorted()).toEqual(keys);
    }
  });
});
