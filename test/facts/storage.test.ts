import { describe, expect, test } from 'vitest';
import { cephClusterFact } from '#server/facts/ceph-cluster.ts';
import { cephPoolFact } from '#server/facts/ceph-pool.ts';
import { longhornNodeFact } from '#server/facts/longhorn-node.ts';
import { longhornReplicaFact } from '#server/facts/longhorn-replica.ts';
import { longhornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { persistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { persistentVolumeFact } from '#server/facts/persistent-volume.ts';
import { storageClassFact } from '#server/facts/storage-class.ts';
import { noStorageWish, storageWishOf } from '#server/facts/storage-wish.ts';
import { volumeAttachmentFact } from '#server/facts/volume-attachment.ts';
import { at, later } from './raw-pod.ts';
import {
  rawCephCluster,
  rawCephPool,
  rawLonghornNode,
  rawLonghornReplica,
  rawLonghornVolume,
  rawPersistentVolume,
  rawPersistentVolumeClaim,
  rawStorageClass,
  rawVolumeAttachment,
} from './raw-storage.ts';

const [atMs, laterMs] = [Date.parse(at), Date.parse(later)];
const metadata = { name: 'data', namespace: 'shop' };
const gib = 2 ** 30;

describe('a PersistentVolume', () => {
  const madeOf = (spec: object) => persistentVolumeFact({ metadata: { name: 'v' }, spec }, 's')?.made;
  const nothing = { driver: '', handle: '', server: '', path: '' };

  test('becomes a fact with whose it is, what it is made of and from where it can be reached', () => {
    expect(persistentVolumeFact(rawPersistentVolume, 'persistentvolumes')).toEqual({
      ...{ key: 'pvc-gitea-data', uid: 'uid-pvc-gitea-data', source: 'persistentvolumes', name: 'pvc-gitea-data' },
      ...{ phase: 'Bound', reason: '', message: '', capacityBytes: 10 * gib, accessModes: ['ReadWriteOnce'] },
      ...{ reclaimPolicy: 'Delete', storageClass: 'longhorn' },
      claim: { namespace: 'git', name: 'gitea-data', uid: 'uid-claim' },
      made: { ...nothing, is: 'csi', driver: 'driver.longhorn.io', handle: 'pvc-gitea-data' },
      ...{ nodes: ['nuc0', 'nuc1'], createdAt: atMs, phaseChangedAt: laterMs, deletingAt: null },
    });
  });

  test.each([
    [{ hostPath: { path: '/srv/data', type: '' } }, { is: 'host', path: '/srv/data' }],
    [
      { local: { path: '/mnt/disk1' }, nodeAffinity: {} },
      { is: 'local', path: '/mnt/disk1' },
    ],
    [{ nfs: { server: 'nas.example', path: '/tank' } }, { is: 'nfs', server: 'nas.example', path: '/tank' }],
    [
      { csi: { driver: 'nfs.csi.k8s.io', volumeHandle: 'h', volumeAttributes: { server: 'nas', share: '/tank' } } },
      { is: 'csi', driver: 'nfs.csi.k8s.io', handle: 'h', server: 'nas', path: '/tank' },
    ],
    [
      { capacity: {}, claimRef: {}, iscsi: { targetPortal: 'x' } },
      { is: 'other', driver: 'iscsi' },
    ],
    [{}, { is: 'other' }],
  ])('of %j is made so', (spec, made) => {
    expect(madeOf(spec)).toEqual({ ...nothing, ...made });
  });

  test.each(['-5Gi', '1e40', -1, null, 'much', {}])('of a capacity of %j tells none', (storage) => {
    const raw = { metadata, spec: { capacity: { storage } } };
    expect(persistentVolumeFact(raw, 's')).toMatchObject({ capacityBytes: null, claim: null, nodes: [], phase: '' });
  });
});

describe('a PersistentVolumeClaim', () => {
  test('becomes a fact with what it wants, what it was given and what its owner wishes', () => {
    expect(persistentVolumeClaimFact(rawPersistentVolumeClaim, 'persistentvolumeclaims')).toEqual({
      ...{ key: 'git/gitea-data', uid: 'uid-gitea-data', source: 'persistentvolumeclaims' },
      ...{ namespace: 'git', name: 'gitea-data', phase: 'Bound', volume: 'pvc-gitea-data', storageClass: 'longhorn' },
      ...{ requestedBytes: 10 * gib, capacityBytes: 8 * gib, accessModes: ['ReadWriteOnce'], isBlock: false },
      conditions: [
        {
          ...{ type: 'FileSystemResizePending', status: 'True', changedAt: laterMs },
          message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.',
        },
      ],
      labels: {
        app: 'gitea',
        'recurring-job.longhorn.io/source': 'enabled',
        'recurring-job.longhorn.io/nightly': 'enabled',
        'k8up.io/backup': 'false',
      },
      wish: {
        ...{ expectShrink: true, noBackup: false, restoreTestedAt: Date.UTC(2026, 9, 1), problem: '' },
      },
      ...{ createdAt: atMs, deletingAt: null },
    });
  });

  test.each([
    [{}, null],
    [{ storageClassName: '' }, ''],
    [{ storageClassName: 'fast' }, 'fast'],
    [{ storageClassName: 3 }, null],
  ])('of %j has the class %j', (spec, storageClass) => {
    expect(persistentVolumeClaimFact({ metadata, spec }, 's')?.storageClass).toBe(storageClass);
  });

  test('without wishes shares one empty wish with all others', () => {
    expect(persistentVolumeClaimFact({ metadata }, 's')?.wish).toBe(noStorageWish);
  });
});

describe('what annotations wish of storage', () => {
  const wishOf = (part: Record<string, unknown>) =>
    storageWishOf(Object.fromEntries(Object.entries(part).map(([key, value]) => [`clusterwall.dev/${key}`, value])));

  test.each([
    [{ backup: 'none' }, { noBackup: true, problem: '' }],
    [{ backup: '' }, { noBackup: false, problem: '' }],
    [{ 'expect-shrink': 'false' }, { expectShrink: false, problem: '' }],
    [{ 'restore-tested': '2026-10-01T12:00:00Z' }, { restoreTestedAt: Date.UTC(2026, 9, 1), problem: '' }],
    [{ backup: 'weekly' }, { noBackup: false, problem: 'clusterwall.dev/backup "weekly" is not "none"' }],
    [
      { 'expect-shrink': 'maybe' },
      { expectShrink: false, problem: 'clusterwall.dev/expect-shrink "maybe" is neither "true" nor "false"' },
    ],
    [
      { 'restore-tested': '2026-02-31' },
      {
        restoreTestedAt: null,
        problem: 'clusterwall.dev/restore-tested "2026-02-31" is no date: write it like 2026-10-01',
      },
    ],
  ])('%j is %j', (annotations, wish) => {
    expect(wishOf(annotations)).toMatchObject(wish);
  });
});

describe('a StorageClass', () => {
  test('becomes a fact: who makes its volumes, when, and whether it is the default one', () => {
    expect(storageClassFact(rawStorageClass, 'storageclasses')).toEqual({
      ...{ key: 'local-path-small', uid: 'uid-local-path-small', source: 'storageclasses', name: 'local-path-small' },
      ...{ provisioner: 'rancher.io/local-path', isDefault: true, waitsForPod: true, reclaimPolicy: 'Delete' },
      canGrow: false,
    });
  });
});

describe('a VolumeAttachment', () => {
  test('becomes a fact with why it does not come about', () => {
    expect(volumeAttachmentFact(rawVolumeAttachment, 'volumeattachments')).toEqual({
      ...{ key: 'csi-gitea-data', uid: 'uid-csi-gitea-data', source: 'volumeattachments', name: 'csi-gitea-data' },
      ...{ attacher: 'driver.longhorn.io', node: 'nuc0', volume: 'pvc-gitea-data', attached: false },
      attachError: {
        message: 'rpc error: code = FailedPrecondition desc = volume is attached to nuc1',
        at: laterMs,
      },
      ...{ detachError: null, createdAt: atMs, deletingAt: null },
    });
  });
});

describe('a volume of Longhorn', () => {
  const volumeOf = (status: object, labels = {}) =>
    longhornVolumeFact({ metadata: { ...metadata, labels }, spec: { size: '-1' }, status }, 's')!;

  test('becomes a fact: sizes are texts, and only what is not as it should be is a condition', () => {
    expect(longhornVolumeFact(rawLonghornVolume, 'longhorn-volumes')).toEqual({
      ...{ key: 'longhorn-system/pvc-gitea-data', uid: 'uid-pvc-gitea-data', source: 'longhorn-volumes' },
      ...{ namespace: 'longhorn-system', name: 'pvc-gitea-data', state: 'attached', robustness: 'degraded' },
      ...{ sizeBytes: 10 * gib, actualBytes: 2_500_000_256, replicasWanted: 3, node: 'nuc0', volume: 'pvc-gitea-data' },
      claim: { namespace: 'git', name: 'gitea-data', isPast: false },
      ...{ lastBackup: 'backup-0a1b2c3d', lastBackupAt: atMs, lastDegradedAt: laterMs, lastSalvagedAt: null },
      conditions: [
        {
          ...{
            type: 'Scheduled',
            status: 'False',
            reason: 'ReplicaSchedulingFailure',
            message: 'insufficient storage',
          },
          changedAt: laterMs,
        },
      ],
      ...{ jobs: ['nightly'], groups: ['weekly'], backupTarget: 'default', createdAt: atMs },
    });
  });

  test('whose claim is gone still knows whose it was', () => {
    const kubernetesStatus = { namespace: 'git', pvcName: 'gitea-data', lastPVCRefAt: at };
    expect(volumeOf({ kubernetesStatus }).claim).toEqual({ namespace: 'git', name: 'gitea-data', isPast: true });
    expect(volumeOf({ kubernetesStatus: {} }).claim).toBeNull();
  });

  test('without any job or group is in the group default', () => {
    expect(volumeOf({})).toMatchObject({ jobs: [], groups: ['default'], sizeBytes: null, actualBytes: null });
    expect(volumeOf({}, { 'recurring-job.longhorn.io/hourly': 'enabled' })).toMatchObject({
      ...{ jobs: ['hourly'], groups: [] },
    });
  });

  test('has the raw word of a state nobody knows, and no time where Longhorn writes none', () => {
    expect(volumeOf({ state: 'Hibernating', lastBackupAt: '', lastDegradedAt: '0001-01-01T00:00:00Z' })).toMatchObject({
      ...{ state: 'Hibernating', robustness: '', lastBackupAt: null, lastDegradedAt: null },
    });
  });
});

test('a replica of Longhorn becomes a fact', () => {
  expect(longhornReplicaFact(rawLonghornReplica, 'longhorn-replicas')).toMatchObject({
    ...{ key: 'longhorn-system/pvc-gitea-data-r-0a1b2c', volume: 'pvc-gitea-data', node: 'nuc0' },
    ...{ diskPath: '/var/lib/longhorn/', state: 'stopped', failedAt: laterMs },
  });
});

describe('a node of Longhorn', () => {
  test('becomes a fact with its disks, the worst of what SMART says and why', () => {
    expect(longhornNodeFact(rawLonghornNode, 'longhorn-nodes')).toEqual({
      ...{ key: 'longhorn-system/nuc0', uid: 'uid-nuc0', source: 'longhorn-nodes' },
      ...{ namespace: 'longhorn-system', name: 'nuc0', allowScheduling: true },
      conditions: {
        Ready: { status: 'True', reason: '', message: 'Node nuc0 is ready', changedAt: atMs },
        Schedulable: { status: 'True', reason: '', message: '', changedAt: atMs },
      },
      disks: [
        {
          ...{ name: 'default-disk-0a1b', path: '/var/lib/longhorn/', allowScheduling: true },
          ...{ availableBytes: 9_000_000_512, maximumBytes: 100_000_000_000, scheduledBytes: 50_000_000_000 },
          reservedBytes: 10_000_000_000,
          ready: { status: 'True', reason: '', message: '', changedAt: atMs },
          schedulable: {
            ...{ status: 'False', reason: 'DiskPressure', changedAt: laterMs },
            message: 'the disk has 9 GB available, but requires reserved 10 GB',
          },
          ...{ health: 'FAILED', healthTroubles: ['Reallocated_Sector_Ct: FAILING_NOW'] },
        },
      ],
    });
  });

  test('says of a disk nobody measured nothing, and of negative figures too', () => {
    const spec = { disks: { a: { path: '/a' } } };
    const status = { diskStatus: { a: { storageAvailable: -1, storageMaximum: '8', healthData: { x: {} } } } };
    expect(longhornNodeFact({ metadata, spec, status }, 's')?.disks).toMatchObject([
      { name: 'a', availableBytes: null, maximumBytes: 8, ready: null, schedulable: null, health: '' },
    ]);
  });
});

describe('Ceph', () => {
  test('becomes a fact with its checks, the worst first', () => {
    expect(cephClusterFact(rawCephCluster, 'cephclusters')).toEqual({
      ...{ key: 'rook-ceph/rook-ceph-small', uid: 'uid-rook-ceph-small', source: 'cephclusters' },
      ...{ namespace: 'rook-ceph', name: 'rook-ceph-small', health: 'HEALTH_ERR' },
      checks: [
        {
          ...{ name: 'PG_AVAILABILITY', severity: 'HEALTH_ERR' },
          message: 'Reduced data availability: 12 pgs inactive',
        },
        { name: 'OSD_DOWN', severity: 'HEALTH_WARN', message: '1 osds down' },
      ],
      ...{ checkedAt: laterMs, changedAt: atMs, phase: 'Ready', message: 'Cluster created successfully' },
      ...{ totalBytes: 1_000_000_000_000, usedBytes: 300_000_000_000, availableBytes: 700_000_000_000 },
    });
  });

  test('that never came up says nothing of its health; one whose operator cannot ask says so before all', () => {
    expect(cephClusterFact({ metadata, status: { phase: 'Progressing' } }, 's')).toMatchObject({
      ...{ health: '', checks: [], checkedAt: null, totalBytes: null, phase: 'Progressing' },
    });
    const details = {
      OSD_DOWN: { severity: 'HEALTH_ERR', message: 'x' },
      error: { severity: 'Urgent', message: 'failed to get status' },
    };
    const fact = cephClusterFact({ metadata, status: { ceph: { health: 'HEALTH_ERR', details } } }, 's');
    expect(fact?.checks.map(({ name }) => name)).toEqual(['error', 'OSD_DOWN']);
  });

  test('has pools that keep copies, or are erasure coded', () => {
    expect(cephPoolFact(rawCephPool, 'cephblockpools')).toMatchObject({ phase: 'Ready', copies: 3 });
    const coded = { metadata, spec: { erasureCoded: { dataChunks: 2 }, replicated: { size: 0 } } };
    expect(cephPoolFact(coded, 's')?.copies).toBeNull();
  });
});
