import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { subjectId } from '#shared/finding.ts';
import { perGroup } from './per-group.ts';
import { registryProduct, type RegistryProduct } from './registry-products.ts';
import { reachOf, reaches } from './registry-reach.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** A workload that serves images, or is a part of what does (Harbor has many). */
export interface RegistryWorkload {
  group: WorkloadGroup;
  product: RegistryProduct;
  /** The registries, as the wall asks them, that it answers for; empty where none is known to be it. */
  registries: readonly RegistryProbeFact[];
}

/**
 * The workloads of the cluster that are registries, by their images; Gitea and Forgejo only where one of the registries is
 * theirs, since most have no images.
 */
export function registryWorkloads(snapshot: Snapshot): readonly RegistryWorkload[] {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const found = find(snapshot);
  kept.set(snapshot, found);
  return found;
}

const kept = new WeakMap<Snapshot, readonly RegistryWorkload[]>();

/** Those of one registry. */
export function workloadsOfRegistry({ key }: RegistryProbeFact, snapshot: Snapshot): readonly RegistryWorkload[] {
  return registryWorkloads(snapshot).filter(({ registries }) => registries.some((each) => each.key === key));
}

/** The registries that the workload of this subject answers for, as a part of them too. */
export function registriesOf(subject: WorkloadGroup['subject'], snapshot: Snapshot): readonly RegistryProbeFact[] {
  const id = subjectId(subject);
  return registryWorkloads(snapshot).find(({ group }) => group.id === id)?.registries ?? [];
}

function find(snapshot: Snapshot): readonly RegistryWorkload[] {
  const all = allWorkloads(snapshot).flatMap((group) => {
    const product = productOf(group);
    return product === '' ? [] : [{ group, product }];
  });
  const probes = [...snapshot.facts('registryProbe').values()];
  const reach = all.length === 0 || probes.length === 0 ? null : reachOf(snapshot);
  const own = (group: WorkloadGroup) => (reach === null ? [] : probes.filter((probe) => reaches(probe, group, reach)));
  const matched = all.map((each) => ({ ...each, registries: own(each.group) }));
  return partsTogether(matched, probes).filter(({ product, registries }) => {
    return registries.length > 0 || (product !== 'gitea' && product !== 'forgejo');
  });
}

/** All of Harbor in a namespace are one; the only Harbor there is is the only registry that is asked as one. */
function partsTogether(all: readonly RegistryWorkload[], probes: readonly RegistryProbeFact[]): RegistryWorkload[] {
  const parts = all.filter(({ product }) => product === 'harbor');
  const byNamespace = Map.groupBy(parts, ({ group }) => group.subject.namespace);
  const [only, ...others] = probes.filter(({ kind }) => kind === 'harbor');
  const usual = only !== undefined && others.length === 0 && byNamespace.size === 1 ? [only] : [];
  return all.map((each) => {
    if (each.product !== 'harbor') return each;
    const together = (byNamespace.get(each.group.subject.namespace) ?? []).flatMap(({ registries }) => registries);
    return { ...each, registries: together.length === 0 ? usual : [...new Set(together)] };
  });
}

/** "" if it is no registry. */
const productOf: (group: WorkloadGroup) => RegistryProduct | '' = perGroup(({ controller, pods }) => {
  const containers = controller?.template?.containers ?? pods[0]?.containers ?? [];
  for (const { image } of containers) {
    const product = registryProduct(image);
    if (product !== null) return product;
  }
  return '';
});
