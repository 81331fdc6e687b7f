import { at, later } from './raw-pod.ts';

const head = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  uid: `uid-${name}`,
  resourceVersion: '184467',
  creationTimestamp: at,
  managedFields: [{ manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { 'f:status': {} } }],
  ...more,
});

/** The volume of a claim, as Longhorn's provisioner makes it. */
export const rawPersistentVolume = {
  metadata: head('pvc-gitea-data', {
    annotations: { 'pv.kubernetes.io/provisioned-by': 'driver.longhorn.io' },
    finalizers: ['kubernetes.io/pv-protection', 'external-attacher/driver-longhorn-io'],
  }),
  spec: {
    capacity: { storage: '10Gi' },
    csi: {
      driver: 'driver.longhorn.io',
      volumeHandle: 'pvc-gitea-data',
      fsType: 'ext4',
      volumeAttributes: { numberOfReplicas: '3', staleReplicaTimeout: '30' },
    },
    accessModes: ['ReadWriteOnce'],
    claimRef: {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace: 'git',
      name: 'gitea-data',
      uid: 'uid-claim',
    },
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: 'longhorn',
    volumeMode: 'Filesystem',
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['nuc0', 'nuc1'] }] },
          { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
        ],
      },
    },
  },
  status: { phase: 'Bound', lastPhaseTransitionTime: later },
};

/** The claim, marked in every way that there is. */
export const rawPersistentVolumeClaim = {
  metadata: head('gitea-data', {
    namespace: 'git',
    labels: {
      app: 'gitea',
      'recurring-job.longhorn.io/source': 'enabled',
      'recurring-job.longhorn.io/nightly': 'enabled',
    },
    annotations: {
      'pv.kubernetes.io/bind-completed': 'yes',
      'k8up.io/backup': 'false',
      'clusterwall.dev/expect-shrink': 'true',
      'clusterwall.dev/restore-tested': '2026-10-01',
    },
  }),
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '10Gi' } },
    volumeName: 'pvc-gitea-data',
    storageClassName: 'longhorn',
    volumeMode: 'Filesystem',
  },
  status: {
    phase: 'Bound',
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '8Gi' },
    conditions: [
      {
        type: 'FileSystemResizePending',
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: later,
        message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.',
      },
    ],
  },
};

