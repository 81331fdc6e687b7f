import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { say, type Say } from '#shared/say.ts';
import { figuresOf } from './group-figures.ts';
import { imageReference } from './image-reference.ts';
import { perGroup } from './per-group.ts';
import { plainHost, servedHosts } from './registry-hosts.ts';
import { shorten } from './shorten.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** The images of a workload as they are written: those of its pods, and those that its next pods will have. */
export const imagesOf = perGroup<readonly string[]>(({ controller, pods }) => {
  const wanted = controller?.template?.containers ?? [];
  const held = pods.flatMap(({ containers }) => containers);
  return [...new Set([...wanted, ...held].map(({ image }) => image))].filter((image) => image !== '');
});

/** The hosts that its images come from, as `plainHost` writes them. */
export const hostsOf = perGroup<readonly string[]>((group) => [
  ...new Set(imagesOf(group).map((image) => plainHost(imageReference(image).host))),
]);

/** True if a workload wants pods, or has any. */
export function isWanted(group: WorkloadGroup): boolean {
  return figuresOf(group).wanted > 0 || group.pods.length > 0;
}

/** The workloads that want pods and take images from a registry, or through it as a mirror; by name. */
export function workloadsNeeding(probe: RegistryProbeFact, snapshot: Snapshot): readonly WorkloadGroup[] {
  const { byHost } = indexOf(snapshot);
  const found = new Set([...servedHosts(probe)].flatMap((host) => byHost.get(host) ?? []));
  return [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The workloads that have an image in their templates or pods. */
export function workloadsWith(image: string, snapshot: Snapshot): readonly WorkloadGroup[] {
  return indexOf(snapshot).byImage.get(image) ?? [];
}

/** "web, api, wiki and 9 more". */
export function namesOf(groups: readonly WorkloadGroup[], most = 3): string {
  const names = groups.slice(0, most).map(({ subject }) => shorten(subject.name, 40));
  const more = groups.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** "12 workloads take images from it: web, api, wiki and 9 more", null if none does. */
export function needSay(groups: readonly WorkloadGroup[]): Say | null {
  const names = namesOf(groups);
  if (groups.length === 0) return null;
  return groups.length === 1
    ? say('{names} takes images from it', { names })
    : say('{count} workloads take images from it: {names}', { count: groups.length, names });
}

interface Index {
  byHost: ReadonlyMap<string, readonly WorkloadGroup[]>;
  byImage: ReadonlyMap<string, readonly WorkloadGroup[]>;
}

const indexes = new WeakMap<readonly WorkloadGroup[], Index>();

function indexOf(snapshot: Snapshot): Index {
  const all = allWorkloads(snapshot);
  const before = indexes.get(all);
  if (before !== undefined) return before;
  const byHost = new Map<string, WorkloadGroup[]>();
  const byImage = new Map<string, WorkloadGroup[]>();
  for (const group of all) {
    for (const image of imagesOf(group)) add(byImage, image, group);
    if (isWanted(group)) for (const host of hostsOf(group)) add(byHost, host, group);
  }
  const index = { byHost, byImage };
  indexes.set(all, index);
  return index;
}

function add(index: Map<string, WorkloadGroup[]>, key: string, group: WorkloadGroup): void {
  const held = index.get(key);
  if (held === undefined) index.set(key, [group]);
  else held.push(group);
}
