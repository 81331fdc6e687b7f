import { describe, expect, test } from 'vitest';
import inodesFilling from '#server/checks/storage/inodes-filling.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';

function snapshotOf(part: Partial<VolumeStats>) {
  return aSnapshot({
    pods: [aPod({ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'] })],
    nodeStats: [aNodeStats({ volumes: [aVolumeStats(part)] })],
    sources: { 'kubelet/nuc0': {} },
    more: { persistentVolumeClaim: [aClaim()], persistentVolume: [aPersistentVolume()] },
  });
}

const given = (percent: number) =>
  theVerdict(inodesFilling, snapshotOf({ inodes: 10_000, inodesFree: 10_000 - percent * 100 }));

describe('the inodes of a claim', () => {
  test('are fine below 85 %, a warning from there, bad from 95 %', () => {
    expect([84.9, 85, 94.9, 95].map((percent) => given(percent).level)).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect(sentence(given(88.8))).toBe('gitea-data has given away 88 % of its inodes');
    expect(sentence(given(100))).toBe('gitea-data has no inodes left');
    expect(evidenceOf(given(97))).toEqual([
      '300 of 10,000 inodes free',
      'every file and directory takes one, however small',
    ]);
    expect(given(97).sources).toEqual(['kubelet/nuc0']);
    expect(commandsOf(given(97))[0]).toBe('kubectl -n git exec gitea-0 -- df -i');
  });

  test('are not judged where there is no limit, or none is told', () => {
    for (const part of [{ inodes: 0, inodesFree: 0 }, { inodes: null }, { inodesFree: null }])
      expect(judged(inodesFilling, snapshotOf(part)), JSON.stringify(part)).toEqual([]);
    const { capacityBytes, inodes } = aNodeStats().disk!;
    expect(judged(inodesFilling, snapshotOf({ capacityBytes, inodes, inodesFree: 10 })), "the node's").toEqual([]);
  });
});
