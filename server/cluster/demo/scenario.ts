import type { WorkloadFault } from './fate.ts';

/** What can be done to a node. Nodes that a stage does not have are an error. */
export type NodeAction =
  /** Its kubelet says nothing any more: no heartbeat, no status. */
  | { action: 'silenceNode'; node: string }
  | { action: 'reviveNode'; node: string }
  /** What its kubelet reports from now on. */
  | ({ action: 'setNodeCondition'; node: string } & ConditionReport)
  | { action: 'cordon'; node: string }
  | { action: 'uncordon'; node: string }
  /** Evicts its pods, those of DaemonSets aside. */
  | { action: 'drain'; node: string }
  /** Something writes to its disk from now on, of which `fromShare` (0 to 1) is used at once if it is given. Only the demo does it. */
  | { action: 'diskFills'; node: string; bytesPerHour: number; fromShare?: number }
  /** What filled it is gone. */
  | { action: 'diskHeals'; node: string }
  /** All certificates of its k3s have so many days left, which its monitor says in events. Only the demo does it. */
  | { action: 'nodeCertificatesAge'; node: string; leftDays: number }
  /** It goes down and comes up again: its containers are restarted, and it has another boot ID. Only the demo does it. */
  | { action: 'rebootNode'; node: string }
  /** Its k3s is restarted, and has issued them anew. Only the demo does it. */
  | { action: 'k3sRestarted'; node: string }
  | { action: 'removeNode'; node: string }
  | { action: 'addNode'; node: string };

