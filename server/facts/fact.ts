import type { ApiDoorFact } from './api-door.ts';
import type { ApiHandshakeFact } from './api-handshake.ts';
import type { ApiServiceFact } from './api-service.ts';
import type { CephClusterFact } from './ceph-cluster.ts';
import type { CephPoolFact } from './ceph-pool.ts';
import type { ComponentCertificatesFact } from './component-certificates.ts';
import type { CrashLogFact } from './crash-log.ts';
import type { CronJobFact } from './cron-job.ts';
import type { DaemonSetFact } from './daemon-set.ts';
import type { DeploymentFact } from './deployment.ts';
import type { EndpointSliceFact } from './endpoint-slice.ts';
import type { EtcdSnapshotFact } from './etcd-snapshot.ts';
import type { EventFact } from './event.ts';
import type { GatewayFact } from './gateway.ts';
import type { GatewayClassFact } from './gateway-class.ts';
import type { HttpRouteFact } from './http-route.ts';
import type { IngressFact } from './ingress.ts';
import type { IngressClassFact } from './ingress-class.ts';
import type { IngressRouteFact } from './ingress-route.ts';
import type { IssuedCertificateFact } from './issued-certificate.ts';
import type { K8upBackupFact } from './k8up-backup.ts';
import type { K8upScheduleFact } from './k8up-schedule.ts';
import type { K8upSnapshotFact } from './k8up-snapshot.ts';
import type { LeaseFact } from './lease.ts';
import type { LonghornBackupFact } from './longhorn-backup.ts';
import type { LonghornBackupTargetFact } from './longhorn-backup-target.ts';
import type { LonghornBackupVolumeFact } from './longhorn-backup-volume.ts';
import type { LonghornNodeFact } from './longhorn-node.ts';
import type { LonghornRecurringJobFact } from './longhorn-recurring-job.ts';
import type { LonghornReplicaFact } from './longhorn-replica.ts';
import type { LonghornVolumeFact } from './longhorn-volume.ts';
import type { NodeFact } from './node.ts';
import type { NodeStatsFact } from './node-stats.ts';
import type { PersistentVolumeFact } from './persistent-volume.ts';
import type { PersistentVolumeClaimFact } from './persistent-volume-claim.ts';
import type { PodFact } from './pod.ts';
import type { RegistryImagesFact } from './registry-images.ts';
import type { RegistryProbeFact } from './registry-probe.ts';
import type { ReplicaSetFact } from './replica-set.ts';
import type { ResourceQuotaFact } from './resource-quota.ts';
import type { RightsFact } from './rights.ts';
import type { ServiceFact } from './service.ts';
import type { ServiceProbeFact } from './service-probe.ts';
import type { StatefulSetFact } from './stateful-set.ts';
import type { StorageClassFact } from './storage-class.ts';
import type { TlsServerFact } from './tls-server.ts';
import type { VeleroBackupFact } from './velero-backup.ts';
import type { VeleroLocationFact } from './velero-location.ts';
import type { VeleroScheduleFact } from './velero-schedule.ts';
import type { VolSyncSourceFact } from './volsync-source.ts';
import type { VolumeAttachmentFact } from './volume-attachment.ts';
import type { VolumeSnapshotFact } from './volume-snapshot.ts';
import type { WallFact } from './wall.ts';
/** Every kind of fact by name. A kind is added by one file and one line here. */
export interface FactTypes {
  node: NodeFact;
  nodeStats: NodeStatsFact;
  pod: PodFact;
  lease: LeaseFact;
  event: EventFact;
  apiService: ApiServiceFact;
  deployment: DeploymentFact;
  statefulSet: StatefulSetFact;
  daemonSet: DaemonSetFact;
  replicaSet: ReplicaSetFact;
  resourceQuota: ResourceQuotaFact;
  crashLog: CrashLogFact;
  persistentVolume: PersistentVolumeFact;
  persistentVolumeClaim: PersistentVolumeClaimFact;
  storageClass: StorageClassFact;
  volumeAttachment: VolumeAttachmentFact;
  cronJob: CronJobFact;
  volumeSnapshot: VolumeSnapshotFact;
  etcdSnapshot: EtcdSnapshotFact;
  longhornVolume: LonghornVolumeFact;
  longhornReplica: LonghornReplicaFact;
  longhornNode: LonghornNodeFact;
  longhornBackup: LonghornBackupFact;
  longhornBackupVolume: LonghornBackupVolumeFact;
  longhornBackupTarget: LonghornBackupTargetFact;
  longhornRecurringJob: LonghornRecurringJobFact;
  cephCluster: CephClusterFact;
  cephPool: CephPoolFact;
  veleroBackup: VeleroBackupFact;
  veleroSchedule: VeleroScheduleFact;
  veleroLocation: VeleroLocationFact;
  k8upSchedule: K8upScheduleFact;
  k8upBackup: K8upBackupFact;
  k8upSnapshot: K8upSnapshotFact;
  volSyncSource: VolSyncSourceFact;
  service: ServiceFact;
  endpointSlice: EndpointSliceFact;
  ingressClass: IngressClassFact;
  gatewayClass: GatewayClassFact;
  ingress: IngressFact;
  gateway: GatewayFact;
  httpRoute: HttpRouteFact;
  ingressRoute: IngressRouteFact;
  issuedCertificate: IssuedCertificateFact;
  componentCertificates: ComponentCertificatesFact;
  tlsServer: TlsServerFact;
  serviceProbe: ServiceProbeFact;
  registryProbe: RegistryProbeFact;
  registryImages: RegistryImagesFact;
  apiDoor: ApiDoorFact;
  apiHandshake: ApiHandshakeFact;
  rights: RightsFact;
  wall: WallFact;
}

