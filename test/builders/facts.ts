import type { ApiDoorFact, CredentialFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import type { ApiServiceFact } from '#server/facts/api-service.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { LeaseFact } from '#server/facts/lease.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import type { ComponentCertificatesFact } from '#server/facts/component-certificates.ts';
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
    claims: [],
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
    volumes: [],
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
    renewedAt: noon - 2 * second,
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
    issuedAt: noon - 183 * day,
    subject: 'O=system:masters, CN=system:admin',
    issuer: 'CN=k3s-client-ca@1700000000',
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
    shows: '',
    readyAt: noon - second,
    latencyMs: 12,
    failingParts: [],
    clockAheadMs: 0,
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
    certificate: aShownCertificate({ subject: 'O=k3s, CN=k3s', issuer: 'CN=k3s-server-ca@1700000000' }),
    newAuthority: false,
    authorities: null,
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
    serversLeftOut: 0,
    serversLeftOutSince: null,
    servicesLeftOut: 0,
    servicesLeftOutSince: null,
    ...part,
  };
}

/** A certificate for git.example with half of its year left, signed by an authority that is shown and trusted. */
export function aShownCertificate(part: Partial<ShownCertificate> = {}): ShownCertificate {
  return {
    fingerprint: 'ab'.repeat(32),
    subject: 'CN=git.example',
    commonName: 'git.example',
    names: ['git.example'],
    issuer: "C=US, O=Let's Encrypt, CN=R11",
    notBefore: noon - 183 * day,
    notAfter: noon + 182 * day,
    selfSigned: false,
    keyType: 'EC P-256',
    chain: [
      {
        subject: "C=US, O=Let's Encrypt, CN=R11",
        issuer: 'C=US, O=Internet Security Research Group, CN=ISRG Root X1',
        notBefore: noon - 400 * day,
        notAfter: noon + 700 * day,
        selfSigned: false,
      },
    ],
    chainIs: 'complete',
    ...part,
  };
}

/** The host git.example behind an Ingress, trusted. */
export function aTlsServer(part: Partial<TlsServerFact> = {}): TlsServerFact {
  const { is = 'host', name = is === 'kubelet' ? 'nuc0' : 'git.example' } = part;
  const key = `${is === 'kubelet' ? 'Node' : 'Host'}/${name}`;
  return {
    key,
    uid: key,
    source: 'tls',
    is,
    name,
    address: is === 'kubelet' ? '192.168.1.10:10250' : `${name}:443`,
    serverName: is === 'kubelet' ? '' : name,
    namedBy: [
      is === 'kubelet'
        ? { kind: 'Node', namespace: null, name }
        : { kind: 'Ingress', namespace: 'default', name: 'web' },
    ],
    secret: is === 'kubelet' ? null : 'default/web-tls',
    outcome: 'trusted',
    outcomeSince: noon - day,
    trouble: '',
    message: '',
    askedAt: noon - 60 * second,
    failures: 0,
    seenAt: noon - 60 * second,
    certificate: aShownCertificate(),
    protocol: 'TLSv1.3',
    ...part,
  };
}

/** cert-manager's Certificate default/web: ready, with 60 of 90 days left. */
export function anIssuedCertificate(part: Partial<IssuedCertificateFact> = {}): IssuedCertificateFact {
  const { namespace = 'default', name = 'web' } = part;
  return {
    key: `${namespace}/${name}`,
    uid: `uid-${namespace}-${name}`,
    source: 'certificates',
    namespace,
    name,
    names: ['git.example'],
    secretName: `${name}-tls`,
    issuer: 'ClusterIssuer letsencrypt',
    ready: { status: 'True', reason: 'Ready', message: 'Certificate is up to date', changedAt: noon - 30 * day },
    issuing: null,
    notBefore: noon - 30 * day,
    notAfter: noon + 60 * day,
    renewalAt: noon + 30 * day,
    renewalOff: false,
    lastFailureAt: null,
    failedAttempts: 0,
    revision: 3,
    createdAt: noon - 200 * day,
    ...part,
  };
}

/** What k3s on nuc0 says of its certificates: all have 300 days left, the authority nine years. */
export function aComponentCertificates(part: Partial<ComponentCertificatesFact> = {}): ComponentCertificatesFact {
  const { node = 'nuc0' } = part;
  return {
    key: node,
    uid: node,
    source: `kubelet-certificates/${node}`,
    node,
    product: 'k3s',
    certificates: [
      {
        subject: 'CN=system:admin,O=system:masters',
        usages: 'ClientAuth',
        isAuthority: false,
        expiresAt: noon + 300 * day,
      },
      { subject: 'CN=k3s,O=k3s', usages: 'ServerAuth', isAuthority: false, expiresAt: noon + 300 * day },
      {
        subject: 'CN=k3s-server-ca@1700000000',
        usages: 'CertSign',
        isAuthority: true,
        expiresAt: noon + 9 * 365 * day,
      },
    ],
    ...part,
  };
}
