import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { controllersOf, ingressControllers, labelsOf, type IngressController } from './ingress-controller.ts';
import { gatewayLabels, ingressProducts, productOfClass, type IngressProduct } from './ingress-products.ts';
import { perFacts, perSnapshot } from './per-snapshot.ts';
import { isAsked } from './service-series.ts';

/** What hosts are reached through: an Ingress or Gateway controller, or what stands in for one that is not seen. */
export interface Entrance {
  /** The controller's first workload; where none is seen the class. */
  subject: Subject;
  /** As its owner calls it. */
  name: string;
  /** Its workloads, any of which may answer; empty where none is seen. */
  controllers: readonly IngressController[];
  /** What is probed through it. */
  probes: readonly ServiceProbeFact[];
  /** How many hosts the objects of the cluster lead through it. */
  hosts: number;
}

type Through = NonNullable<ServiceProbeFact['through']>;
type Way = Through & { gateways: readonly string[] };

/** All entrances that something leads through, by the id of their subject. */
export const entrances = perSnapshot((snapshot): ReadonlyMap<string, Entrance> => {
  const all = new Map<string, Entrance & { probes: ServiceProbeFact[] }>();
  const at = (way: Way) => {
    const head = entranceOf(way, snapshot);
    const id = subjectId(head.subject);
    const held = all.get(id) ?? { ...head, probes: [], hosts: 0 };
    all.set(id, held);
    return held;
  };
  const unasked = new Set<string>();
  for (const probe of snapshot.facts('serviceProbe').values()) {
    // Of what is not asked nobody knows whether it is reached.
    if (!isAsked(probe)) unasked.add(probe.host);
    else if (probe.through !== null) at({ ...probe.through, gateways: gatewaysOf(probe, snapshot) }).probes.push(probe);
  }
  for (const [, { way, hosts }] of waysByObjects(snapshot))
    at(way).hosts += [...hosts].filter((host) => !unasked.has(host)).length;
  return all;
});

/** The id of the entrance that a probe goes through, null if it goes through none. */
export function entranceIdOf(probe: ServiceProbeFact, snapshot: Snapshot): string | null {
  return idsByProbe(snapshot).get(probe.key) ?? null;
}

const idsByProbe = perSnapshot((snapshot): ReadonlyMap<string, string> => {
  return new Map([...entrances(snapshot)].flatMap(([id, { probes }]) => probes.map(({ key }) => [key, id] as const)));
});

/** The id of the entrance that a host is reached through by the objects that name it, null if there is none. */
export function entranceIdOfHost({ namedBy }: Pick<TlsServerFact, 'namedBy'>, snapshot: Snapshot): string | null {
  for (const { kind, namespace, name } of namedBy) {
    const way = wayOf({ kind, namespace: namespace ?? '', name }, snapshot);
    if (way !== null) return subjectId(entranceOf(way, snapshot).subject);
  }
  return null;
}

interface Named {
  kind: string;
  namespace: string;
  name: string;
}

function wayOf({ kind, namespace, name }: Named, snapshot: Snapshot): Way | null {
  const key = `${namespace}/${name}`;
  if (kind === 'IngressRoute') return traefik;
  if (kind === 'Ingress') {
    const ingress = snapshot.facts('ingress').get(key);
    return ingress === undefined ? null : { kind: 'IngressClass', name: ingress.className, gateways: [] };
  }
  const route = kind === 'HTTPRoute' ? snapshot.facts('httpRoute').get(key) : undefined;
  const gateway =
    kind === 'Gateway' ? key : route?.parents.map((parent) => `${parent.namespace}/${parent.name}`).find(known);
  function known(each: string): boolean {
    return snapshot.facts('gateway').has(each);
  }
  const fact = gateway === undefined ? undefined : snapshot.facts('gateway').get(gateway);
  return fact === undefined ? null : { kind: 'GatewayClass', name: fact.className, gateways: [fact.name] };
}

const traefik: Way = { kind: 'Traefik', name: '', gateways: [] };

/** By the routes that name it: each Gateway may have pods of its own. */
function gatewaysOf({ through, namedBy }: ServiceProbeFact, snapshot: Snapshot): readonly string[] {
  if (through?.kind !== 'GatewayClass') return [];
  return namedBy.flatMap(({ kind, namespace, name }) => {
    const route = kind === 'HTTPRoute' ? snapshot.facts('httpRoute').get(`${namespace}/${name}`) : undefined;
    return route?.parents.map((parent) => parent.name) ?? [];
  });
}