export type FactKind = keyof FactTypes;

/** What all facts have. */
export interface FactHead {
  /** Unique in its kind: `namespace/name`, or `name` for what is cluster-wide; a recreated object has the same key. */
  key: string;
  /** The object's UID, or the key where there is none. */
  uid: string;
  /** The source it came from. */
  source: string;
}

/** The source whose freshness a kind depends on where it has only one. Kinds of several sources (`kubelet/NODE`) are judged by each fact's own. */
export const sourceOfKind: Record<FactKind, string> = {
  node: 'nodes',
  nodeStats: 'kubelet/*',
  pod: 'pods',
  lease: 'leases',
  event: 'events',
  apiService: 'apiservices',
  deployment: 'deployments',
  statefulSet: 'statefulsets',
  daemonSet: 'daemonsets',
  replicaSet: 'replicasets',
  resourceQuota: 'resourcequotas',
  crashLog: 'crash-logs',
  persistentVolume: 'persistentvolumes',
  persistentVolumeClaim: 'persistentvolumeclaims',
  storageClass: 'storageclasses',
  volumeAttachment: 'volumeattachments',
  cronJob: 'cronjobs',
  volumeSnapshot: 'volumesnapshots',
  etcdSnapshot: 'etcdsnapshotfiles',
  longhornVolume: 'longhorn-volumes',
  longhornReplica: 'longhorn-replicas',
  longhornNode: 'longhorn-nodes',
  longhornBackup: 'longhorn-backups',
  longhornBackupVolume: 'longhorn-backupvolumes',
  longhornBackupTarget: 'longhorn-backuptargets',
  longhornRecurringJob: 'longhorn-recurringjobs',
  cephCluster: 'cephclusters',
  cephPool: 'cephblockpools',
  veleroBackup: 'velero-backups',
  veleroSchedule: 'velero-schedules',
  veleroLocation: 'velero-locations',
  k8upSchedule: 'k8up-schedules',
  k8upBackup: 'k8up-backups',
  k8upSnapshot: 'k8up-snapshots',
  volSyncSource: 'volsync-sources',
  service: 'services',
  endpointSlice: 'endpointslices',
  ingressClass: 'ingressclasses',
  gatewayClass: 'gatewayclasses',
  ingress: 'ingresses',
  gateway: 'gateways',
  httpRoute: 'httproutes',
  ingressRoute: 'ingressroutes',
  issuedCertificate: 'certificates',
  componentCertificates: 'kubelet-certificates/*',
  tlsServer: 'tls',
  serviceProbe: 'services-probed',
  registryProbe: 'registries',
  registryImages: 'registry-images',
  apiDoor: 'api-door',
  apiHandshake: 'api-handshake',
  rights: 'rights',
  wall: 'wall',
};
