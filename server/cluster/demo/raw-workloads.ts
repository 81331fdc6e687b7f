import type { OwnerReference, RawCondition, RawContainer, RawObject } from './raw-objects.ts';

/** The pods that a controller creates. */
export interface RawTemplate {
  metadata: { labels: Record<string, string> };
  spec: { volumes?: object[]; containers: RawContainer[]; restartPolicy: string; [other: string]: unknown };
}

/** A condition of a workload; only Deployments say when it was last updated. */
export interface RawWorkloadCondition extends RawCondition {
  lastUpdateTime?: string;
}

export interface RawDeployment extends RawObject {
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: RawTemplate;
    strategy: { type: string; rollingUpdate?: { maxUnavailable: string; maxSurge: string } };
    revisionHistoryLimit: number;
    progressDeadlineSeconds: number;
  };
  /** Counts that are 0 are left out, as the API leaves them out. */
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    terminatingReplicas?: number;
    conditions?: RawWorkloadCondition[];
  };
}

export interface RawReplicaSet extends RawObject {
  metadata: RawObject['metadata'] & { ownerReferences: OwnerReference[] };
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: RawTemplate };
  status: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    terminatingReplicas?: number;
    observedGeneration?: number;
    conditions?: RawWorkloadCondition[];
  };
}

export interface RawStatefulSet extends RawObject {
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: RawTemplate;
    volumeClaimTemplates?: object[];
    serviceName: string;
    podManagementPolicy: string;
    updateStrategy: { type: string; rollingUpdate: { partition: number } };
    revisionHistoryLimit: number;
    persistentVolumeClaimRetentionPolicy: { whenDeleted: string; whenScaled: string };
  };
  status: {
    observedGeneration?: number;
    replicas: number;
    readyReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    currentRevision: string;
    updateRevision: string;
    collisionCount: number;
    availableReplicas: number;
  };
}

export interface RawDaemonSet extends RawObject {
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: RawTemplate;
    updateStrategy: { type: string; rollingUpdate: { maxUnavailable: number; maxSurge: number } };
    revisionHistoryLimit: number;
  };
  status: {
    currentNumberScheduled: number;
    numberMisscheduled: number;
    desiredNumberScheduled: number;
    numberReady: number;
    observedGeneration?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    numberUnavailable?: number;
  };
}

export interface RawResourceQuota extends RawObject {
  spec: { hard: Record<string, string> };
  status: { hard: Record<string, string>; used: Record<string, string> };
}