/** The default class of k3s. */
export const rawStorageClass = {
  metadata: head('local-path-small', { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
  provisioner: 'rancher.io/local-path',
  parameters: { a: 'b' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** A volume that cannot be attached, since another node holds it. */
export const rawVolumeAttachment = {
  metadata: head('csi-gitea-data', { finalizers: ['external-attacher/driver-longhorn-io'] }),
  spec: {
    attacher: 'driver.longhorn.io',
    nodeName: 'nuc0',
    source: { persistentVolumeName: 'pvc-gitea-data' },
  },
  status: {
    attached: false,
    attachError: { time: later, message: 'rpc error: code = FailedPrecondition desc = volume is attached to nuc1' },
  },
};

/** Longhorn's volume of that claim: attached, one replica short. */
export const rawLonghornVolume = {
  metadata: head('pvc-gitea-data', {
    namespace: 'longhorn-system',
    labels: {
      longhornvolume: 'pvc-gitea-data',
      'recurring-job.longhorn.io/nightly': 'enabled',
      'recurring-job-group.longhorn.io/weekly': 'enabled',
      'recurring-job-group.longhorn.io/never': 'disabled',
    },
  }),
  spec: {
    size: '10737418240',
    numberOfReplicas: 3,
    backupTargetName: 'default',
    dataEngine: 'v1',
    frontend: 'blockdev',
    nodeID: 'nuc0',
    diskSelector: [],
  },
  status: {
    state: 'attached',
    robustness: 'degraded',
    currentNodeID: 'nuc0',
    actualSize: 2_500_000_256,
    lastBackup: 'backup-0a1b2c3d',
    lastBackupAt: at,
    lastDegradedAt: later,
    lastAutoSalvagedAt: '',
    conditions: [
      {
        type: 'WaitForBackingImage',
        status: 'False',
        reason: '',
        message: '',
        lastProbeTime: '',
        lastTransitionTime: at,
      },
      { type: 'TooManySnapshots', status: 'False', reason: '', message: '', lastProbeTime: '', lastTransitionTime: at },
      {
        ...{ type: 'Scheduled', status: 'False', reason: 'ReplicaSchedulingFailure', message: 'insufficient storage' },
        ...{ lastProbeTime: '', lastTransitionTime: later },
      },
      { type: 'Restore', status: 'False', reason: '', message: '', lastProbeTime: '', lastTransitionTime: at },
    ],
    kubernetesStatus: {
      ...{ pvName: 'pvc-gitea-data', pvStatus: 'Bound', namespace: 'git', pvcName: 'gitea-data', lastPVCRefAt: '' },
      ...{ lastPodRefAt: '', workloadsStatus: [{ podName: 'gitea-0', podStatus: 'Running', workloadName: 'gitea' }] },
    },
  },
};

/** A replica of it that failed. */
export const rawLonghornReplica = {
  metadata: head('pvc-gitea-data-r-0a1b2c', { namespace: 'longhorn-system', labels: { longhornnode: 'nuc0' } }),
  spec: {
    ...{ volumeName: 'pvc-gitea-data', nodeID: 'nuc0', diskID: 'd1', diskPath: '/var/lib/longhorn/', active: true },
    ...{ failedAt: later, healthyAt: at, volumeSize: '10737418240' },
  },
  status: { currentState: 'stopped', conditions: [], instanceManagerName: '' },
};

/** A node of Longhorn with a disk that SMART does not like. */
export const rawLonghornNode = {
  metadata: head('nuc0', { namespace: 'longhorn-system' }),
  spec: {
    name: 'nuc0',
    allowScheduling: true,
    tags: [],
    disks: {
      'default-disk-0a1b': {
        ...{ path: '/var/lib/longhorn/', diskType: 'filesystem', allowScheduling: true, evictionRequested: false },
        ...{ storageReserved: 10_000_000_000, tags: [] },
      },
    },
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', reason: '', message: 'Node nuc0 is ready', lastTransitionTime: at },
      { type: 'Schedulable', status: 'True', reason: '', message: '', lastTransitionTime: at },
    ],
    diskStatus: {
      'default-disk-0a1b': {
        conditions: [
          { type: 'Ready', status: 'True', reason: '', message: '', lastTransitionTime: at },
          {
            ...{ type: 'Schedulable', status: 'False', reason: 'DiskPressure', lastTransitionTime: later },
            message: 'the disk has 9 GB available, but requires reserved 10 GB',
          },
        ],
        ...{ storageAvailable: 9_000_000_512, storageMaximum: 100_000_000_000, storageScheduled: 50_000_000_000 },
        ...{ scheduledReplica: { 'pvc-gitea-data-r-0a1b2c': 10_737_418_240 }, diskUUID: 'd1' },
        healthData: {
          sda: {
            ...{ source: 'SMART', modelName: 'SSD', healthStatus: 'FAILED', temperature: 41 },
            attributes: [
              { id: 5, name: 'Reallocated_Sector_Ct', value: 1, threshold: 10, rawValue: 5, whenFailed: 'FAILING_NOW' },
              { id: 9, name: 'Power_On_Hours', value: 90, rawValue: 40_000, whenFailed: '-' },
              { id: 12, name: 'Power_Cycle_Count', value: 90, rawValue: 12 },
            ],
          },
          sdb: { source: 'SMART', healthStatus: 'PASSED', attributes: [] },
        },
      },
    },
  },
};

/** Ceph in trouble, as Rook tells it. */
export const rawCephCluster = {
  metadata: head('rook-ceph-small', { namespace: 'rook-ceph' }),
  spec: { cephVersion: { image: 'quay.io/ceph/ceph:v20' }, mon: { count: 3 }, storage: { useAllNodes: true } },
  status: {
    ...{ phase: 'Ready', state: 'Created', message: 'Cluster created successfully', observedGeneration: 2 },
    conditions: [{ type: 'Ready', status: 'True', reason: 'ClusterCreated', lastTransitionTime: at }],
    ceph: {
      health: 'HEALTH_ERR',
      details: {
        OSD_DOWN: { severity: 'HEALTH_WARN', message: '1 osds down' },
        PG_AVAILABILITY: { severity: 'HEALTH_ERR', message: 'Reduced data availability: 12 pgs inactive' },
      },
      ...{ lastChecked: later, lastChanged: at, previousHealth: 'HEALTH_WARN', fsid: 'f1' },
      capacity: {
        bytesTotal: 1_000_000_000_000,
        bytesUsed: 300_000_000_000,
        bytesAvailable: 700_000_000_000,
        lastUpdated: later,
      },
      versions: { overall: { 'ceph version 20': 9 } },
    },
  },
};

/** A pool of three copies. */
export const rawCephPool = {
  metadata: head('replicapool-small', { namespace: 'rook-ceph' }),
  spec: { failureDomain: 'host', replicated: { size: 3, requireSafeReplicaSize: true } },
  status: { phase: 'Ready', info: { type: 'Replicated' }, poolID: 2 },
};

/** By the source that brings it. */
export const rawStorageBySource = {
  persistentvolumes: rawPersistentVolume,
  persistentvolumeclaims: rawPersistentVolumeClaim,
  storageclasses: rawStorageClass,
  volumeattachments: rawVolumeAttachment,
  'longhorn-volumes': rawLonghornVolume,
  'longhorn-replicas': rawLonghornReplica,
  'longhorn-nodes': rawLonghornNode,
  cephclusters: rawCephCluster,
  cephblockpools: rawCephPool,
};