/** The same of a name alone, by whatever object leads it there. */
export function entranceIdOfName(host: string, snapshot: Snapshot): string | null {
  const name = host.toLowerCase();
  const found = [...waysByObjects(snapshot).values()].find(({ hosts }) => hosts.has(name));
  return found === undefined ? null : subjectId(entranceOf(found.way, snapshot).subject);
}

const waysByObjects = perFacts(['ingress', 'httpRoute', 'ingressRoute', 'gateway'], (snapshot) => {
  const ways = new Map<string, { way: Way; hosts: Set<string> }>();
  const lead = (named: Named, hosts: readonly string[]) => {
    const way = wayOf(named, snapshot);
    if (way === null) return;
    const key = [way.kind, way.name, ...way.gateways].join(' ');
    const held = ways.get(key) ?? { way, hosts: new Set() };
    ways.set(key, held);
    for (const host of hosts) if (!host.includes('*')) held.hosts.add(host);
  };
  for (const each of snapshot.facts('ingress').values()) lead({ ...each, kind: 'Ingress' }, each.hosts);
  for (const each of snapshot.facts('httpRoute').values()) lead({ ...each, kind: 'HTTPRoute' }, each.hostnames);
  for (const each of snapshot.facts('ingressRoute').values()) lead({ ...each, kind: 'IngressRoute' }, each.hosts);
  return ways;
});

function entranceOf(way: Way, snapshot: Snapshot): Pick<Entrance, 'subject' | 'name' | 'controllers'> {
  const held = entrancesByWay(snapshot);
  const key = [way.kind, way.name, ...way.gateways].join(' ');
  const before = held.get(key);
  if (before !== undefined) return before;
  const { product, className } = productOf(way, snapshot);
  const all = product === null ? [] : controllersOf(product, snapshot);
  const controllers = ofGateway(all, way.gateways) ?? ofClass(all, className) ?? all;
  const [first] = controllers;
  const kind = way.kind === 'GatewayClass' ? 'GatewayClass' : 'IngressClass';
  const name = product?.name ?? (className || 'the Ingress controller');
  const entrance = {
    subject: first?.group.subject ?? { kind, name: className || (product?.name.toLowerCase() ?? 'default') },
    name,
    controllers,
  };
  held.set(key, entrance);
  return entrance;
}

const entrancesByWay = perSnapshot(() => new Map<string, Pick<Entrance, 'subject' | 'name' | 'controllers'>>());

/** By what the class says; where no classes are seen by its name, or as the only one that there is. */
function productOf(way: Way, snapshot: Snapshot): { product: IngressProduct | null; className: string } {
  if (way.kind === 'Traefik') return { product: productOfClass('traefik.io/'), className: way.name };
  const classes = [...snapshot.facts(way.kind === 'IngressClass' ? 'ingressClass' : 'gatewayClass').values()];
  const named = classes.find((each) =>
    way.name === '' ? 'isDefault' in each && each.isDefault : each.name === way.name,
  );
  const className = named?.name ?? way.name;
  const told = named === undefined ? null : productOfClass(named.controller);
  if (told !== null || className !== '') return { product: told ?? productOfName(className), className };
  const [only, ...others] = new Set(
    ingressControllers(snapshot).flatMap(({ product }) => (product.byClassOnly ? [] : [product])),
  );
  return { product: others.length === 0 ? (only ?? null) : null, className };
}

function productOfName(className: string): IngressProduct | null {
  const name = className.toLowerCase();
  if (/^nginx(?:-|$)/.test(name)) return ingressProducts.find((product) => product.name === 'ingress-nginx') ?? null;
  return ingressProducts.find((product) => name.includes(product.name.toLowerCase().replace(' ', '-'))) ?? null;
}

function ofGateway(
  all: readonly IngressController[],
  gateways: readonly string[],
): readonly IngressController[] | null {
  const own = all.filter(({ group }) => {
    const labels = labelsOf(group);
    return gatewayLabels.some((label) => gateways.includes(labels[label] ?? ''));
  });
  return own.length === 0 ? null : own;
}

/** Of several instances the one that is called like the class, as charts do. */
function ofClass(all: readonly IngressController[], className: string): readonly IngressController[] | null {
  if (all.length < 2 || className === '') return null;
  const own = all.filter(({ group }) => {
    const { name } = group.subject;
    const instance = labelsOf(group)['app.kubernetes.io/instance'];
    return name === className || name.startsWith(`${className}-`) || instance === className;
  });
  return own.length === 0 ? null : own;
}
