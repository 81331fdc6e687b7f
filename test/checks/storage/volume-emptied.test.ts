import { describe, expect, test } from 'vitest';
import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import type { Remembers } from '#server/engine/define-check.ts';
import type { VolumeMemory } from '#server/checks/volume-memory.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import type { Moment } from '#shared/history.ts';
import { aLonghornVolume } from '#test/builders/backups.ts';
import { aNode } from '#test/builders/node.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict, type JudgeWith } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';

const remembers = volumeEmptied.remembers as Remembers<VolumeMemory>;
const key = 'git/gitea-data';

interface Moments {
  /** What was measured, and by which node; null: nothing, since no pod mounts it. */
  stats?: Partial<VolumeStats> | null;
  node?: string;
  claim?: Parameters<typeof aClaim>[0];
  pod?: Parameters<typeof aPod>[0];
  bootId?: string;
  parts?: SnapshotParts;
}

/** A wall with one claim, measured whenever `measure` is called. */
function aWall() {
  let memory: ReadonlyMap<string, VolumeMemory> = new Map();
  let last = aSnapshot();
  return {
    measure(
      at: number,
      { stats = {}, node = 'nuc0', claim = {}, pod = {}, bootId = 'boot-1', parts = {} }: Moments = {},
    ) {
      const source = `kubelet/${node}`;
      const volumes = stats === null ? [] : [aVolumeStats({ at: at - 20 * second, ...stats })];
      const pods = [aPod({ namespace: 'git', name: 'gitea-0', node, claims: ['gitea-data'], ...pod })];
      last = aSnapshot({
        now: at,
        nodes: [aNode({ name: node, bootId })],
        nodeStats: [aNodeStats({ node, source, volumes })],
        pods: stats === null ? [] : pods,
        sources: { [source]: {} },
        ...parts,
        more: { persistentVolumeClaim: [aClaim(claim)], persistentVolume: [aPersistentVolume()], ...parts.more },
      });
      const wanted = [...remembers.subjects(last)];
      const kept = [...memory].filter(([subject, each]) => !wanted.includes(subject) && remembers.keeps?.(each, last));
      memory = new Map([
        ...kept,
        ...wanted.map((each) => [each, remembers.remember(memory.get(each), each, last, 0)] as const),
      ]);
      return this;
    },
    acknowledge(meaning: 'seen' | 'mine' | 'restored', at: number) {
      memory = new Map([...memory].map(([subject, each]) => [subject, remembers.acknowledged!(each, meaning, at)]));
      return this;
    },
    restart() {
      memory = new Map(Object.entries(JSON.parse(JSON.stringify(Object.fromEntries(memory)))));
      return this;
    },
    memory: () => memory,
    verdicts: (judgeWith: JudgeWith = {}) => judged(volumeEmptied, last, { memory, ...judgeWith }),
    verdict: (judgeWith: JudgeWith = {}) => theVerdict(volumeEmptied, last, { memory, ...judgeWith }),
    level: () => judged(volumeEmptied, last, { memory })[0]?.level ?? 'nothing',
  };
}

const empty = { usedBytes: 32_000_000, availableBytes: 9_968_000_000, inodesUsed: 11, inodesFree: 655_349 };
const at = (ms: number) => noon + ms;

