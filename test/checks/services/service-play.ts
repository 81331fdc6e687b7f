import certificates from '#server/checks/certificates/tile.ts';
import nodes from '#server/checks/nodes/tile.ts';
import services from '#server/checks/services/tile.ts';
import workloads from '#server/checks/workloads/tile.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import { sourceOfKind } from '#server/facts/fact.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { aCredential, aDoor, aPod } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { anIngress } from '#test/builders/routes.ts';
import { anEndpointSlice, anIngressClass, aPodTemplate, aService, aServiceProbe } from '#test/builders/services.ts';
import { day, second } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';
import { evening, smallWall, type SmallWall } from '#test/engine/small-wall.ts';

/** What a homelab shows: each kind as a whole. */
export type Seen = Partial<{ [K in FactKind]: readonly FactTypes[K][] }>;

/** The names of the hosts behind Traefik, `app00.example` first. */
export const hosts = Array.from({ length: 14 }, (_, i) => `app${String(i).padStart(2, '0')}.example`);

const feeds: FactKind[] = [
  ...(['pod', 'deployment', 'statefulSet', 'daemonSet', 'replicaSet', 'event', 'resourceQuota', 'crashLog'] as const),
  ...(['service', 'endpointSlice', 'ingressClass', 'gatewayClass', 'ingress', 'gateway', 'httpRoute'] as const),
  ...(['ingressRoute', 'issuedCertificate'] as const),
];
const probes: FactKind[] = ['apiDoor', 'serviceProbe', 'tlsServer', 'apiHandshake', 'wall'];

/** A wall with the areas that services touch, and checks of its own for them. */
export function servicesWall(): SmallWall {
  const without = (tile: TileDefinition, ...names: string[]): TileDefinition => ({
    ...tile,
    checks: tile.checks.filter(({ check }) => !names.includes(check)),
  });
  // Heartbeats and clocks are played elsewhere.
  const machines = without(nodes, 'nodes/no-heartbeat', 'nodes/clock-off', 'nodes/rebooted');
  const wall = smallWall({ tiles: [machines, workloads, certificates, services] });
  for (const kind of feeds)
    wall.store.declare({ name: sourceOfKind[kind], role: 'feed', staleAfterMs: 15_000, kinds: [kind] });
  for (const kind of probes.filter((each) => each !== 'apiDoor'))
    wall.store.declare({ name: sourceOfKind[kind], role: 'probe', staleAfterMs: 60_000, kinds: [kind] });
  return wall;
}

/** Shows all of `seen` and judges; kinds that it does not name are empty. `blind`: nothing of the API is fresh. */
export function see(wall: SmallWall, seen: Seen, { blind = false } = {}): void {
  const now = wall.now();
  const kinds: FactKind[] = blind ? probes : ['node', 'lease', ...feeds, ...probes];
  for (const kind of kinds) {
    const name = sourceOfKind[kind];
    wall.store.replace(name, kind, seen[kind] ?? (kind === 'apiDoor' ? [door(now, blind)] : []));
    wall.store.state(name, 'synced');
    wall.store.fresh(name, now);
  }
  wall.judge();
}

function door(now: number, blind: boolean) {
  const credential = aCredential({ expiresAt: evening + 200 * day, issuedAt: evening - 165 * day });
  const answer = blind ? ({ outcome: 'unreachable', message: 'no route to host' } as const) : {};
  return aDoor({ credential, clusterId: 'one', outcomeSince: evening, askedAt: now, readyAt: now, ...answer });
}

/** Nodes nuc0 and nuc1, Traefik on nuc1, fourteen hosts of Deployments `app00` and so on, all on nuc0, all up. */
export function homelab(now: number): Seen & { pod: PodFact[]; serviceProbe: ServiceProbeFact[] } {
  const traefik = deployment('kube-system', 'traefik');
  const apps = hosts.map((host) => host.replace('.example', ''));
  return {
    node: [aNode(), aNode({ name: 'nuc1', internalIp: '192.168.1.11' })],
    deployment: [traefik, ...apps.map((name) => deployment('apps', name))],
    pod: [pod('kube-system', 'traefik', 'nuc1'), ...apps.map((name) => pod('apps', name, 'nuc0'))],
    service: [service('kube-system', 'traefik'), ...apps.map((name) => service('apps', name))],
    endpointSlice: [...apps.map((name) => slice('apps', name, 1)), slice('kube-system', 'traefik', 1)],
    ingressClass: [anIngressClass()],
    ingress: hosts.map((host, i) => ingress(host, apps[i] ?? '')),
    serviceProbe: hosts.map((host, i) => probeOf(host, apps[i] ?? '', now)),
  };
}

/** A Deployment of one pod with the label `app.kubernetes.io/name`. */
export function deployment(namespace: string, name: string) {
  const labels = { 'app.kubernetes.io/name': name };
  const one = { wanted: 1, current: 1, ready: 1, available: 1, updated: 1 };
  return aDeployment({ namespace, name, ...one, template: aPodTemplate({ labels }) });
}

/** Its pod. */
export function pod(namespace: string, name: string, node: string, part: Partial<PodFact> = {}): PodFact {
  const hash = '5d4f8c7b9';
  const owner = { kind: 'ReplicaSet', name: `${name}-${hash}` };
  return aPod({
    namespace,
    name: `${name}-${hash}-x2k4p`,
    node,
    owner,
    templateHash: hash,
    readyChangedAt: evening - day,
    ...part,
  });
}

function service(namespace: string, name: string) {
  return aService({ namespace, name, selector: { 'app.kubernetes.io/name': name } });
}

/** Its endpoints: all of one pod. */
export function slice(namespace: string, name: string, ready: number, node = 'nuc0') {
  const unready = ready === 0 ? [{ pod: `${name}-5d4f8c7b9-x2k4p`, node }] : [];
  return anEndpointSlice({ namespace, service: name, ready, unready, unreadyCount: unready.length });
}

function ingress(host: string, name: string) {
  const backends = [{ host, path: '/', service: name }];
  return anIngress({ namespace: 'apps', name, hosts: [host], backends, tls: [{ hosts: [host], secretName: '' }] });
}

function probeOf(host: string, name: string, now: number): ServiceProbeFact {
  return aServiceProbe({
    ...{ host, services: [`apps/${name}`], namedBy: [{ kind: 'Ingress', namespace: 'apps', name }] },
    ...{ outcomeSince: now - day, askedAt: now - 5 * second, upAt: now - 5 * second, address: '192.168.1.10:443' },
  });
}

/** The same probe, missed twice since `at`. */
export function missed(probe: ServiceProbeFact, at: number, part: Partial<ServiceProbeFact> = {}): ServiceProbeFact {
  return {
    ...probe,
    ...{ outcome: 'down', outcomeSince: at, trouble: 'refused', message: 'refused the connection', status: null },
    ...{ misses: 2, askedAt: at + 5 * second, title: '', server: '' },
    ...part,
  };
}

/** Findings by id, with their level and cause. */
export function told(wall: SmallWall): Record<string, { level: string; cause: string | null }> {
  return Object.fromEntries(wall.engine.board().findings.map(({ id, level, cause }) => [id, { level, cause }]));
}

/** Ids of those that nothing explains. */
export function rootsOf(wall: SmallWall): string[] {
  return wall.engine.board().findings.flatMap(({ id, cause }) => (cause === null ? [id] : []));
}
