import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { databaseProduct } from './database-products.ts';
import { imageReference } from './image-reference.ts';
import { perGroup } from './per-group.ts';
import { pullFailure, type PullClass } from './pull-failure.ts';
import { pullTroubles, type PullTrouble } from './pull-trouble.ts';
import { plainHost, probeSubject, servedHosts } from './registry-hosts.ts';
import { hostsOf, imagesOf } from './registry-needs.ts';
import { workloadsOfRegistry, type RegistryWorkload } from './registry-workloads.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** What a registry takes from itself, directly or as a mirror. */
export interface SelfDependency {
  /** Its own workloads, and those that it needs, whose images come from it; by name. */
  dependents: readonly WorkloadGroup[];
  /** Those of them that cannot start now, since it is down and they wait for an image of it. */
  stuck: readonly { group: WorkloadGroup; trouble: PullTrouble }[];
}

const none: SelfDependency = { dependents: [], stuck: [] };
const kept = new WeakMap<Snapshot, Map<string, SelfDependency>>();

/** What of a registry's own pods, or of the database and storage that it needs, takes images from it. */
export function selfDependencyOf(probe: RegistryProbeFact, snapshot: Snapshot): SelfDependency {
  const held = kept.get(snapshot) ?? new Map<string, SelfDependency>();
  kept.set(snapshot, held);
  const found = held.get(probe.key) ?? workOut(probe, snapshot);
  held.set(probe.key, found);
  return found;
}

function workOut(probe: RegistryProbeFact, snapshot: Snapshot): SelfDependency {
  // Nodes that hand images to each other ask elsewhere where none has one.
  const own = workloadsOfRegistry(probe, snapshot).filter(({ product }) => product !== 'spegel');
  if (own.length === 0) return none;
  const hosts = servedHosts(probe);
  const belongs = belongingTo(own, probe);
  const storesOnClaims = own.some(({ group }) => hasClaim(group));
  const dependents = allWorkloads(snapshot).filter(
    (group) =>
      hostsOf(group).some((host) => hosts.has(host)) && (belongs(group) || (storesOnClaims && isStorage(group))),
  );
  dependents.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { dependents, stuck: probe.outcome === 'down' ? dependents.flatMap((group) => stuckOf(group, hosts)) : [] };
}

/** What is wrong with the image itself would be so with a registry that is up. */
const ownFaults: ReadonlySet<PullClass> = new Set(['missing', 'platform', 'name', 'policy', 'signature', 'disk-full']);

function stuckOf(group: WorkloadGroup, hosts: ReadonlySet<string>): SelfDependency['stuck'] {
  const trouble = pullTroubles(group).find(({ image, said }) => {
    const { kind } = pullFailure(image, said[0] ?? null);
    return hosts.has(plainHost(imageReference(image).host)) && !ownFaults.has(kind);
  });
  return trouble === undefined ? [] : [{ group, trouble }];
}

/**
 * Which workloads are a registry's: itself, and in its namespace databases and what has its labels or name; all of a
 * namespace that is named after it. Others of its namespace only happen to live there.
 */
function belongingTo(own: readonly RegistryWorkload[], probe: RegistryProbeFact): (group: WorkloadGroup) => boolean {
  const ids = new Set(own.map(({ group }) => group.id));
  const namespaces = new Set(own.map(({ group }) => group.subject.namespace));
  const names = own.map(({ group }) => group.subject.name);
  const marks = new Set(own.flatMap(({ group }) => marksOf(group)));
  const titles = new Set([...own.map(({ product }) => product), probeSubject(probe).name.toLowerCase()]);
  return (group) => {
    const { namespace = '', name } = group.subject;
    if (ids.has(group.id)) return true;
    if (!namespaces.has(namespace)) return false;
    return (
      [...titles].some((title) => namespace.includes(title)) ||
      names.some((each) => name.startsWith(`${each}-`)) ||
      marksOf(group).some((mark) => marks.has(mark)) ||
      imagesOf(group).some((image) => databaseProduct(image) !== null)
    );
  };
}

/** The labels by which charts tell what they have installed together. */
const marksOf = perGroup<readonly string[]>(({ controller }) => {
  const labels = controller?.template?.labels ?? {};
  return ['app.kubernetes.io/instance', 'app.kubernetes.io/part-of', 'release'].flatMap((key) => {
    const value = labels[key];
    return value === undefined || value === '' ? [] : [`${key}=${value}`];
  });
});

function hasClaim({ controller }: WorkloadGroup): boolean {
  return controller?.template?.volumes.some(({ is }) => is === 'claim') ?? false;
}

/** Without these no claim can be mounted: Rook with its Ceph, Longhorn. */
const isStorage = perGroup<boolean>((group) =>
  imagesOf(group).some((image) =>
    /(?:^|\/)(?:rook\/ceph|ceph\/ceph|longhornio\/|cephcsi\/)/.test(`${imageReference(image).repository}`),
  ),
);