describe('data that are gone', () => {
  test('red with the first newer sample, confirmed by the second, and red until it is acknowledged', () => {
    const wall = aWall().measure(at(0));
    expect(wall.level()).toBe('ok');
    wall.measure(at(minute), { stats: empty });
    expect(wall.verdict()).toMatchObject({ level: 'bad', sources: [], startedAt: at(minute) - 20 * second });
    expect(sentence(wall.verdict(), at(minute))).toBe('gitea-data lost its data: 1.9 GB to 32 MB at 12:00');
    expect(evidenceOf(wall.verdict())).toContain(
      'one measurement so far: the next, within 2 min, confirms it or takes it back',
    );
    wall.measure(at(2 * minute), { stats: empty });
    expect(evidenceOf(wall.verdict()).join()).not.toContain('so far');
    wall.measure(at(hour)).measure(at(2 * hour));
    expect(wall.level()).toBe('bad');
    expect(evidenceOf(wall.verdict()).join()).toContain('now there are 1.9 GB in 40,000 files again');
    wall.acknowledge('restored', at(3 * hour)).measure(at(3 * hour));
    expect(wall.level()).toBe('ok');
  });

  test('the same sample again is no second one, nor is an older one', () => {
    const low = { ...empty, at: at(40 * second) };
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: low })
      .measure(at(2 * minute), { stats: low });
    expect(wall.memory().get(key)?.loss?.confirmedAt).toBeNull();
    wall.measure(at(3 * minute), { stats: { at: at(30 * second) } });
    expect(wall.level()).toBe('bad');
  });

  test('a second sample that does not confirm it takes it back', () => {
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty })
      .measure(at(2 * minute));
    expect(wall.level()).toBe('ok');
  });

  test('after one was taken back the next that day is shown once it is confirmed', () => {
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty })
      .measure(at(2 * minute));
    wall.measure(at(hour), { stats: empty });
    expect(wall.level()).toBe('ok');
    wall.measure(at(hour + minute), { stats: empty });
    expect(wall.level()).toBe('bad');
  });

  test('it stands across a restart of the wall, and while kubelet, pod and claim are gone', () => {
    const wall = aWall().measure(at(0)).measure(at(minute), { stats: empty }).restart();
    wall.measure(at(2 * minute), { stats: null, parts: { more: { persistentVolumeClaim: [] } } });
    expect(wall.level()).toBe('bad');
    expect(evidenceOf(wall.verdict())).toContain('the claim is gone');
    wall.measure(at(90 * day), { stats: null, parts: { more: { persistentVolumeClaim: [] } } });
    expect(wall.level()).toBe('bad');
  });

  test('samples that lie hours apart say between when', () => {
    const wall = aWall()
      .measure(at(0))
      .restart()
      .measure(at(7 * hour), { stats: empty });
    expect(sentence(wall.verdict(), at(7 * hour))).toBe(
      'gitea-data lost its data: 1.9 GB to 32 MB between 11:59 and 18:59',
    );
  });

  test('a pod on another node, and another volume under the same claim, are no excuse', () => {
    const moved = aWall().measure(at(0)).measure(at(minute), { stats: empty, node: 'nuc1' });
    expect(moved.level()).toBe('bad');
    const replaced = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty, claim: { volume: 'pvc-new', uid: 'u2' } });
    expect(sentence(replaced.verdict())).toContain(', after its volume was replaced');
    expect(evidenceOf(replaced.verdict())).toContain('its volume was pvc-gitea-data, it is pvc-new now');
  });

  test('files alone, where bytes have hardly changed, and bytes alone, where nobody counts files', () => {
    const files = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: { inodesUsed: 100 } });
    expect(sentence(files.verdict())).toContain('lost its data: 40,000 files to 100 at');
    const uncounted = { inodes: null, inodesUsed: null, inodesFree: null };
    const bytes = aWall()
      .measure(at(0), { stats: uncounted })
      .measure(at(minute), { stats: { ...empty, ...uncounted } });
    expect(sentence(bytes.verdict())).toContain('1.9 GB to 32 MB');
  });

  test.each([
    ['80 % and 50 MB', 300_000_000, 60_000_000, 'bad'],
    ['less than 80 %', 300_000_000, 61_000_000, 'ok'],
    ['80 % of little', 60_000_000, 11_000_000, 'ok'],
  ])('the limits of bytes: %s', (_words, before, after, level) => {
    const wall = aWall()
      .measure(at(0), { stats: { usedBytes: before } })
      .measure(at(minute), { stats: { usedBytes: after } });
    expect(wall.level()).toBe(level);
  });
});

