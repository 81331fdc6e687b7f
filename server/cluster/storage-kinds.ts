import { cephClusterFact } from '#server/facts/ceph-cluster.ts';
import { cephPoolFact } from '#server/facts/ceph-pool.ts';
import { longhornNodeFact } from '#server/facts/longhorn-node.ts';
import { longhornReplicaFact } from '#server/facts/longhorn-replica.ts';
import { longhornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { persistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { persistentVolumeFact } from '#server/facts/persistent-volume.ts';
import { storageClassFact } from '#server/facts/storage-class.ts';
import { volumeAttachmentFact } from '#server/facts/volume-attachment.ts';
import { optionalKind, type KindRow } from './kind-row.ts';

const core = { group: '', version: 'v1' };
const storage = { group: 'storage.k8s.io', version: 'v1' };
const longhorn = { group: 'longhorn.io', version: 'v1beta2' };
const rook = { group: 'ceph.rook.io', version: 'v1' };

const persistentVolumes = optionalKind(
  { ...core, resource: 'persistentvolumes' },
  {
    source: 'persistentvolumes',
    kind: 'persistentVolume',
    buys: 'where the data of a claim are, and volumes that failed or were left over',
    unused: ['annotations', 'labels', 'mountOptions'],
    fact: persistentVolumeFact,
  },
);

const persistentVolumeClaims = optionalKind(
  { ...core, resource: 'persistentvolumeclaims' },
  {
    source: 'persistentvolumeclaims',
    kind: 'persistentVolumeClaim',
    buys: 'volumes by their names: whether they are bound, filling or emptied, and whether they are backed up',
    // Annotations are used: what the owner wishes stands in them. Labels: backups select by them.
    unused: ['selector', 'dataSource', 'dataSourceRef', 'ownerReferences', 'allocatedResources'],
    fact: persistentVolumeClaimFact,
  },
);

const storageClasses = optionalKind(
  { ...storage, resource: 'storageclasses' },
  {
    source: 'storageclasses',
    kind: 'storageClass',
    buys: 'why a claim waits for its volume',
    // Annotations are used: the default class is marked there.
    unused: ['labels', 'parameters', 'mountOptions', 'allowedTopologies'],
    fact: storageClassFact,
  },
);

const volumeAttachments = optionalKind(
  { ...storage, resource: 'volumeattachments' },
  {
    source: 'volumeattachments',
    kind: 'volumeAttachment',
    buys: 'which node holds a volume, and why it cannot be attached',
    unused: ['annotations', 'labels', 'inlineVolumeSpec', 'attachmentMetadata'],
    fact: volumeAttachmentFact,
  },
);

const longhornVolumes = optionalKind(
  { ...longhorn, resource: 'volumes' },
  {
    source: 'longhorn-volumes',
    kind: 'longhornVolume',
    buys: 'whether volumes of Longhorn are healthy, and which recurring jobs they have',
    unused: ['annotations', 'ownerReferences', 'workloadsStatus', 'cloneStatus', 'diskSelector', 'nodeSelector'],
    fact: longhornVolumeFact,
  },
);

const longhornReplicas = optionalKind(
  { ...longhorn, resource: 'replicas' },
  {
    source: 'longhorn-replicas',
    kind: 'longhornReplica',
    buys: 'which replica of a Longhorn volume failed, and on which node',
    unused: ['annotations', 'labels', 'ownerReferences', 'conditions'],
    fact: longhornReplicaFact,
  },
);

const longhornNodes = optionalKind(
  { ...longhorn, resource: 'nodes' },
  {
    source: 'longhorn-nodes',
    kind: 'longhornNode',
    buys: "how full Longhorn's disks are, and what SMART says of them",
    unused: ['annotations', 'labels', 'scheduledReplica', 'scheduledBackingImage', 'tags', 'snapshotCheckStatus'],
    fact: longhornNodeFact,
  },
);

const cephClusters = optionalKind(
  { ...rook, resource: 'cephclusters' },
  {
    source: 'cephclusters',
    kind: 'cephCluster',
    buys: 'what Ceph says of its health, check by check',
    unused: ['annotations', 'labels', 'spec', 'conditions', 'versions', 'storage'],
    fact: cephClusterFact,
  },
);

const cephPools = optionalKind(
  { ...rook, resource: 'cephblockpools' },
  {
    source: 'cephblockpools',
    kind: 'cephPool',
    buys: 'whether the pools of Ceph are ready',
    unused: ['annotations', 'labels', 'conditions', 'mirroringStatus', 'snapshotScheduleStatus', 'mirroring'],
    fact: cephPoolFact,
  },
);

/** The kinds of which storage is made. */
export const storageKinds: readonly KindRow[] = [
  ...[persistentVolumes, persistentVolumeClaims, storageClasses, volumeAttachments],
  ...[longhornVolumes, longhornReplicas, longhornNodes, cephClusters, cephPools],
];
