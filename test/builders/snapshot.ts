import { sourceOfKind, type FactKind, type FactTypes } from '#server/facts/fact.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import type { Snapshot, SourceView } from '#server/engine/snapshot.ts';
import { aDoor } from './facts.ts';
import { day, noon } from './time.ts';

/** What a snapshot is built of; what is not given is empty, but for the door, which is ready. */
export interface SnapshotParts {
  now?: number;
  nodeStats?: readonly NodeStatsFact[];
  nodes?: FactTypes['node'][];
  pods?: FactTypes['pod'][];
  leases?: FactTypes['lease'][];
  events?: FactTypes['event'][];
  apiServices?: FactTypes['apiService'][];
  deployments?: FactTypes['deployment'][];
  statefulSets?: FactTypes['statefulSet'][];
  daemonSets?: FactTypes['daemonSet'][];
  replicaSets?: FactTypes['replicaSet'][];
  resourceQuotas?: FactTypes['resourceQuota'][];
  crashLogs?: FactTypes['crashLog'][];
  services?: FactTypes['service'][];
  endpointSlices?: FactTypes['endpointSlice'][];
  ingressClasses?: FactTypes['ingressClass'][];
  gatewayClasses?: FactTypes['gatewayClass'][];
  ingresses?: FactTypes['ingress'][];
  gateways?: FactTypes['gateway'][];
  httpRoutes?: FactTypes['httpRoute'][];
  ingressRoutes?: FactTypes['ingressRoute'][];
  issuedCertificates?: FactTypes['issuedCertificate'][];
  componentCertificates?: FactTypes['componentCertificates'][];
  tlsServers?: FactTypes['tlsServer'][];
  serviceProbes?: FactTypes['serviceProbe'][];
  registryProbes?: FactTypes['registryProbe'][];
  registryImages?: FactTypes['registryImages'][];
  /** Facts of any other kind. */
  more?: { [K in FactKind]?: readonly FactTypes[K][] };
  /** Null: the door has not been asked yet. */
  door?: FactTypes['apiDoor'] | null;
  handshake?: FactTypes['apiHandshake'];
  rights?: FactTypes['rights'][];
  wall?: FactTypes['wall'];
  /** Laid over sources that are all synced and fresh; more may be added, `{ 'kubelet/nuc0': {} }`. */
  sources?: Record<string, Partial<SourceView>>;
  identity?: Snapshot['identity'];
}

/** A snapshot at noon with every source fresh. It is frozen, so that a check that changes it fails its test. */
export function aSnapshot(parts: SnapshotParts = {}): Snapshot {
  const { now = noon, door = aDoor({ askedAt: now - 1_000, readyAt: now - 1_000 }) } = parts;
  const facts: Partial<{ [K in FactKind]: readonly FactTypes[K][] }> = {
    ...Object.fromEntries(Object.keys(sourceOfKind).map((kind) => [kind, []])),
    node: parts.nodes ?? [],
    nodeStats: parts.nodeStats ?? [],
    pod: parts.pods ?? [],
    lease: parts.leases ?? [],
    event: parts.events ?? [],
    apiService: parts.apiServices ?? [],
    deployment: parts.deployments ?? [],
    statefulSet: parts.statefulSets ?? [],
    daemonSet: parts.daemonSets ?? [],
    replicaSet: parts.replicaSets ?? [],
    resourceQuota: parts.resourceQuotas ?? [],
    crashLog: parts.crashLogs ?? [],
    service: parts.services ?? [],
    endpointSlice: parts.endpointSlices ?? [],
    ingressClass: parts.ingressClasses ?? [],
    gatewayClass: parts.gatewayClasses ?? [],
    ingress: parts.ingresses ?? [],
    gateway: parts.gateways ?? [],
    httpRoute: parts.httpRoutes ?? [],
    ingressRoute: parts.ingressRoutes ?? [],
    issuedCertificate: parts.issuedCertificates ?? [],
    componentCertificates: parts.componentCertificates ?? [],
    tlsServer: parts.tlsServers ?? [],
    serviceProbe: parts.serviceProbes ?? [],
    registryProbe: parts.registryProbes ?? [],
    registryImages: parts.registryImages ?? [],
    apiDoor: door === null ? [] : [door],
    apiHandshake: parts.handshake === undefined ? [] : [parts.handshake],
    rights: parts.rights ?? [],
    wall: parts.wall === undefined ? [] : [parts.wall],
    ...parts.more,
  };
  const byKey = new Map<string, ReadonlyMap<string, unknown>>(
    Object.entries(facts).map(([kind, list]) => [kind, new Map(list.map((fact) => [fact.key, frozen(fact)]))]),
  );
  return Object.freeze({
    now,
    facts: <K extends FactKind>(kind: K) => byKey.get(kind) as ReadonlyMap<string, FactTypes[K]>,
    sources: aSourceMap(now, parts.sources),
    identity: Object.freeze(parts.identity ?? { remembered: '', current: door?.clusterId ?? '' }),
  });
}

/** A fresh, synced feed. */
export function aSource(part: Partial<SourceView> = {}): SourceView {
  return {
    name: 'nodes',
    state: 'synced',
    since: noon - day,
    freshAt: noon,
    role: 'feed',
    fresh: true,
    ...part,
  };
}

function aSourceMap(now: number, over: SnapshotParts['sources'] = {}): ReadonlyMap<string, SourceView> {
  const names = new Set([...Object.values(sourceOfKind), ...Object.keys(over)]);
  const probes = new Set([
    ...['api-door', 'api-handshake', 'tls', 'rights', 'wall'],
    ...['services-probed', 'registries', 'registry-images'],
  ]);
  return new Map(
    [...names].map((name) => {
      const role = probes.has(name) ? 'probe' : 'feed';
      return [name, frozen(aSource({ name, role, since: now - day, freshAt: now, ...over[name] }))];
    }),
  );
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