describe('small volumes', () => {
  const small = { usedBytes: 41_000_000, inodesUsed: 31, inodesFree: 655_329 };
  const fresh = { usedBytes: 37_000_000, inodesUsed: 11, inodesFree: 655_349 };

  test('what held 20 files for a day and is left like a fresh file system is lost, whatever an empty one of its size uses', () => {
    const wall = aWall()
      .measure(at(0), { stats: small })
      .measure(at(day + minute), { stats: small });
    wall.measure(at(day + 2 * minute), { stats: fresh });
    expect(sentence(wall.verdict(), at(day))).toContain('lost its data: 31 files to 11');
  });

  test('what held them for an hour is not', () => {
    const wall = aWall().measure(at(0), { stats: small }).measure(at(hour), { stats: small });
    expect(wall.measure(at(hour + minute), { stats: fresh }).level()).toBe('ok');
  });

  test('what held 4 MB in few files for a day and is left with less than 1 MB is lost', () => {
    const few = { usedBytes: 4_100_000, inodesUsed: 13 };
    const wall = aWall().measure(at(0), { stats: few }).measure(at(day), { stats: few });
    expect(wall.measure(at(day + minute), { stats: { usedBytes: 24_576, inodesUsed: 11 } }).level()).toBe('bad');
  });

  test('small files that go beside large ones that stay are none', () => {
    const large = { usedBytes: 5_000_000_000, inodesUsed: 40 };
    const wall = aWall().measure(at(0), { stats: large }).measure(at(day), { stats: large });
    expect(wall.measure(at(day + minute), { stats: { ...large, inodesUsed: 14 } }).level()).toBe('ok');
  });
});

describe('what is no loss', () => {
  test('figures that vanish, a kubelet that is silent, and one that comes back', () => {
    const silent = { sources: { 'kubelet/nuc0': { fresh: false } } };
    const wall = aWall()
      .measure(at(0))
      .measure(at(hour), { stats: null })
      .measure(at(2 * hour), { parts: silent });
    expect(wall.level()).toBe('ok');
    wall.measure(at(3 * hour), { stats: { ...empty, at: at(0) }, parts: silent });
    expect(wall.level()).toBe('ok');
    expect(wall.measure(at(4 * hour)).level()).toBe('ok');
  });

  test('a resized volume', () => {
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: { capacityBytes: 20_000_000_000, inodes: 1_310_720 } });
    expect(wall.level()).toBe('ok');
  });

  test('figures of a file system without room, and without any figure', () => {
    const none = { usedBytes: 0, availableBytes: 0, capacityBytes: 0, inodes: 0, inodesFree: 0, inodesUsed: 0 };
    expect(aWall().measure(at(0)).measure(at(minute), { stats: none }).level()).toBe('ok');
  });

  test('the disk of the node, which was seen before the volume was mounted', () => {
    const disk = { capacityBytes: 100_000_000_000, inodes: 1_000_000, usedBytes: 40_000_000_000, inodesUsed: 100_000 };
    const wall = aWall()
      .measure(at(0), { stats: disk })
      .measure(at(minute))
      .measure(at(2 * minute));
    expect(wall.level()).toBe('ok');
  });

  test('what is marked as coming and going, also once it was found', () => {
    const claim = { wish: { ...noStorageWish, expectShrink: true } };
    const wall = aWall().measure(at(0), { claim }).measure(at(minute), { claim, stats: empty });
    expect(wall.level()).toBe('ok');
    const found = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty })
      .measure(at(2 * minute), { claim, stats: null });
    expect(found.verdicts()).toEqual([]);
  });

  test('a clock that is years ahead, and set right', () => {
    const wall = aWall()
      .measure(at(0), { stats: { at: at(3_000 * day) } })
      .measure(at(minute))
      .measure(at(2 * minute));
    expect(wall.level()).toBe('ok');
    wall.measure(at(3 * minute), { stats: { ...empty, at: at(3_000 * day) } });
    wall.measure(at(4 * minute), { stats: { ...empty, at: at(4 * minute) } });
    expect(wall.memory().get(key)?.loss?.confirmedAt).toBe(at(4 * minute));
  });
});

