import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { subjectId } from '#shared/finding.ts';
import { splitAddress } from './door-words.ts';
import { allOnOneNode, troubledNode } from './node-causes.ts';
import { perFacts } from './per-snapshot.ts';
import { hostSubject } from './seen-certificates.ts';
import { entranceIdOf, entranceIdOfHost, entrances } from './service-entrances.ts';
import { endpointsByService, workloadBehind } from './service-pods.ts';
import { probeOf, probeSubject } from './service-subject.ts';
import { dnsSubject, nodeSubject } from './subjects.ts';

const failures = ['services/down', 'services/wrong-content'];

/** What is wrong with a workload explains that a Service has no pod that is ready, and that hosts which lead to it fail. */
export const explainsItsServices: Explains = {
  checks: ['services/no-endpoints', ...failures],
  about: workloadIdBehind,
  when: (cause, effect, snapshot) => counts(cause) && workloadIdBehind(effect, snapshot) === subjectId(cause.subject),
};

function workloadIdBehind(effect: Effect, snapshot: Snapshot): string | null {
  return workloadBehind(effect, snapshot)?.id ?? null;
}

/** A node that is down explains what it takes along: an entrance, Services and hosts whose pods all are there, and hosts that are the node itself. */
export const explainsItsEntrances: Explains = {
  checks: ['services/controller-down', 'services/no-endpoints', ...failures],
  about: nodeBehind,
  when: (cause, effect, snapshot) => counts(cause) && nodeBehind(effect, snapshot) === subjectId(cause.subject),
};

function nodeBehind(effect: Effect, snapshot: Snapshot): string | null {
  if (effect.check === 'services/controller-down') return nodeOfEntrance(effect, snapshot);
  const probe = probeOf(effect, snapshot);
  const itself = probe === undefined ? undefined : nodesByAddress(snapshot).get(probe.host);
  if (itself !== undefined) return subjectId(nodeSubject(itself));
  const group = workloadBehind(effect, snapshot);
  return group === null ? null : (troubledNode(group) ?? allOnOneNode(group));
}

/** Where all its pods are, or whose address it is reached at. */
function nodeOfEntrance({ subject }: Effect, snapshot: Snapshot): string | null {
  const entrance = entrances(snapshot).get(subjectId(subject));
  const pods = entrance?.controllers.map(({ group }) => troubledNode(group) ?? allOnOneNode(group)) ?? [];
  const [first = null, ...others] = new Set(pods);
  if (first !== null && others.length === 0) return first;
  const addresses = new Set(entrance?.probes.map(({ address }) => splitAddress(address).host));
  const [address = '', ...more] = addresses;
  const node = more.length === 0 ? nodesByAddress(snapshot).get(address) : undefined;
  return node === undefined ? null : subjectId(nodeSubject(node));
}

/** Names of nodes by their own addresses and by name. */
const nodesByAddress = perFacts(['node'], (snapshot): ReadonlyMap<string, NodeFact['name']> => {
  const nodes = [...snapshot.facts('node').values()];
  return new Map(
    nodes.flatMap(({ name, internalIp }) => [
      ...(internalIp === null ? [] : [[internalIp, name] as const]),
      [name, name] as const,
    ]),
  );
});

/** That a Service has no pod that is ready explains that hosts which lead to it fail. */
export const noEndpointsExplain: Explains = {
  checks: failures,
  about: serviceWithoutPods,
  // A notice too: who has scaled it to 0 is to be reminded of that.
  when: (cause, effect, snapshot) => serviceWithoutPods(effect, snapshot) === subjectId(cause.subject),
};

function serviceWithoutPods(effect: Effect, snapshot: Snapshot): string | null {
  const probe = probeOf(effect, snapshot);
  if (probe === undefined || beforeTheDoor.includes(probe.trouble)) return null;
  const empty = probe.services.find((key) => (endpointsByService(snapshot).get(key)?.ready ?? 0) === 0);
  return empty === undefined ? null : `Service/${empty}`;
}

/** Found out before anybody at the entrance is asked. */
const beforeTheDoor: readonly ServiceProbeFact['trouble'][] = ['dns', 'tls', 'forbidden-address'];

/** An entrance that is down explains all that fails behind it, in a number of its own words. */
export const explainsBehind: Explains = {
  checks: [...failures, 'services/slow', 'services/flapping'],
  countedInWords: true,
  about: entranceBefore,
  when: (cause, effect, snapshot) => entranceBefore(effect, snapshot) === subjectId(cause.subject),
};

