import { describe, expect, test } from 'vitest';
import diskNotMounted from '#server/checks/storage/disk-not-mounted.ts';
import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import { aStatefulSet } from '#test/builders/workloads.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence } from '#test/builders/judged.ts';
import { minute, noon, second } from '#test/builders/time.ts';
import { aDiskWall, nodeDisk, ownDisk } from '../own-disk-play.ts';

const known = () => aDiskWall().measure(0, ownDisk).measure(1, ownDisk);
const lost = () => known().measure(10, nodeDisk).measure(11, nodeDisk);

describe('a disk that is not mounted', () => {
  test('is bad with the second measurement, with what it had and what it has', () => {
    const wall = known().measure(10, nodeDisk);
    expect(wall.level()).toBe('ok');
    wall.measure(11, nodeDisk);
    expect(wall.verdict()).toMatchObject({
      ...{ level: 'bad', sources: ['kubelet/nuc0'], startedAt: noon + 10 * minute - 20 * second },
      subject: { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' },
    });
    expect(sentence(wall.verdict(), noon + 11 * minute)).toBe(
      "gitea-data is not on its own disk: what nuc0 has at /mnt/disk1 is the node's disk (was 500 GB, is 100 GB)",
    );
    expect(evidenceOf(wall.verdict(), noon + 11 * minute)).toEqual([
      '500 GB until 12:00 at least, 100 GB since 12:09',
      'what was on its disk is not lost by that, unless the disk itself has failed',
      'mounted by gitea-0 on nuc0',
    ]);
  });

  test('which no other check of volumes would tell: what is there is the disk of the node', () => {
    const snapshot = lost().snapshot();
    expect([...volumeEmptied.remembers!.subjects(snapshot)]).toEqual([]);
    expect(judged(volumeEmptied, snapshot)).toEqual([]);
  });

  test('while the wall was off is bad all the same', () => {
    const wall = known().restart().measure(600, nodeDisk).measure(601, nodeDisk);
    expect(wall.level()).toBe('bad');
    expect(evidenceOf(wall.verdict(), noon + 601 * minute)[0]).toBe('500 GB until 12:00 at least, 100 GB since 21:59');
  });

  test('a blip is none, nor is the same measurement twice', () => {
    const wall = known().measure(10, nodeDisk).measure(11, ownDisk).measure(12, nodeDisk);
    expect(wall.level()).toBe('ok');
    const at = noon + 12 * minute;
    const again = known()
      .measure(12, { ...nodeDisk, at })
      .measure(13, { ...nodeDisk, at });
    expect(again.level()).toBe('ok');
    expect(again.measure(14, nodeDisk).level()).toBe('bad');
  });

  test('stays bad while nobody mounts it and after our restart, and ends once its disk is back', () => {
    const wall = lost().restart().measure(20, null);
    expect(wall.verdict()).toMatchObject({ level: 'bad', sources: [] });
    expect(evidenceOf(wall.verdict())).toContain('no pod mounts it now: whether it is back is seen once one does');
    wall.measure(30, ownDisk);
    expect(wall.level()).toBe('ok');
    expect(sentence(wall.verdict())).toBe('gitea-data is on its own disk');
    wall.measure(40, nodeDisk).measure(41, nodeDisk);
    expect(wall.level()).toBe('bad');
  });

  test('ends with another disk of its own too, once two measurements say so', () => {
    const other = { ...ownDisk, capacityBytes: 2_000_000_000_000 };
    const wall = lost().measure(20, other);
    expect(wall.level()).toBe('bad');
    expect(wall.measure(21, other).level()).toBe('ok');
  });

  test('says when its node rebooted, where that lies in between', () => {
    const evidence = (at: number, notBefore: number | null = null) => {
      const reboot = { bootId: 'b', seenAt: noon, rebootedAt: noon + at * minute, notBefore };
      const memories = { 'nodes/rebooted': new Map([['nuc0', reboot]]) };
      return evidenceOf(lost().verdict({ memories }), noon + 11 * minute).join('\n');
    };
    expect(evidence(8)).toContain('nuc0 rebooted at 12:08');
    expect(evidence(8, noon + 3 * minute)).toContain('nuc0 rebooted between 12:03 and 12:08');
    expect(evidence(-60)).not.toContain('rebooted');
    expect(evidence(120)).not.toContain('rebooted');
  });

  test('first stops backups and what writes, then looks for the disk', () => {
    const statefulSets = [aStatefulSet({ namespace: 'git', name: 'gitea' })];
    const wall = known().measure(10, nodeDisk);
    wall.measure(11, nodeDisk, { parts: { statefulSets } });
    expect(wall.verdict().steps?.[0]?.say).toContain('Stop whatever backs it up');
    expect(commandsOf(wall.verdict())).toEqual([
      'kubectl -n git scale statefulset/gitea --replicas=0',
      'findmnt --target /mnt/disk1',
      'lsblk -f',
      'mount /mnt/disk1',
    ]);
    wall.measure(12, nodeDisk, { osImage: 'Talos (v1.12.0)' });
    expect(commandsOf(wall.verdict()).join()).toMatch(/talosctl -n \S+ mounts,talosctl -n \S+ get disks/);
  });

  test('of a path that somebody else has written is quoted', () => {
    const made = { is: 'local', driver: '', handle: '', server: '', path: '/mnt/a; rm -rf b' } as const;
    const wall = lost().measure(12, nodeDisk, { volume: { made } });
    expect(commandsOf(wall.verdict())).toContain("mount '/mnt/a; rm -rf b'");
  });

  test('explains what runs on it, and what its loss would say', () => {
    const wall = lost();
    const cause = wall.verdict();
    const of = (check: `${string}/${string}`, subject: typeof cause.subject) =>
      explains(diskNotMounted, cause, anEffect(check as 'workloads/x', { subject, level: 'bad' }), wall.snapshot());
    expect(of('workloads/crash-loop', { kind: 'StatefulSet', namespace: 'git', name: 'gitea' })).toBe(true);
    expect(of('workloads/crash-loop', { kind: 'StatefulSet', namespace: 'git', name: 'other' })).toBe(false);
    expect(of('storage/volume-emptied', cause.subject)).toBe(true);
    expect(of('storage/volume-emptied', { ...cause.subject, name: 'other' })).toBe(false);
    expect(of('backups/shrank', cause.subject)).toBe(true);
  });
});

describe('nothing is told', () => {
  test("of what always shared the node's disk", () => {
    expect(aDiskWall().measure(0, nodeDisk).measure(1, nodeDisk).level()).toBe('nothing');
  });

  test('of a disk that was grown, or replaced by another', () => {
    for (const capacityBytes of [502_000_000_000, 1_000_000_000_000, 50_000_000_000]) {
      const other = { ...ownDisk, capacityBytes };
      const wall = known();
      for (let i = 10; i < 15; i += 1) expect(wall.measure(i, other).level()).toBe('ok');
    }
  });

  test('of another volume under the same claim, or of a claim that is gone', () => {
    const another = { claim: { volume: 'pv-other' }, volume: { name: 'pv-other' } };
    expect(lost().measure(20, nodeDisk, another).measure(21, nodeDisk, another).level()).toBe('nothing');
    const gone = { parts: { more: { persistentVolumeClaim: [] } } };
    expect(lost().measure(20, null, gone).level()).toBe('nothing');
    expect(lost().measure(20, null, gone).measure(30, nodeDisk).level()).toBe('bad');
  });

  test('by figures of a kubelet that is silent', () => {
    const silent = { parts: { sources: { 'kubelet/nuc0': { fresh: false } } } };
    expect(known().measure(10, nodeDisk, silent).measure(11, nodeDisk, silent).level()).toBe('ok');
  });
});
