import { describe, expect, test } from 'vitest';
import { keepsOwnDisk, rememberOwnDisk, type OwnDisk } from '#server/checks/own-disk-memory.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, noon } from '#test/builders/time.ts';
import { aDiskWall, nodeDisk, ownDisk, type There } from './own-disk-play.ts';

const disk = aNodeStats().disk!;
const sized = (capacityBytes: number, part: Partial<VolumeStats> = {}) => ({ ...ownDisk, capacityBytes, ...part });
const whole = 24 * 60;

describe('a disk of its own', () => {
  test('is known by two measurements that say the same', () => {
    const wall = aDiskWall().measure(0, ownDisk);
    expect(wall.remembered()?.own).toBeNull();
    wall.measure(1, ownDisk);
    expect(wall.remembered()?.own).toMatchObject({ capacity: 500_000_000_000, inodes: 30_000_000 });
  });

  test('the same measurement again is no second one', () => {
    const at = noon;
    const wall = aDiskWall()
      .measure(1, { ...ownDisk, at })
      .measure(2, { ...ownDisk, at });
    expect(wall.remembered()?.own).toBeNull();
  });

  test('is not one by what a silent kubelet told, nor by figures that are missing or absurd', () => {
    const silent = { parts: { sources: { 'kubelet/nuc0': { fresh: false } } } };
    for (const [stats, there] of [
      [ownDisk, silent],
      [sized(0), {}],
      [{ ...ownDisk, capacityBytes: null }, {}],
      [ownDisk, { node: { disk: null } }],
      [ownDisk, { node: { disk: { ...disk, capacityBytes: null } } }],
      [ownDisk, { volume: { made: { is: 'csi', driver: 'topolvm.io', handle: '', server: '', path: '' } } }],
    ] as const satisfies readonly (readonly [Partial<VolumeStats>, There])[]) {
      const wall = aDiskWall().measure(0, stats, there).measure(1, stats, there).measure(2, stats, there);
      expect(wall.remembered()?.own ?? null).toBeNull();
    }
  });

  test('that is nearly as large as the one of the node is known once it was so for a day', () => {
    const twin = sized(99_500_000_000);
    const wall = aDiskWall()
      .measure(0, twin)
      .measure(1, twin)
      .measure(whole - 1, twin);
    expect(wall.remembered()?.own).toBeNull();
    wall.measure(whole + 1, twin).measure(whole + 2, nodeDisk);
    expect(wall.measure(whole + 3, nodeDisk).remembered()?.missing).toMatchObject({ capacity: 100_000_000_000 });
  });

  test('is written down four times an hour, not each minute', () => {
    const wall = aDiskWall().measure(0, ownDisk);
    const seen = new Set<OwnDisk | undefined>();
    for (let i = 1; i <= 60; i += 1) seen.add(wall.measure(i, ownDisk).remembered());
    expect(seen.size).toBeLessThanOrEqual(6);
    const moving = aDiskWall();
    const others = new Set<OwnDisk | undefined>();
    for (let i = 1; i <= 60; i += 1) others.add(moving.measure(i, sized(400_000_000_000 + i)).remembered());
    expect(others.size).toBeLessThanOrEqual(6);
  });

  test('is remembered for 30 days without its claim', () => {
    const before = aDiskWall().measure(0, ownDisk).measure(1, ownDisk).remembered()!;
    const gone = (at: number) => aSnapshot({ now: noon + at });
    expect(rememberOwnDisk(before, 'git/gitea-data', gone(day))).toBe(before);
    expect(keepsOwnDisk(before, gone(29 * day))).toBe(true);
    expect(keepsOwnDisk(before, gone(31 * day))).toBe(false);
    expect(keepsOwnDisk({ ...before, own: null }, gone(day))).toBe(false);
  });
});

describe('the disk of the node', () => {
  const never = (wall: ReturnType<typeof aDiskWall>) => expect(wall.remembered()?.missing ?? null).toBeNull();

  test('that was always shared is nothing that is missing', () => {
    never(aDiskWall().measure(0, nodeDisk).measure(1, nodeDisk).measure(2, nodeDisk));
  });

  test('that grows is measured in turns: neither order looks like a disk of its own', () => {
    const grown = { ...disk, capacityBytes: 200_000_000_000 };
    const there = { node: { disk: grown } };
    const grownVolume = { ...nodeDisk, capacityBytes: grown.capacityBytes };
    const nodeFirst = aDiskWall().measure(0, nodeDisk).measure(1, nodeDisk, there);
    never(nodeFirst.measure(2, grownVolume, there).measure(3, grownVolume, there).measure(4, grownVolume, there));
    const volumeFirst = aDiskWall().measure(0, nodeDisk).measure(1, grownVolume).measure(2, grownVolume);
    never(volumeFirst.measure(3, grownVolume, there).measure(4, grownVolume, there));
  });

  test('on which the images are, of which a kubelet tells later', () => {
    const images = { ...disk, capacityBytes: 500_000_000_000, inodes: 30_000_000 };
    const there = { node: { imageDisk: images } };
    const wall = aDiskWall().measure(0, ownDisk).measure(1, ownDisk);
    never(wall.measure(2, ownDisk, there).measure(3, ownDisk, there).measure(4, ownDisk, there));
  });

  test('whose number of inodes moves with what is free is the same disk', () => {
    const wall = aDiskWall();
    for (let i = 0; i < 6; i += 1) wall.measure(i, { ...nodeDisk, inodes: disk.inodes! + (i % 3) * 1_000 });
    expect(wall.remembered()?.own).toBeNull();
  });

  test('whose size moves with what is used of its pool is the same disk', () => {
    const wall = aDiskWall();
    for (let i = 0; i < 3 * whole; i += 30) {
      const capacityBytes = disk.capacityBytes! - (i % 90) * 1_000_000;
      wall.measure(i, { ...nodeDisk, capacityBytes });
      wall.measure(i + 1, { ...nodeDisk, capacityBytes: capacityBytes - 1 });
    }
    expect(wall.remembered()?.own).toBeNull();
  });
});