function entranceBefore(effect: Effect, snapshot: Snapshot): string | null {
  const probe = probeOf(effect, snapshot);
  return probe === undefined || beforeTheDoor.includes(probe.trouble) ? null : entranceIdOf(probe, snapshot);
}

/** It explains that nobody shows the certificates of its hosts. */
export const explainsUnshown: Explains = {
  checks: ['certificates/not-shown'],
  countedInWords: true,
  about: entranceOfUnshown,
  when: (cause, effect, snapshot) => entranceOfUnshown(effect, snapshot) === subjectId(cause.subject),
};

function entranceOfUnshown({ subject }: Effect, snapshot: Snapshot): string | null {
  const server = subject.kind === 'Host' ? snapshot.facts('tlsServer').get(subjectId(subject)) : undefined;
  return server === undefined || server.trouble === 'dns' ? null : entranceIdOfHost(server, snapshot);
}

/** A host that does not answer shows no certificate either: no news beside it. */
export const downExplainsNotShown: Explains = {
  checks: ['certificates/not-shown'],
  noNews: true,
  about: downAs,
  when: (cause, effect, snapshot) => downAs(effect, snapshot) === subjectId(cause.subject),
};

/** The probe that asks the same host and port by TLS and gets no further, as the id of its subject. */
function downAs({ subject }: Effect, snapshot: Snapshot): string | null {
  const probe = subject.kind === 'Host' ? probesByTlsHost(snapshot).get(subject.name) : undefined;
  const server = probe === undefined ? undefined : snapshot.facts('tlsServer').get(subjectId(subject));
  if (probe === undefined || server === undefined || !fits(probe.trouble, server.trouble)) return null;
  return subjectId(probeSubject(probe));
}

/** Where nobody takes the connection, or says anything over it, it depends on the moment how that comes out. */
const unheard: readonly string[] = ['refused', 'unreachable', 'timeout', 'silent'];

function fits(asked: ServiceProbeFact['trouble'], looked: TlsServerFact['trouble']): boolean {
  return asked === 'dns' ? looked === 'dns' : unheard.includes(asked) && unheard.includes(looked);
}

const probesByTlsHost = perFacts(['serviceProbe'], (snapshot): ReadonlyMap<string, ServiceProbeFact> => {
  const failing = [...snapshot.facts('serviceProbe').values()].filter(
    ({ outcome, url }) => outcome === 'down' && url.startsWith('https:'),
  );
  return new Map(failing.map((probe) => [tlsHostOf(probe), probe]));
});

/** What a probed host is called among certificates: with its port if that is not 443. */
export function tlsHostOf({ host, port }: Pick<ServiceProbeFact, 'host' | 'port'>): string {
  return port === null || port === 443 ? host : `${host}:${port}`;
}

/** What is wrong with a certificate explains that a host which shows it is not believed. */
export const explainsDistrusted: Explains = {
  checks: ['services/down'],
  noNews: true,
  about: distrusted,
  when: (cause, effect, snapshot) => counts(cause) && distrusted(effect, snapshot) === subjectId(cause.subject),
};

function distrusted(effect: Effect, snapshot: Snapshot): string | null {
  const probe = probeOf(effect, snapshot);
  return probe?.trouble === 'tls' ? subjectId(hostSubject(tlsHostOf(probe))) : null;
}

/** A DNS that does not answer explains all that cannot be found. */
export const explainsNotFound: Explains = {
  checks: ['services/down', 'certificates/not-shown', 'registry/down'],
  countedInWords: true,
  about: notFound,
  when: (cause, effect, snapshot) => notFound(effect, snapshot) === subjectId(cause.subject),
};

function notFound(effect: Effect, snapshot: Snapshot): string | null {
  return troubleOf(effect, snapshot) === 'dns' ? subjectId(dnsSubject) : null;
}

function troubleOf(effect: Effect, snapshot: Snapshot): string | undefined {
  if (effect.check === 'services/down') return probeOf(effect, snapshot)?.trouble;
  const kind = effect.check === 'registry/down' ? 'registryProbe' : 'tlsServer';
  return snapshot.facts(kind).get(subjectId(effect.subject))?.trouble;
}

function counts({ level }: Verdict): boolean {
  return level === 'bad' || level === 'warn';
}
