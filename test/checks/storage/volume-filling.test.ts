import { describe, expect, test } from 'vitest';
import volumeFilling from '#server/checks/storage/volume-filling.ts';
import { forecastOf } from '#server/checks/storage-forecasts.ts';
import type { TrendPoint } from '#server/engine/define-check.ts';
import type { VolumeStats } from '#server/facts/node-stats.ts';
import type { StorageClassFact } from '#server/facts/storage-class.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { aContainer, aStatefulSet } from '#test/builders/workloads.ts';

const series = 'storage/used|PersistentVolumeClaim/git/gitea-data';

/** Of 10 GB, so many percent. */
const full = (used: number, part: Partial<VolumeStats> = {}): VolumeStats =>
  aVolumeStats({ usedBytes: used * 1e8, availableBytes: 1e10 - used * 1e8, ...part });

const longhorn: StorageClassFact = {
  ...{ key: 'longhorn', uid: 'uid-longhorn', source: 'storageclasses', name: 'longhorn' },
  ...{ provisioner: 'driver.longhorn.io', isDefault: true, waitsForPod: false, reclaimPolicy: 'Delete', canGrow: true },
};

const gitea = aPod({
  ...{ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'], owner: { kind: 'StatefulSet', name: 'gitea' } },
  containers: [aContainer({ name: 'gitea' })],
});

function snapshotOf(stats: VolumeStats | null, parts: SnapshotParts = {}) {
  return aSnapshot({
    pods: [gitea],
    nodeStats: [aNodeStats({ volumes: stats === null ? [] : [stats] })],
    sources: { 'kubelet/nuc0': {} },
    ...parts,
    more: {
      ...{ persistentVolumeClaim: [aClaim()], persistentVolume: [aPersistentVolume()], storageClass: [longhorn] },
      ...parts.more,
    },
  });
}

/** Six hours in which it grew by so many GB an hour, up to `used` percent of 10 GB. */
const growing = (used: number, perHour: number): TrendPoint[] =>
  Array.from({ length: 73 }, (_, i) => ({
    at: noon - 6 * hour + i * 5 * minute,
    value: used * 1e8 - perHour * 1e9 * (6 - i / 12),
  }));

function verdictOf(used: number, perHour = 0, settings: Record<string, number> = {}) {
  return theVerdict(volumeFilling, snapshotOf(full(used)), { settings, trends: { [series]: growing(used, perHour) } });
}

describe('the volume of a claim', () => {
  test('is fine below 85 %, a warning from there, bad from 95 %, and says what is free', () => {
    expect([84.99, 85, 94.99, 95].map((used) => verdictOf(used).level)).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect(sentence(verdictOf(84.99)), 'never as if it were at the limit').toBe('gitea-data is 84 % full');
    expect(sentence(verdictOf(88))).toBe('gitea-data is 88 % full, 1.2 GB free');
    expect(sentence(verdictOf(100))).toBe('gitea-data is full');
    expect(verdictOf(70, 0, { warn: 60, bad: 65 }).level).toBe('bad');
    expect(evidenceOf(verdictOf(88))).toEqual(['8.8 GB of 10 GB used, 1.2 GB free']);
    expect(volumeFilling.for?.({ for: minute })).toBe(minute);
  });

  test('counts what the file system keeps for itself as used', () => {
    const snapshot = snapshotOf(full(0, { availableBytes: 1e9, usedBytes: 8.5e9 }));
    const verdict = theVerdict(volumeFilling, snapshot);
    expect(sentence(verdict)).toBe('gitea-data is 90 % full, 1 GB free');
    expect(evidenceOf(verdict)).toEqual(['8.5 GB of 9.5 GB used, 1 GB free']);
  });

  test('is judged by the kubelet that measured it', () => {
    expect(verdictOf(88).sources).toEqual(['kubelet/nuc0']);
    expect(verdictOf(88).series).toEqual([series]);
  });

  test('says nothing of what has no figures of its own', () => {
    const disk = aNodeStats().disk!;
    const ofTheNode = full(95, { capacityBytes: disk.capacityBytes, inodes: disk.inodes });
    expect(judged(volumeFilling, snapshotOf(ofTheNode)), 'local-path').toEqual([]);
    const made = { is: 'nfs', driver: '', handle: '', server: 'nas', path: '/media' } as const;
    const nfs = { more: { persistentVolume: [aPersistentVolume({ made })] } };
    expect(judged(volumeFilling, snapshotOf(full(99), nfs)), 'NFS').toEqual([]);
    expect(judged(volumeFilling, snapshotOf(null)), 'not measured').toEqual([]);
    for (const part of [{ capacityBytes: null }, { availableBytes: null }, { capacityBytes: 0 }])
      expect(judged(volumeFilling, snapshotOf(full(95, part))), JSON.stringify(part)).toEqual([]);
  });

  test('is not known while the kubelet that would measure it was never seen, and left alone where that is forbidden', () => {
    const never = (state: 'unreachable' | 'forbidden') =>
      judged(
        volumeFilling,
        snapshotOf(null, { nodeStats: [], sources: { 'kubelet/nuc0': { state, fresh: false, freshAt: null } } }),
      );
    expect(never('unreachable').map(({ level, sources }) => [level, sources])).toEqual([['ok', ['kubelet/nuc0']]]);
    expect(never('forbidden')).toEqual([]);
  });

  test('tells more than is there as what there is', () => {
    const odd = snapshotOf(full(50, { availableBytes: 5e10 }));
    expect(sentence(theVerdict(volumeFilling, odd))).toBe('gitea-data is 0 % full');
    const much = snapshotOf(full(50, { usedBytes: 9e15 }));
    expect(theVerdict(volumeFilling, much).level).toBe('ok');
  });

  test('of the same name in another namespace is another', () => {
    const stats = [full(97), full(10, { namespace: 'lab' })];
    const snapshot = snapshotOf(null, {
      nodeStats: [aNodeStats({ volumes: stats })],
      more: { persistentVolumeClaim: [aClaim(), aClaim({ namespace: 'lab' })], persistentVolume: [] },
    });
    const found = judged(volumeFilling, snapshot).map(({ subject, level }) => [subject.namespace, level]);
    expect(found).toEqual([
      ['git', 'bad'],
      ['lab', 'ok'],
    ]);
  });
});

describe('a volume that fills', () => {
  test('is full in so many hours, and says how fast it fills', () => {
    const verdict = verdictOf(82, 0.2);
    expect([verdict.level, sentence(verdict)]).toEqual(['warn', 'gitea-data is full in 9 h: 82 % used, 1.8 GB free']);
    expect(evidenceOf(verdict)).toEqual(['200 MB more each hour, seen for 6 h', '8.2 GB of 10 GB used, 1.8 GB free']);
  });

  test('is bad under 6 h, and below half of it not forecast', () => {
    expect(verdictOf(70, 0.51).level).toBe('bad');
    expect(verdictOf(70, 0.12).level, '25 h').toBe('ok');
    expect(verdictOf(49.9, 0.8).level).toBe('ok');
  });

  test('reaches its end where the free room ends, not where its capacity does', () => {
    // 9.5 GB for files: 1 GB left at 200 MB an hour.
    const snapshot = snapshotOf(full(0, { availableBytes: 1e9, usedBytes: 8.5e9 }));
    const verdict = theVerdict(volumeFilling, snapshot, { trends: { [series]: growing(85, 0.2) } });
    expect(sentence(verdict)).toBe('gitea-data is full in 5 h: 90 % used, 1 GB free');
  });

  test('tells the table when, also where that is too far off to be a finding', () => {
    const snapshot = snapshotOf(full(70));
    judged(volumeFilling, snapshot, { trends: { [series]: growing(70, 0.15) } });
    expect(forecastOf('git/gitea-data', snapshot)! / hour).toBeCloseTo(20, 0);
    expect(forecastOf('git/other', snapshot)).toBe(null);
  });

  test('compares only claims that have figures', () => {
    expect([...volumeFilling.trends!.series(snapshotOf(full(10)))]).toEqual([series]);
    expect([...volumeFilling.trends!.series(snapshotOf(null))]).toEqual([]);
  });
});

describe('the first steps', () => {
  test('look for what is big where it is mounted', () => {
    const statefulSet = aStatefulSet({
      ...{ namespace: 'git', name: 'gitea', key: 'git/gitea' },
      template: {
        ...{ labels: {}, pinned: false, volumes: [{ name: 'data', is: 'claim', what: 'gitea-data' }] },
        containers: [
          {
            ...{ name: 'gitea', image: 'gitea', variables: [] },
            mounts: [{ volume: 'data', path: '/var/lib/gitea data', readOnly: false }],
          },
        ],
      },
    });
    const snapshot = snapshotOf(full(90), { statefulSets: [statefulSet] });
    expect(commandsOf(theVerdict(volumeFilling, snapshot))[0]).toBe(
      "kubectl -n git exec gitea-0 -c gitea -- du -xk -d 2 '/var/lib/gitea data' | sort -n | tail",
    );
    expect(commandsOf(verdictOf(90))[0]).toBe('kubectl -n git exec gitea-0 -- df -h');
  });

  test('grow it by half where its class can, and say so where it cannot', () => {
    expect(commandsOf(verdictOf(90))).toContain(
      `kubectl -n git patch persistentvolumeclaim gitea-data --type merge -p '{"spec":{"resources":{"requests":{"storage":"14Gi"}}}}'`,
    );
    const fixed = snapshotOf(full(90), { more: { storageClass: [{ ...longhorn, canGrow: false }] } });
    const { steps = [] } = theVerdict(volumeFilling, fixed);
    expect(steps.map((step) => step.say)).toContain(
      'Class longhorn cannot make it larger: delete what is not needed, or copy it to a larger claim',
    );
    const unknown = snapshotOf(full(90), { more: { storageClass: [] } });
    expect(commandsOf(theVerdict(volumeFilling, unknown)).join()).not.toContain('patch');
  });

  test('say that it is being made larger', () => {
    const conditions = [{ type: 'FileSystemResizePending', status: 'True', message: '', changedAt: null }];
    const snapshot = snapshotOf(full(90), { more: { persistentVolumeClaim: [aClaim({ conditions })] } });
    expect(evidenceOf(theVerdict(volumeFilling, snapshot))).toContain(
      'it is being made larger: FileSystemResizePending',
    );
  });
});

describe('a full volume explains', () => {
  const crashes = anEffect('workloads/crash-looping', {
    subject: { kind: 'StatefulSet', namespace: 'git', name: 'gitea' },
    level: 'bad',
  });
  const snapshotWith = (line: string) =>
    snapshotOf(full(100), {
      crashLogs: [
        {
          ...{ key: 'git/gitea-0/gitea', uid: 'git/gitea-0/gitea', source: 'crash-logs', problem: '' },
          ...{ namespace: 'git', pod: 'gitea-0', container: 'gitea', restarts: 3, lines: [line], fetchedAt: noon },
        },
      ],
    });

  test('pods that mount it and crash for want of space, and no others', () => {
    const says = snapshotWith('write /data/x: no space left on device');
    expect(explains(volumeFilling, verdictOf(100), crashes, says)).toBe(true);
    expect(explains(volumeFilling, verdictOf(88), crashes, says), 'a warning').toBe(false);
    expect(explains(volumeFilling, verdictOf(100), crashes, snapshotWith('panic: nil map'))).toBe(false);
    const other = { ...crashes, subject: { ...crashes.subject, name: 'web' } };
    expect(explains(volumeFilling, verdictOf(100), other, says)).toBe(false);
  });
});
