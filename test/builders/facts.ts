import type { ApiDoorFact, CredentialFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import type { ApiServiceFact } from '#server/facts/api-service.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { LeaseFact } from '#server/facts/lease.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import type { WallFact } from '#server/facts/wall.ts';
import { minute, noon, second, day } from './time.ts';
import { aContainer } from './workloads.ts';

/** A pod that runs and is ready. */
export function aPod(part: Partial<PodFact> = {}): PodFact {
  const { namespace = 'default', name = 'web-0' } = part;
  return {
    key: `${namespace}/${name}`,
    uid: `uid-${namespace}-${name}`,
    source: 'pods',
    namespace,
    name,
    node: 'nuc0',
    phase: 'Running',
    reason: '',
    message: '',
    ready: true,
    readyChangedAt: noon - day,
    owner: { kind: 'StatefulSet', name: 'web' },
    isStatic: false,
    templateHash: '',
    unscheduled: null,
    restarts: 0,
    containers: [aContainer()],
    createdAt: noon - day,
    deletingAt: null,
    finalizers: [],
    ...part,
  };
}

/** What node nuc0 uses: 40 % of its disk of 100 GB, half of its 8 GB of memory. */
export function aNodeStats(part: Partial<NodeStatsFact> = {}): NodeStatsFact {
  const { node = 'nuc0' } = part;
  return {
    key: node,
    uid: node,
    source: `kubelet/${node}`,
    node,
    cpuCores: 0.5,
    memoryBytes: 4_000_000_000,
    memoryAvailableBytes: 4_000_000_000,
    disk: {
      at: noon - 20 * second,
      capacityBytes: 100_000_000_000,
      availableBytes: 60_000_000_000,
      usedBytes: 40_000_000_000,
      inodes: 1_000_000,
      inodesFree: 900_000,
    },
    imageDisk: null,
    pods: [],
    ...part,
  };
}

/** The heartbeat of node nuc0; `renewTime` as its kubelet writes it. */
export function aLease(part: Partial<LeaseFact> = {}): LeaseFact {
  const { node = 'nuc0' } = part;
  return {
    key: `kube-node-lease/${node}`,
    uid: `uid-lease-${node}`,
    source: 'leases',
    node,
    renewTime: '2026-10-01T11:59:58.000000Z',
    durationSeconds: 40,
    ...part,
  };
}

/** A Warning about pod default/web-0. */
export function anEvent(part: Partial<EventFact> = {}): EventFact {
  return {
    key: 'default/web-0.1',
    uid: 'uid-event-1',
    source: 'events',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    about: { kind: 'Pod', namespace: 'default', name: 'web-0' },
    component: 'kubelet',
    count: 1,
    firstAt: noon - minute,
    lastAt: noon - minute,
    ...part,
  };
}

/** The aggregated API of metrics-server, available. */
export function anApiService(part: Partial<ApiServiceFact> = {}): ApiServiceFact {
  const { name = 'v1beta1.metrics.k8s.io' } = part;
  return {
    key: name,
    uid: `uid-${name}`,
    source: 'apiservices',
    name,
    service: 'kube-system/metrics-server',
    available: 'True',
    reason: 'Passed',
    message: 'all checks passed',
    changedAt: noon - day,
    ...part,
  };
}

/** A client certificate with half a year left. */
export function aCredential(part: Partial<CredentialFact> = {}): CredentialFact {
  return {
    kind: 'client-certificate',
    from: 'context homelab of /home/anna/.kube/config',
    expiresAt: noon + 182 * day,
    problem: '',
    ...part,
  };
}

/** A k3s API server that answers ready in 12 ms. */
export function aDoor(part: Partial<ApiDoorFact> = {}): ApiDoorFact {
  return {
    key: 'api',
    uid: 'api',
    source: 'api-door',
    address: '192.168.1.10:6443',
    outcome: 'ready',
    outcomeSince: noon - day,
    askedAt: noon - second,
    status: 200,
    message: '',
    readyAt: noon - second,
    latencyMs: 12,
    failingParts: [],
    version: 'v1.36.4+k3s1',
    clusterId: '0a5b6f0e-0000-4000-8000-000000000001',
    credential: aCredential(),
    ...part,
  };
}

/** A serving certificate that is trusted and has half a year left. */
export function aHandshake(part: Partial<ApiHandshakeFact> = {}): ApiHandshakeFact {
  return {
    key: 'api',
    uid: 'api',
    source: 'api-handshake',
    address: '192.168.1.10:6443',
    outcome: 'trusted',
    outcomeSince: noon - day,
    askedAt: noon - second,
    message: '',
    subject: 'CN=k3s,O=k3s',
    issuer: 'CN=k3s-server-ca',
    notBefore: noon - 183 * day,
    notAfter: noon + 182 * day,
    ...part,
  };
}

/** The right to see nodes, granted. */
export function aRight(part: Partial<RightsFact> = {}): RightsFact {
  const { feed = 'nodes' } = part;
  return {
    key: feed,
    uid: feed,
    source: 'rights',
    feed,
    required: true,
    granted: true,
    rule: { group: '', resource: feed, verbs: ['list', 'watch'] },
    buys: 'node readiness, versions and pressure',
    message: '',
    since: noon - day,
    ...part,
  };
}

/** A wall with nothing wrong with itself. */
export function aWall(part: Partial<WallFact> = {}): WallFact {
  return {
    key: 'wall',
    uid: 'wall',
    source: 'wall',
    configProblem: '',
    configProblemSince: null,
    historyProblem: '',
    historyProblemSince: null,
    historyNotices: [],
    seriesLeftOut: 0,
    seriesLeftOutSince: null,
    ...part,
  };
}