describe('how a volume lives', () => {
  const log = (bytes: number) => ({ stats: { usedBytes: bytes, inodesUsed: 18 } });

  test('what is deleted of what came within a day is not lost: a log that is rotated, a dump that was uploaded', () => {
    const wall = aWall();
    for (let hours = 0; hours < 72; hours += 1) {
      wall.measure(at(hours * hour), log(10_000_000 + (hours % 24) * 30_000_000));
      expect(wall.level()).toBe('ok');
    }
  });

  test('an empty file system is a loss on such a volume all the same', () => {
    const wall = aWall();
    for (let hours = 0; hours < 72; hours += 1)
      wall.measure(at(hours * hour), log(10_000_000 + (hours % 24) * 30_000_000));
    expect(wall.measure(at(72 * hour), { stats: { usedBytes: 24_576, inodesUsed: 11 } }).level()).toBe('bad');
  });

  test('as little as it held yesterday is a loss where its pod was made anew', () => {
    const wall = aWall();
    for (let hours = 0; hours < 30; hours += 1) wall.measure(at(hours * hour), log(hours < 12 ? 20e6 : 1_900e6));
    expect(wall.measure(at(30 * hour), { ...log(20e6), pod: { uid: 'another' } }).level()).toBe('bad');
  });

  test('what fell and came back by itself may fall so low again', () => {
    const wall = aWall().measure(at(0), log(500e6)).measure(at(hour), log(110e6)).measure(at(day), log(500e6));
    wall.measure(at(3 * day), log(520e6)).measure(at(3 * day + hour), log(100e6));
    expect(wall.level()).toBe('ok');
    wall.measure(at(6 * day), log(520e6)).measure(at(6 * day + hour), log(40e6));
    expect(wall.level()).toBe('bad');
  });

  test('what the owner emptied is not told again that day, and nor is it later where some of it was left', () => {
    const wall = aWall()
      .measure(at(0), log(500e6))
      .measure(at(hour), log(30e6))
      .measure(at(2 * hour), log(30e6));
    wall
      .acknowledge('mine', at(3 * hour))
      .measure(at(10 * day), log(500e6))
      .measure(at(10 * day + hour), log(30e6));
    expect(wall.level()).toBe('ok');
  });

  test('what was seen and came back by itself in the same pod is how it lives, and in another pod it is not', () => {
    const seen = (pod: string) => {
      const of = (bytes: number, uid = 'first') => ({ ...log(bytes), pod: { uid } });
      const wall = aWall()
        .measure(at(0), of(500e6))
        .measure(at(hour), of(30e6, pod))
        .measure(at(2 * hour), of(30e6, pod));
      wall
        .acknowledge('seen', at(3 * hour))
        .measure(at(5 * day), of(500e6, pod))
        .measure(at(7 * day), of(500e6, pod));
      return wall
        .measure(at(10 * day), of(500e6, pod))
        .measure(at(10 * day + hour), of(30e6, pod))
        .level();
    };
    expect(seen('first')).toBe('ok');
    expect(seen('second')).toBe('bad');
  });

  test('what was restored and is lost again that day is told again', () => {
    const wall = aWall()
      .measure(at(0))
      .measure(at(hour), { stats: empty })
      .measure(at(2 * hour), { stats: empty });
    wall
      .acknowledge('restored', at(3 * hour))
      .measure(at(4 * hour))
      .measure(at(5 * hour), { stats: empty });
    expect(wall.level()).toBe('bad');
  });

  test('once a day at most where it was seen: a cache that is cleared each hour', () => {
    let raised = 0;
    const wall = aWall();
    for (let hours = 0; hours < 48; hours += 1) {
      wall.measure(at(hours * hour), hours % 2 === 0 ? {} : { stats: empty });
      if (wall.level() === 'bad') {
        raised += 1;
        wall.measure(at(hours * hour + minute), { stats: empty }).acknowledge('seen', at(hours * hour + 2 * minute));
      }
    }
    expect(raised).toBe(2);
  });
});