/** A condition as a kubelet reports it. */
export interface ConditionReport {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** What can be done to the API server and the way to it. Faults last until `apiHeals`, and add up. */
export type ApiAction =
  /** Our credentials are no longer taken; open watches live on. */
  | { action: 'apiUnauthorized' }
  /** A right is taken from us: `pods`; open watches live on. */
  | { action: 'apiForbidden'; resource: string }
  /** The API server is gone: connections break, new ones are refused. */
  | { action: 'apiRefused' }
  /** The API server accepts connections and says nothing. */
  | { action: 'apiSilent' }
  /** Parts of `/readyz` fail; with `etcd` the storage is dead: nothing is written, lists hang. */
  | { action: 'apiNotReady'; parts: readonly string[] }
  /** Each answer takes so much longer. */
  | { action: 'apiSlow'; latencyMs: number }
  /** New handshakes show an expired certificate; kept connections live on. */
  | { action: 'servingCertificateExpired' }
  /** The cluster has another authority: connections break, and new ones show a certificate that ours has not signed. */
  | { action: 'authorityExchanged' }
  /** All connections break; new ones are let in. */
  | { action: 'cutConnections' }
  /** Every fault of the API is over. */
  | { action: 'apiHeals' }
  /** The storage is lost: another identity, no nodes, no pods, revisions from the beginning. */
  | { action: 'wipeCluster' };

/** What can be done to a workload, named `namespace/name`. Only the demo does it: a real node fails for real. */
export type WorkloadAction =
  /** One fault at a time: another one ends the one before. */
  ({ action: 'workloadFails'; workload: string } & WorkloadFault) | { action: 'workloadHeals'; workload: string };

/** What can be done to a certificate of a web host, named by its Secret: `namespace/name`. Only the demo does it. */
export type CertificateAction =
  /** Nobody has renewed it: it has so many days left, less than 0 if it has expired. With `why` cert-manager tries in vain. */
  | { action: 'certificateAges'; certificate: string; leftDays: number; why?: string }
  /** It is issued anew. */
  | { action: 'certificateRenewed'; certificate: string };

/** What can be done around the cluster: to names, to what hosts show, and to registries. Only the demo does it. */
export type NetworkAction =
  /** Nobody answers for names any more, until `namesHeal`. */
  | { thing: 'names'; action: 'namesFail' }
  | { thing: 'names'; action: 'namesHeal' }
  /** What is behind a host begins anew: its first-run page is shown. */
  | { thing: 'host'; action: 'hostBeginsAnew'; host: string }
  /** Each answer of a host takes so much longer. */
  | { thing: 'host'; action: 'hostSlows'; host: string; latencyMs: number }
  | { thing: 'host'; action: 'hostHeals'; host: string }
  /** The registry on the NAS refuses connections, until `registryHeals`. */
  | { thing: 'registry'; action: 'registryRefuses' }
  /** It answers, and holds no image any more. */
  | { thing: 'registry'; action: 'registryEmptied' }
  | { thing: 'registry'; action: 'registryHeals' }
  /** Harbor stands in the cluster, as if for long; its database's image comes from Docker Hub, or through Harbor itself. */
  | { thing: 'harbor'; action: 'harborStands'; databaseFrom: 'docker.io' | 'itself' }
  /** A part of it runs and says that it is not well. */
  | { thing: 'harbor'; action: 'harborPartFails'; part: string }
  /** It is gone, with all that belongs to it. */
  | { thing: 'harbor'; action: 'harborGoes' };

/** What can be done to storage. Claims are named `namespace/name`. Only the demo does it: the real node has real volumes. */
export type StorageAction =
  /** Its file system is blank from now on, and Longhorn says that the volume is healthy. */
  | { thing: 'storage'; action: 'claimEmptied'; claim: string }
  /** It is full to `fromShare` (0 to 1) at once, and so much is written to it. */
  | { thing: 'storage'; action: 'claimFills'; claim: string; bytesPerHour: number; fromShare: number }
  /** Its data are back, and what filled it is gone. */
  | { thing: 'storage'; action: 'claimHeals'; claim: string }
  /** Somebody asks for a volume of a class that is not there, so long ago; until `claimGoes`. */
  | { thing: 'storage'; action: 'claimAsked'; claim: string; storageClass: string; agoMs: number }
  | { thing: 'storage'; action: 'claimGoes'; claim: string }
  /** Longhorn's replicas on a node have failed, until they are rebuilt. */
  | { thing: 'storage'; action: 'replicasFail'; on: string }
  | { thing: 'storage'; action: 'replicasRebuilt'; on: string }
  /** Rook's Ceph stands in the cluster, as if for long, and says this from now on. */
  | ({ thing: 'storage'; action: 'cephSays' } & CephHealth)
  | { thing: 'storage'; action: 'cephGoes' };

/** What Ceph says of itself, with its named checks. */
export interface CephHealth {
  health: 'HEALTH_OK' | 'HEALTH_WARN' | 'HEALTH_ERR';
  checks: Readonly<Record<string, { severity: 'HEALTH_WARN' | 'HEALTH_ERR'; message: string }>>;
}

/** What can be done to Longhorn's backups, until `backupsHeal`. Only the demo does it. */
export type BackupAction =
  /** All volumes are backed up now, out of turn. */
  | { thing: 'backups'; action: 'backupsRun' }
  /** So many are kept from now on. */
  | { thing: 'backups'; action: 'backupsKept'; count: number }
  | { thing: 'backups'; action: 'backupFails'; claim: string; error: string }
  /** One is made now in which there is only so much. */
  | { thing: 'backups'; action: 'backupShrinks'; claim: string; bytes: number }
  /** The nightly job was to run as this says, and has not. */
  | { thing: 'backups'; action: 'backupsDue'; cron: string }
  | { thing: 'backups'; action: 'backupTargetFails'; why: string }
  | { thing: 'backups'; action: 'backupsHeal' };

/** One thing that a stage can do to a cluster: the demo or a real control plane. */
export type Action =
  NodeAction | ApiAction | WorkloadAction | CertificateAction | NetworkAction | StorageAction | BackupAction;

/** Whatever scenarios can be played on. */
export interface Stage {
  /** Resolves when it is done (not when its effects show). Rejects if the stage cannot do it. */
  apply(action: Action): Promise<void>;
}

/** One step: how long after the one before (or the beginning), and what. */
export interface Step {
  afterMs: number;
  do: Action;
}

/** A story that is played on a stage. */
export interface Scenario {
  name: string;
  /** A few plain words for a menu: "A node is lost". */
  title: string;
  /** A sentence: what happens, and what the wall should say. */
  about: string;
  steps: readonly Step[];
  /** It begins anew this long after its last step; it is played once where this is absent. */
  againAfterMs?: number;
}
