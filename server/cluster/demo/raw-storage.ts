import type { RawObject } from './raw-objects.ts';

export interface RawStorageClass extends RawObject {
  provisioner: string;
  parameters?: Record<string, string>;
  reclaimPolicy: string;
  allowVolumeExpansion?: boolean;
  volumeBindingMode: string;
}

export interface RawPersistentVolume extends RawObject {
  spec: {
    capacity: { storage: string };
    accessModes: string[];
    claimRef?: { kind: string; namespace: string; name: string; uid: string; apiVersion: string };
    persistentVolumeReclaimPolicy: string;
    storageClassName: string;
    volumeMode: string;
    csi?: { driver: string; fsType: string; volumeHandle: string; volumeAttributes: Record<string, string> };
    hostPath?: { path: string; type: string };
    nfs?: { server: string; path: string };
    nodeAffinity?: object;
  };
  status: { phase: string; lastPhaseTransitionTime: string };
}

export interface RawPersistentVolumeClaim extends RawObject {
  spec: {
    accessModes: string[];
    resources: { requests: { storage: string } };
    volumeName?: string;
    storageClassName: string;
    volumeMode: string;
  };
  status: { phase: string; accessModes?: string[]; capacity?: { storage: string } };
}

export interface RawVolumeAttachment extends RawObject {
  spec: { attacher: string; source: { persistentVolumeName: string }; nodeName: string };
  status: { attached: boolean };
}
