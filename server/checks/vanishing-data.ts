import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodTemplate, TemplateContainer } from '#server/facts/pod-template.ts';
import { databaseProduct } from './database-products.ts';
import { dataPlace, type DataPlace } from './kept-data.ts';
import { perGroup } from './per-group.ts';
import { imageStore, registryProduct } from './registry-products.ts';
import { registriesOf } from './registry-workloads.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** Data of a workload that go with its pods. */
export interface VanishingData {
  container: string;
  image: string;
  what: 'images' | 'data';
  place: Exclude<DataPlace, 'kept'>;
  /** A cache, or what a file of settings may have told to keep them elsewhere. */
  mayBeMeant: boolean;
  /** A file of its settings is mounted, which nobody reads here. */
  hasOwnSettings: boolean;
}

/** What a workload would lose with its pod, null if nothing, or nothing that is known. */
export function vanishingData(group: WorkloadGroup, snapshot: Snapshot): VanishingData | null {
  const found = inTemplate(group);
  if (found.is === 'nothing') return null;
  const { is, data } = found;
  // Most have no images; what else they keep is not judged here.
  if (is === 'forge' && registriesOf(group.subject, snapshot).length === 0) return null;
  return data.place === 'host' && snapshot.facts('node').size === 1 ? null : data;
}

type InTemplate = { is: 'nothing' } | { is: 'registry' | 'forge' | 'database'; data: VanishingData };

const inTemplate = perGroup<InTemplate>((group) => {
  const template = group.controller?.template ?? null;
  if (template === null) return { is: 'nothing' };
  for (const container of template.containers) {
    const found = ofRegistry(group, template, container) ?? ofDatabase(group, template, container);
    if (found !== null) return found;
  }
  return { is: 'nothing' };
});

function ofRegistry(group: WorkloadGroup, template: PodTemplate, container: TemplateContainer): InTemplate | null {
  const { name, image } = container;
  const path = imageStore(image);
  if (path === null || isInit(group, container) || storesElsewhere(template)) return null;
  const place = dataPlace(template, container, [path]);
  if (!vanishes(place, group, template)) return null;
  const product = registryProduct(image);
  const hasOwnSettings = readsOwnSettings(template, container);
  // Harbor's chart has an emptyDir at its place where it stores in S3, too.
  const mayBeMeant = hasOwnSettings && (place === 'layer' || product === 'harbor');
  const is = product === 'gitea' || product === 'forgejo' ? 'forge' : 'registry';
  return { is, data: { container: name, image, what: 'images', place, mayBeMeant, hasOwnSettings } };
}

function ofDatabase(group: WorkloadGroup, template: PodTemplate, container: TemplateContainer): InTemplate | null {
  const { name, image } = container;
  const database = databaseProduct(image);
  if (database === null || isInit(group, container)) return null;
  // Beside others it may be there for its tools alone.
  if (group.subject.kind !== 'StatefulSet' && template.containers.length > 1) return null;
  // A cache run so is meant to begin anew: Argo CD and many others bring one. Who wants it to last runs it as a StatefulSet.
  if (database.is === 'cache' && group.subject.kind !== 'StatefulSet') return null;
  const place = dataPlace(template, container, database.paths);
  if (!vanishes(place, group, template) || (database.paths.length === 0 && database.is === 'cache')) return null;
  const mayBeMeant = database.is === 'cache';
  return { is: 'database', data: { container: name, image, what: 'data', place, mayBeMeant, hasOwnSettings: false } };
}

/** What is bound to nodes finds its host path again; a DaemonSet has one on each. */
function vanishes(
  place: DataPlace,
  { subject }: WorkloadGroup,
  { pinned }: PodTemplate,
): place is VanishingData['place'] {
  if (place === 'kept') return false;
  return place !== 'host' || (!pinned && subject.kind !== 'DaemonSet');
}

/** In S3 and the like, or in another registry that it only stands in front of. */
function storesElsewhere({ containers }: PodTemplate): boolean {
  const elsewhere = /^(?:REGISTRY_STORAGE_(?:S3|GCS|AZURE|SWIFT|OSS)|REGISTRY_PROXY_REMOTEURL|AWS_|S3_)/;
  return containers.some(({ variables }) => variables.some((name) => elsewhere.test(name)));
}

function readsOwnSettings({ volumes }: PodTemplate, { mounts }: TemplateContainer): boolean {
  return mounts.some(
    ({ volume, path }) =>
      path.startsWith('/etc/') && volumes.some(({ name, is }) => name === volume && (is === 'files' || is === 'other')),
  );
}

/** As far as a pod tells: it ends before the others begin. */
function isInit({ pods }: WorkloadGroup, { name }: TemplateContainer): boolean {
  return pods.some(({ containers }) => containers.some((each) => each.name === name && each.role === 'init'));
}