describe('the likely reason', () => {
  const moment = (kind: Moment['kind'], text: string, ago: number): Moment => ({ at: at(minute) - ago, kind, text });
  const lost = () => aWall().measure(at(0)).measure(at(minute), { stats: empty });

  test('its node rebooted in between', () => {
    const wall = aWall().measure(at(0)).measure(at(minute), { stats: empty, bootId: 'boot-2' });
    expect(sentence(wall.verdict())).toBe('gitea-data lost its data: 1.9 GB to 32 MB at 12:00, after nuc0 rebooted');
  });

  test('a reboot goes before a version, and that before its own workload; what was hours before is none', () => {
    const image = moment('image', 'web image web 1 → 2', 10 * minute);
    const upgrade = moment('version', 'nuc0 kubelet v1.33 → v1.34', hour);
    const reboot = moment('reboot', 'nuc0 rebooted', 90 * minute);
    const say = (moments: Moment[]) =>
      sentence(lost().verdict({ moments })).replace(/^gitea-data lost its data: .* at 12:00/, '');
    expect(say([reboot, upgrade, image])).toBe(', after nuc0 rebooted');
    expect(say([upgrade, image])).toBe(', after nuc0 was upgraded');
    expect(say([image])).toBe(', after web got another image');
    expect(say([moment('version', 'API server v1 → v2', hour)])).toBe(', after the API server was upgraded');
    expect(
      say([
        { ...reboot, text: 'nuc7 rebooted' },
        { ...reboot, at: at(-3 * hour) },
      ]),
    ).toBe(', after nuc7 rebooted');
    expect(say([{ ...reboot, at: at(-3 * hour) }])).toBe('');
  });

  test('its pod was made anew', () => {
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty, pod: { uid: 'another' } });
    expect(sentence(wall.verdict())).toContain(', since its pod was created anew');
  });
});

describe('what to do first', () => {
  test('stop what backs it up, find the last good backup, stop what writes, look, acknowledge', () => {
    const { steps = [] } = aWall().measure(at(0)).measure(at(minute), { stats: empty }).verdict();
    expect(steps.map(({ say }) => say.split(/[,:;]/)[0])).toEqual([
      'Stop whatever backs it up',
      'No good backup from before is known here',
      'Stop what writes to it',
      'Look what is in it',
      'It stays red until somebody acknowledges it',
      'If its data come and go',
    ]);
  });

  test.each([
    ['syncing', 'what does is being looked up'],
    ['forbidden', 'what does cannot all be seen from here'],
    ['absent', 'nothing that does is known here'],
  ] as const)('while the backups of Velero are %s it does not say more than it knows', (state, known) => {
    const sources = { 'kubelet/nuc0': {}, 'velero-backups': { state } };
    const wall = aWall().measure(at(0)).measure(at(minute), { stats: empty, parts: { sources } });
    expect(wall.verdict().steps?.[0]?.say).toBe(
      `Stop whatever backs it up, before it overwrites the last good copy: ${known}`,
    );
  });

  test('Longhorn calls it healthy', () => {
    const longhornVolume = [aLonghornVolume({ name: 'pvc-gitea-data', robustness: 'healthy' })];
    const wall = aWall()
      .measure(at(0))
      .measure(at(minute), { stats: empty, parts: { more: { longhornVolume } } });
    expect(evidenceOf(wall.verdict())).toContain('Longhorn says healthy: it does not know');
    expect(commandsOf(wall.verdict()).length).toBeGreaterThan(0);
  });
});
