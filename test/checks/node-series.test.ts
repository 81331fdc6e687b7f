import { describe, expect, test } from 'vitest';
import { nodeCpu, nodeDisk, nodeImageDisk, nodeInodes, nodeMemory, nodesReady } from '#server/checks/node-series.ts';
import type { SeriesRule } from '#server/engine/define-series.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';

const nuc0 = { kind: 'Node', name: 'nuc0' };

function read(rule: SeriesRule, stats: Partial<NodeStatsFact>, parts: SnapshotParts = {}) {
  const sources = { 'kubelet/nuc0': {} };
  return [...rule.read(aSnapshot({ nodes: [aNode()], nodeStats: [aNodeStats(stats)], sources, ...parts }))];
}

describe('of each node is measured', () => {
  test('how busy, used and full it is, percent', () => {
    expect(read(nodeCpu, {})).toEqual([{ subject: nuc0, value: 12.5 }]);
    expect(read(nodeMemory, {})).toEqual([{ subject: nuc0, value: 50 }]);
    expect(read(nodeDisk, {})).toEqual([{ subject: nuc0, value: 40 }]);
    expect(read(nodeInodes, {})).toEqual([{ subject: nuc0, value: 10 }]);
    expect(nodeDisk.title(nuc0)).toBe('Disk of nuc0');
  });

  test('the disk of the images, where it is another one', () => {
    expect(read(nodeImageDisk, {})).toEqual([]);
    const imageDisk = { ...aNodeStats().disk!, availableBytes: 0 };
    expect(read(nodeImageDisk, { imageDisk })).toEqual([{ subject: nuc0, value: 100 }]);
  });

  test('nothing that its kubelet does not tell, and nothing impossible', () => {
    const disk = { ...aNodeStats().disk!, capacityBytes: null, inodes: 0, inodesFree: 0 };
    for (const rule of [nodeDisk, nodeInodes]) {
      expect(read(rule, { disk })).toEqual([]);
      expect(read(rule, { disk: null })).toEqual([]);
    }
    expect(read(nodeCpu, { cpuCores: null })).toEqual([]);
    expect(read(nodeCpu, { cpuCores: 900 })[0]?.value).toBe(100);
    expect(read(nodeDisk, { disk: { ...aNodeStats().disk!, availableBytes: 9e11 } })[0]?.value).toBe(0);
  });

  test.for([nodeCpu, nodeMemory, nodeDisk, nodeInodes])('$series only while its kubelet can be seen', (rule) => {
    expect(read(rule, {}, { sources: { 'kubelet/nuc0': { fresh: false } } })).toEqual([]);
    expect(
      read(rule, {}, { sources: { 'kubelet/nuc0': {}, nodes: { fresh: false } } }),
      'the API is blind',
    ).toHaveLength(1);
    expect(read(rule, {}, { nodes: [] }), 'the node is gone').toEqual([]);
  });
});

test('how many nodes are ready', () => {
  const nodes = [aNode(), aNode({ name: 'nuc1', conditions: { Ready: goneQuiet() } })];
  expect(nodesReady.read(aSnapshot({ nodes }))).toEqual([{ subject: null, value: 1 }]);
});
