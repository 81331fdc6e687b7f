import { claimKey, claimUid, volumeOfClaim, type Claim } from './claims.ts';
import { NAS } from './machines.ts';
import { createRandom, type Random } from './random.ts';
import { rawTime } from './raw-objects.ts';
import type {
  RawPersistentVolume,
  RawPersistentVolumeClaim,
  RawStorageClass,
  RawVolumeAttachment,
} from './raw-storage.ts';

/** The CSI driver of Longhorn. */
export const LONGHORN_DRIVER = 'driver.longhorn.io';

/** Longhorn for what is to last, and what k3s brings along. */
export function makeStorageClasses(random: Random, createdAt: number): RawStorageClass[] {
  const metadata = (name: string, isDefault: boolean) => ({
    ...{ name, uid: random.uid(), resourceVersion: '', creationTimestamp: rawTime(createdAt) },
    annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) },
  });
  return [
    {
      metadata: metadata('local-path', false),
      ...{ provisioner: 'rancher.io/local-path', reclaimPolicy: 'Delete', volumeBindingMode: 'WaitForFirstConsumer' },
    },
    {
      metadata: metadata('longhorn', true),
      provisioner: LONGHORN_DRIVER,
      parameters: { dataLocality: 'disabled', fsType: 'ext4', numberOfReplicas: '2', staleReplicaTimeout: '30' },
      ...{ reclaimPolicy: 'Delete', allowVolumeExpansion: true, volumeBindingMode: 'Immediate' },
    },
  ];
}

/** A claim that was bound when it was made. */
export function makeClaim(claim: Claim, createdAt: number): RawPersistentVolumeClaim {
  const { namespace, name, annotations = {} } = claim;
  const accessModes = [...accessModesOf(claim)];
  const storage = sizeOf(claim);
  return {
    metadata: {
      ...{ name, namespace, uid: claimUid(claim), resourceVersion: '', creationTimestamp: rawTime(createdAt) },
      annotations: {
        ...{ 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
        ...(claim.is === 'nfs' ? {} : { 'volume.kubernetes.io/storage-provisioner': provisionerOf(claim) }),
        ...annotations,
      },
      finalizers: ['kubernetes.io/pvc-protection'],
    },
    spec: {
      ...{ accessModes, resources: { requests: { storage } }, volumeName: volumeOfClaim(claim) },
      ...{ storageClassName: classOf(claim), volumeMode: 'Filesystem' },
    },
    status: { phase: 'Bound', accessModes, capacity: { storage } },
  };
}

/** What a claim is bound to. */
export function makeVolume(claim: Claim, createdAt: number): RawPersistentVolume {
  const { namespace, name } = claim;
  const uid = claimUid(claim);
  return {
    metadata: {
      ...{ name: volumeOfClaim(claim), uid: ownUid(claim), resourceVersion: '' },
      creationTimestamp: rawTime(createdAt),
      ...(claim.is === 'nfs' ? {} : { annotations: { 'pv.kubernetes.io/provisioned-by': provisionerOf(claim) } }),
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: {
      capacity: { storage: sizeOf(claim) },
      ...madeOf(claim),
      accessModes: [...accessModesOf(claim)],
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1' },
      persistentVolumeReclaimPolicy: claim.is === 'nfs' ? 'Retain' : 'Delete',
      ...{ storageClassName: classOf(claim), volumeMode: 'Filesystem' },
    },
    status: { phase: 'Bound', lastPhaseTransitionTime: rawTime(createdAt) },
  };
}

/** A claim for which nobody makes a volume. */
export function makePendingClaim(
  { namespace, name, storageClass }: { namespace: string; name: string; storageClass: string },
  random: Random,
  createdAt: number,
): RawPersistentVolumeClaim {
  return {
    metadata: {
      ...{ name, namespace, uid: random.uid(), resourceVersion: '', creationTimestamp: rawTime(createdAt) },
      finalizers: ['kubernetes.io/pvc-protection'],
    },
    spec: {
      ...{ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
      ...{ storageClassName: storageClass, volumeMode: 'Filesystem' },
    },
    status: { phase: 'Pending' },
  };
}

/** A Longhorn volume as it is attached to a node. */
export function makeAttachment(claim: Claim, node: string, createdAt: number): RawVolumeAttachment {
  const name = attachmentOf(claim, node);
  return {
    metadata: {
      ...{ name, uid: createRandom(7).fork(name).uid(), resourceVersion: '', creationTimestamp: rawTime(createdAt) },
      finalizers: ['external-attacher/driver-longhorn-io'],
    },
    spec: { attacher: LONGHORN_DRIVER, source: { persistentVolumeName: volumeOfClaim(claim) }, nodeName: node },
    status: { attached: true },
  };
}

/** The name of that: the same for the same volume and node. */
export function attachmentOf(claim: Claim, node: string): string {
  return `csi-${createRandom(3)
    .fork(`${volumeOfClaim(claim)}/${node}`)
    .hex(64)}`;
}

function madeOf(claim: Claim): Partial<RawPersistentVolume['spec']> {
  const volume = volumeOfClaim(claim);
  switch (claim.is) {
    case 'longhorn': {
      const volumeAttributes = { dataLocality: 'disabled', fsType: 'ext4', numberOfReplicas: String(claim.on.length) };
      return { csi: { driver: LONGHORN_DRIVER, fsType: 'ext4', volumeHandle: volume, volumeAttributes } };
    }
    case 'local-path': {
      const path = `/var/lib/rancher/k3s/storage/${volume}_${claim.namespace}_${claim.name}`;
      const host = { key: 'kubernetes.io/hostname', operator: 'In', values: [...claim.on] };
      const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [host] }] } };
      return { hostPath: { path, type: 'DirectoryOrCreate' }, nodeAffinity };
    }
    case 'nfs':
      return { nfs: { server: NAS.address, path: '/volume1/media' } };
  }
}

function ownUid(claim: Claim): string {
  return createRandom(11).fork(claimKey(claim)).uid();
}

function sizeOf({ gibibytes }: Claim): string {
  return `${gibibytes}Gi`;
}

function classOf({ is }: Claim): string {
  return is === 'nfs' ? '' : is;
}

function provisionerOf({ is }: Claim): string {
  return is === 'longhorn' ? LONGHORN_DRIVER : 'rancher.io/local-path';
}

function accessModesOf({ is }: Claim): readonly string[] {
  return [is === 'nfs' ? 'ReadWriteMany' : 'ReadWriteOnce'];
}
