import { describe, expect, test } from 'vitest';
import { claimSubject, claimSubjectOf, claimUses, isMeasuredNow, type ClaimUse } from '#server/checks/claim-use.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const gitea = aPod({ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'] });

function useOf(parts: SnapshotParts, volume = aPersistentVolume()): ClaimUse | undefined {
  const more = { persistentVolumeClaim: [aClaim()], persistentVolume: [volume], ...parts.more };
  return claimUses(aSnapshot({ pods: [gitea], nodeStats: [measuring()], ...parts, more })).get('git/gitea-data');
}

function measuring(part: Parameters<typeof aVolumeStats>[0] = {}, node = 'nuc0') {
  return aNodeStats({ node, volumes: [aVolumeStats(part)] });
}

describe('what is known of a claim', () => {
  test('its volume, its figures, who measured them and its pods', () => {
    const use = useOf({});
    expect(use?.volume?.name).toBe('pvc-gitea-data');
    expect(use?.stats?.usedBytes).toBe(1_900_000_000);
    expect(use?.measuredBy).toEqual({ source: 'kubelet/nuc0', node: 'nuc0' });
    expect(use?.pods.map(({ name }) => name)).toEqual(['gitea-0']);
    expect(use?.shares).toBeNull();
  });

  test('a claim that nobody mounts has no figures and no pods', () => {
    const use = useOf({ pods: [], nodeStats: [] });
    expect(use).toMatchObject({ stats: null, measuredBy: null, pods: [] });
  });

  test('finished pods are left out, and a pod that names a claim twice counts once', () => {
    const pods = [
      aPod({ namespace: 'git', name: 'backup-1', phase: 'Succeeded', claims: ['gitea-data'] }),
      aPod({ namespace: 'git', name: 'twice', claims: ['gitea-data', 'gitea-data'] }),
      aPod({ namespace: 'other', name: 'namesake', claims: ['gitea-data'] }),
    ];
    expect(useOf({ pods })?.pods.map(({ name }) => name)).toEqual(['twice']);
  });

  test('of several pods that have it mounted the newest figures count', () => {
    const older = aVolumeStats({ pod: 'gitea-1', at: noon - 5 * minute, usedBytes: 1 });
    const stats = aNodeStats({ volumes: [older, aVolumeStats(), { ...older, at: null, usedBytes: 2 }] });
    expect(useOf({ nodeStats: [stats] })?.stats?.usedBytes).toBe(1_900_000_000);
  });

  test('what a silent kubelet once told of a pod that has moved does not count, even with its clock ahead', () => {
    const moved = { ...gitea, node: 'nuc1' };
    const nodeStats = [measuring({ at: noon + hour, usedBytes: 7 }), measuring({ at: noon - minute }, 'nuc1')];
    expect(useOf({ pods: [moved], nodeStats })?.measuredBy?.node).toBe('nuc1');
  });

  test('an entry without any figure is none', () => {
    const nothing = { usedBytes: null, availableBytes: null, inodesUsed: null, inodesFree: null };
    expect(useOf({ nodeStats: [measuring(nothing)] })?.stats).toBeNull();
  });

  test('it is measured now only while that kubelet answers', () => {
    const use = useOf({})!;
    expect(isMeasuredNow(use, aSnapshot({ sources: { 'kubelet/nuc0': {} } }))).toBe(true);
    expect(isMeasuredNow(use, aSnapshot({ sources: { 'kubelet/nuc0': { fresh: false } } }))).toBe(false);
    expect(isMeasuredNow({ ...use, measuredBy: null }, aSnapshot())).toBe(false);
  });

  test('its subject by the claim and by its key', () => {
    const subject = { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' };
    expect(claimSubject(aClaim())).toEqual(subject);
    expect(claimSubjectOf('git/gitea-data')).toEqual(subject);
  });
});

describe('whose figures they are', () => {
  const made = { is: 'local', driver: '', handle: '', server: '', path: '/data/x' } as const;
  const ofTheDisk = { capacityBytes: 100_000_000_000, inodes: 1_000_000 };

  test('a host path shares the disk of its node, NFS that of its server, by whichever driver', () => {
    expect(useOf({}, aPersistentVolume({ made: { ...made, is: 'host' } }))?.shares).toBe('node');
    expect(useOf({}, aPersistentVolume({ made: { ...made, is: 'nfs' } }))?.shares).toBe('server');
    const driver = 'nfs.csi.k8s.io';
    expect(useOf({}, aPersistentVolume({ made: { ...made, is: 'csi', driver } }))?.shares).toBe('server');
  });

  test('a local volume shares the disk of its node if its capacity and inodes are those of that disk', () => {
    const local = aPersistentVolume({ made });
    expect(useOf({}, local)?.shares).toBeNull();
    expect(useOf({ nodeStats: [measuring(ofTheDisk)] }, local)?.shares).toBe('node');
    expect(useOf({ nodeStats: [measuring({ ...ofTheDisk, inodes: 999 })] }, local)?.shares).toBeNull();
  });

  test('so does one whose volume cannot be seen', () => {
    expect(useOf({ nodeStats: [measuring(ofTheDisk)], more: { persistentVolume: [] } })?.shares).toBe('node');
  });
});
