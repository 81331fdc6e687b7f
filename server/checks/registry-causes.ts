import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact, RegistryTrouble } from '#server/facts/registry-probe.ts';
import { subjectId } from '#shared/finding.ts';
import { splitAddress } from './door-words.ts';
import { allOnOneNode, troubledNode } from './node-causes.ts';
import { plainHost, registryOf } from './registry-hosts.ts';
import { selfDependencyOf } from './registry-self.ts';
import { registriesOf, workloadsOfRegistry } from './registry-workloads.ts';
import { entranceIdOfName } from './service-entrances.ts';

/**
 * A rule that explains a registry that is down: `isCause` tells whether a verdict is why this one does not answer. For what a
 * registry depends on: the controller that its host is behind, a certificate, its own workload.
 */
export function explainsRegistries(
  isCause: (cause: Verdict, registry: RegistryProbeFact, snapshot: Snapshot) => boolean,
): Explains {
  return {
    checks: ['registry/down'],
    when(cause, effect, snapshot) {
      const registry = registryOf(effect.subject, snapshot);
      return registry !== null && registry.outcome === 'down' && isCause(cause, registry, snapshot);
    },
  };
}

/**
 * What is wrong with the workload that is a registry explains that it is down. Not where it waits for its own images: then
 * registry/depends-on-itself explains both.
 */
export const explainsItsRegistry: Explains = explainsRegistries(({ subject, level }, registry, snapshot) => {
  if (level !== 'bad' && level !== 'warn') return false;
  if (!registriesOf(subject, snapshot).some(({ key }) => key === registry.key)) return false;
  return selfDependencyOf(registry, snapshot).stuck.length === 0;
});

/** A node that is down explains a registry with a part whose pods all are there, or that is asked at its very address. */
export const explainsRegistriesThere: Explains = explainsRegistries(({ subject, level }, registry, snapshot) => {
  if (level !== 'bad' && level !== 'warn') return false;
  const id = subjectId(subject);
  const { host } = splitAddress(registry.host);
  if (snapshot.facts('node').get(subject.name)?.internalIp === host) return true;
  return workloadsOfRegistry(registry, snapshot).some(
    ({ group }) => allOnOneNode(group) === id || troubledNode(group) === id,
  );
});

/** An entrance that is down explains a registry that is behind it. */
export const explainsRegistriesBehind: Explains = explainsRegistries(({ subject }, registry, snapshot) => {
  if (beforeTheDoor.includes(registry.trouble)) return false;
  return entranceIdOfName(splitAddress(registry.host).host, snapshot) === subjectId(subject);
});

/** Found out before anybody at the entrance is asked. */
const beforeTheDoor: readonly RegistryTrouble[] = ['dns', 'tls', 'forbidden-address'];

/** What is wrong with the certificate that a registry shows explains that it is not believed. */
export const explainsDistrustedRegistries: Explains = explainsRegistries(({ subject, level }, registry) => {
  if ((level !== 'bad' && level !== 'warn') || registry.trouble !== 'tls') return false;
  return subject.kind === 'Host' && plainHost(subject.name) === plainHost(registry.host);
});

/** True if both are of the same registry. */
export function ofSameRegistry({ subject }: Verdict, effect: Effect): boolean {
  return effect.subject.kind === 'Registry' && effect.subject.name === subject.name;
}
