import { sourceOfKind, type FactKind } from '#server/facts/fact.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistriesConfig } from '#server/probes/registry-config.ts';
import { wantedRegistries } from '#server/probes/wanted-registries.ts';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';

const controllers = ['deployment', 'statefulSet', 'daemonSet'] as const;
const naming = [...controllers, 'pod'] as const satisfies readonly FactKind[];

/** Tells which registries are to be asked now. */
export interface FollowedRegistries {
  (): readonly WantedRegistry[];
  /** True once every kind that names images was listed, or cannot be. */
  allNamed(): boolean;
}

/**
 * Which registries are to be asked by the facts and the configuration as they are now; the array of before where nothing
 * changed. Pods change all the time and their images hardly ever: only other images are worked out anew.
 */
export function followRegistries(snapshot: () => Snapshot, config: () => RegistriesConfig): FollowedRegistries {
  let from: readonly unknown[] = [];
  let images: ReadonlySet<string> = new Set();
  let by: RegistriesConfig | null = null;
  let told: { text: string; wanted: readonly WantedRegistry[] } = { text: '[]', wanted: [] };
  const follow = () => {
    const { facts } = snapshot();
    const now = naming.map((kind) => facts(kind));
    const given = config();
    if (by === given && now.every((part, i) => part === from[i])) return told.wanted;
    from = now;
    const named = imagesNamed(facts);
    if (by === given && named.size === images.size && [...named].every((image) => images.has(image)))
      return told.wanted;
    images = named;
    by = given;
    const wanted = wantedRegistries(images, given);
    const text = JSON.stringify(wanted);
    if (text !== told.text) told = { text, wanted };
    return told.wanted;
  };
  return Object.assign(follow, { allNamed: () => allNamed(snapshot()) });
}

/** Images that are to run: of controllers that want pods, and of pods that have not ended. */
function imagesNamed(facts: Snapshot['facts']): Set<string> {
  const images = new Set<string>();
  for (const kind of controllers) {
    for (const { wanted, template } of facts(kind).values()) {
      if (wanted > 0) for (const { image } of template?.containers ?? []) images.add(image);
    }
  }
  for (const { phase, containers } of facts('pod').values()) {
    if (phase === 'Succeeded' || phase === 'Failed') continue;
    for (const { image } of containers) images.add(image);
  }
  images.delete('');
  return images;
}

function allNamed({ sources }: Snapshot): boolean {
  return naming.every((kind) => {
    const source = sources.get(sourceOfKind[kind]);
    return source === undefined || source.fresh || source.state === 'absent' || source.state === 'forbidden';
  });
}
