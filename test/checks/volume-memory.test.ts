import { describe, expect, test } from 'vitest';
import { acknowledgeVolume, rememberVolume, type VolumeMemory } from '#server/checks/volume-memory.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aVolumeStats } from '#test/builders/storage.ts';
import { minute, noon } from '#test/builders/time.ts';

const key = 'git/gitea-data';

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function measured(now: number, bytes: number | null, inodesUsed: number | null, at: number | null = now) {
  const stats = aVolumeStats({ at, usedBytes: bytes, availableBytes: null, inodesUsed, inodesFree: null });
  return aSnapshot({
    ...{ now, sources: { 'kubelet/nuc0': {} }, more: { persistentVolumeClaim: [aClaim()] } },
    pods: [aPod({ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'] })],
    nodeStats: [aNodeStats({ volumes: [stats] })],
  });
}

function remember(before: VolumeMemory | undefined, now: number, bytes: number | null, inodes: number | null) {
  return rememberVolume(before, key, measured(now, bytes, inodes));
}

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

describe('whatever is measured', () => {
  test.each(seeds)('seed %i: what is remembered is bounded and the same after a restart', (seed) => {
    const random = randomOf(seed);
    let memory: VolumeMemory | undefined;
    for (let i = 0; i < 150; i += 1) {
      const now = noon + i * 40 * minute * random();
      const snapshot = measured(
        now,
        random() < 0.1 ? null : Math.round(10 ** (random() * 15)),
        random() < 0.1 ? null : Math.round(10 ** (random() * 9)),
        random() < 0.2 ? null : now * (random() < 0.1 ? 2 : 1),
      );
      const restarted = memory === undefined ? memory : (JSON.parse(JSON.stringify(memory)) as VolumeMemory);
      const after = rememberVolume(memory, key, snapshot);
      expect(rememberVolume(restarted, key, snapshot)).toEqual(after);
      // Judged each second, the same sample must not go on changing what is written to disk.
      const again = () => (settled = rememberVolume(settled, key, snapshot));
      let settled = after;
      again();
      again();
      expect(rememberVolume(settled, key, snapshot)).toBe(settled);
      expect(JSON.stringify(after).length).toBeLessThan(4_000);
      memory = random() < 0.1 ? acknowledgeVolume(after, 'mine', now) : after;
    }
  });

  test.each(seeds)('seed %i: a volume that has held much is never emptied in silence', (seed) => {
    const random = randomOf(seed);
    let memory: VolumeMemory | undefined;
    const base = 1e8 + random() * 1e11;
    let now = noon;
    for (let i = 0; i < 200; i += 1) {
      now += minute + random() * 60 * minute;
      memory = remember(memory, now, base * (0.5 + random()), 1_000 + Math.floor(random() * 1_000));
      expect(memory.loss).toBeNull();
    }
    memory = remember(memory, now + minute, 24_576, 11);
    expect(memory.loss).not.toBeNull();
    memory = remember(memory, now + 2 * minute, 24_576, 11);
    expect(memory.loss?.confirmedAt).not.toBeNull();
  });

  test.each(seeds)('seed %i: what never falls by half is never lost', (seed) => {
    const random = randomOf(seed);
    let memory: VolumeMemory | undefined;
    let bytes = 1e6 + random() * 1e10;
    let inodes = 20 + random() * 1e5;
    for (let i = 0; i < 200; i += 1) {
      bytes *= 0.93 + random() * 0.15;
      inodes = Math.max(20, inodes * (0.93 + random() * 0.15));
      memory = remember(memory, noon + i * 16 * minute, Math.round(bytes), Math.round(inodes));
      expect(memory.loss).toBeNull();
    }
  });
});
