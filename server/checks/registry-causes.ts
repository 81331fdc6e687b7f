import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { registryOf } from './registry-hosts.ts';
import { selfDependencyOf } from './registry-self.ts';
import { registriesOf } from './registry-workloads.ts';

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

/** True if both are of the same registry. */
export function ofSameRegistry({ subject }: Verdict, effect: Effect): boolean {
  return effect.subject.kind === 'Registry' && effect.subject.name === subject.name;
}
