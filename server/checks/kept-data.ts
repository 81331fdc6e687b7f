import type { PodTemplate, TemplateContainer, TemplateVolume } from '#server/facts/pod-template.ts';

/**
 * Where what a container writes to its data ends up. `layer`: in the container itself; `empty`, `ephemeral`: in a volume that
 * goes with the pod; `host`: on the node that it happens to run on; `kept`: in something that outlives pods.
 */
export type DataPlace = 'layer' | 'empty' | 'ephemeral' | 'host' | 'kept';

/** Where a container's data are, as its template tells; `paths` are those that its image keeps them at. */
export function dataPlace(template: PodTemplate, { mounts }: TemplateContainer, paths: readonly string[]): DataPlace {
  const mounted = mounts
    .filter(({ readOnly }) => !readOnly)
    .flatMap(({ volume, path }) => {
      const found = template.volumes.find(({ name }) => name === volume);
      return found === undefined || found.is === 'files' ? [] : [{ path, is: found.is }];
    });
  const covering = mounted.filter((mount) => paths.some((path) => holds(mount.path, path) || holds(path, mount.path)));
  if (covering.length > 0) return bestOf(covering.map(({ is }) => is));
  // It may be told to keep them elsewhere, in the command or a file of its own.
  const elsewhere = bestOf(mounted.map(({ is }) => is));
  if (elsewhere === 'kept' || elsewhere === 'host') return elsewhere;
  return paths.length === 0 ? elsewhere : 'layer';
}

const ranked: readonly DataPlace[] = ['kept', 'host', 'ephemeral', 'empty'];

function bestOf(volumes: readonly TemplateVolume['is'][]): DataPlace {
  const places = new Set(volumes.map((is) => (is === 'claim' || is === 'other' || is === 'files' ? 'kept' : is)));
  return ranked.find((place) => places.has(place as TemplateVolume['is'] & DataPlace)) ?? 'layer';
}

function holds(outer: string, inner: string): boolean {
  const [a, b] = [outer, inner].map((path) => path.replace(/\/+$/, ''));
  return a !== undefined && b !== undefined && (a === b || b.startsWith(`${a}/`));
}
