import { describe, expect, test } from 'vitest';
import { nodeStatsFact } from '#server/facts/node-stats.ts';
import { absurdities } from './absurd.ts';
import { boundedFact } from './bounded-fact.ts';
import { at } from './raw-pod.ts';
import { rawStats } from './raw-stats.ts';

const factOf = (raw: unknown) => nodeStatsFact(raw, 'nuc0', 'kubelet/nuc0');
const withNode = (part: object) => factOf({ node: { ...rawStats.node, ...part } });

describe('what a node uses', () => {
  test('becomes a fact in cores and bytes, with the time of the measurement', () => {
    const { pods, volumes: _ofClaims, ...fact } = factOf(rawStats);
    expect(fact).toEqual({
      key: 'nuc0',
      uid: 'nuc0',
      source: 'kubelet/nuc0',
      node: 'nuc0',
      cpuCores: 0.412530111,
      memoryBytes: 6_765_410_304,
      memoryAvailableBytes: 9_876_543_488,
      disk: {
        at: Date.parse(at),
        capacityBytes: 490_648_473_600,
        availableBytes: 300_000_002_048,
        usedBytes: 165_648_470_016,
        inodes: 30_539_776,
        inodesFree: 29_000_000,
      },
      imageDisk: null,
    });
    expect(pods).toHaveLength(3);
  });

  test('names the disk of the images where it is another one', () => {
    const imageFs = { ...rawStats.node.runtime.imageFs, capacityBytes: 100_000_000_000, inodes: 6_000_000 };
    expect(withNode({ runtime: { imageFs } }).imageDisk).toMatchObject({
      capacityBytes: 100_000_000_000,
      inodes: 6_000_000,
    });
    expect(factOf({ node: { runtime: { imageFs } } }).imageDisk).not.toBeNull();
  });

  test('is null where it is not told or cannot be', () => {
    expect(factOf({})).toMatchObject({
      cpuCores: null,
      memoryBytes: null,
      memoryAvailableBytes: null,
      disk: null,
      pods: [],
    });
    expect(
      withNode({ cpu: { usageNanoCores: -1 }, memory: { workingSetBytes: 1e30, availableBytes: '4' } }),
    ).toMatchObject({
      ...{ cpuCores: null, memoryBytes: null, memoryAvailableBytes: null },
    });
    expect(withNode({ fs: { time: at } }).disk).toBeNull();
    expect(withNode({ fs: { capacityBytes: 5 } }).disk).toMatchObject({ at: null, capacityBytes: 5, inodes: null });
  });

  test.each(absurdities.map((value, i) => [i, value] as const))('survives absurdity %d', (_, value) => {
    for (const raw of [value, { node: value, pods: value }, { pods: [value, { podRef: value, containers: value }] }])
      boundedFact(factOf(raw));
  });
});

describe('what a pod uses', () => {
  test('is its own figure, else the sum of its containers, else not known', () => {
    expect(factOf(rawStats).pods).toEqual([
      {
        namespace: 'shop',
        name: 'web-5d4f8c7b9-abcde',
        uid: 'f0b8a6ce-5d4f-4c7b-9abc-de0123456789',
        cpuCores: 0.022,
        memoryBytes: 101_000_192,
      },
      { namespace: 'tools', name: 'registry-0', uid: 'u9', cpuCores: 0.005, memoryBytes: 57_000_768 },
      { namespace: 'shop', name: 'just-begun', uid: 'u10', cpuCores: null, memoryBytes: null },
    ]);
  });

  test('is told of 500 pods at most, and of none without a name', () => {
    const pods = Array.from({ length: 900 }, (_, i) => ({ podRef: { name: `p${i}`, namespace: 'n' } }));
    expect(factOf({ pods }).pods).toHaveLength(500);
    expect(factOf({ pods: [{ podRef: { namespace: 'n' } }, {}, null, 4] }).pods).toEqual([]);
  });
});

describe('the volume of a claim', () => {
  const volumesOf = (...volume: unknown[]) => factOf({ pods: [{ podRef: { name: 'gitea-0' }, volume }] }).volumes;
  const pvcRef = { name: 'gitea-data', namespace: 'git' };

  test('has its own figures with their own time, for each pod that has it mounted', () => {
    const volume = {
      ...{ time: at, name: 'data', pvcRef, capacityBytes: 10_000_000_000, availableBytes: 8_100_000_000 },
      ...{ usedBytes: 1_900_000_000, inodes: 655_360, inodesFree: 615_360, inodesUsed: 40_000 },
    };
    const pods = ['gitea-0', 'gitea-1'].map((name) => ({ podRef: { name, namespace: 'git' }, volume: [volume] }));
    const seen = {
      ...{ namespace: 'git', claim: 'gitea-data', at: Date.parse(at), capacityBytes: 10_000_000_000 },
      ...{ availableBytes: 8_100_000_000, usedBytes: 1_900_000_000 },
      ...{ inodes: 655_360, inodesFree: 615_360, inodesUsed: 40_000 },
    };
    expect(factOf({ pods }).volumes).toEqual([
      { ...seen, pod: 'gitea-0' },
      { ...seen, pod: 'gitea-1' },
    ]);
  });

  test('is none where it is of no claim, or nothing is told of it', () => {
    expect(volumesOf({ name: 'config', usedBytes: 4_096 }, { name: 'data', pvcRef }, null, 3)).toEqual([]);
    expect(volumesOf({ name: 'data', pvcRef: { namespace: 'git' }, usedBytes: 5 })).toEqual([]);
  });

  test('has no figure where one is negative, huge or a text', () => {
    const volume = { time: 'now', pvcRef, usedBytes: -1, capacityBytes: 1e30, availableBytes: '8', inodesUsed: 12 };
    expect(volumesOf({ ...volume, inodes: 100 })).toMatchObject([
      { at: null, usedBytes: null, capacityBytes: null, availableBytes: null, inodes: 100, inodesUsed: 12 },
    ]);
  });

  test('is one of 500 at most', () => {
    const volume = Array.from({ length: 90 }, (_, i) => ({ pvcRef: { name: `c${i}` }, usedBytes: i }));
    const pods = Array.from({ length: 20 }, (_, i) => ({ podRef: { name: `p${i}` }, volume }));
    expect(factOf({ pods }).volumes).toHaveLength(500);
    boundedFact(factOf({ pods }));
  });
});
