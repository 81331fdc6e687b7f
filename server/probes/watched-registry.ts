import type { Network } from '#server/cluster/network.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { sameFact } from '#server/store/same-fact.ts';
import { clusterOnly } from './cluster-only.ts';
import { lookAtRegistry } from './look-at-registry.ts';
import { placeOf } from './place-in-round.ts';
import type { RegistryLimits } from './registry-limits.ts';
import { RegistrySession } from './registry-session.ts';
import { nextLookInMs, nextRegistryState, type RegistryState } from './registry-state.ts';
import type { WantedRegistry } from './wanted-registry.ts';

/** One registry that is asked again and again: what is wanted of it, what is known of it, and when it is due. */
export class WatchedRegistry {
  /** By `performance.now()`, so that a clock that is set changes nothing. */
  dueAt = 0;
  asking = false;
  /** By what it is spoken to; another one once it is to be spoken to otherwise. */
  session: RegistrySession;
  /** The URL by which it answered last, with a slash at its end. */
  url: string;
  #wanted: WantedRegistry;
  #state: RegistryState | null = null;
  #isHarbor: boolean;
  readonly #network: Network;
  readonly #limits: RegistryLimits;

  constructor(wanted: WantedRegistry, network: Network, limits: RegistryLimits) {
    this.#wanted = wanted;
    this.#network = network;
    this.#limits = limits;
    this.url = withSlash(wanted.url);
    this.#isHarbor = wanted.kind === 'harbor';
    this.session = new RegistrySession(network, wanted, limits.refusedLoginMs);
  }

  get wanted(): WantedRegistry {
    return this.#wanted;
  }

  get state(): RegistryState | null {
    return this.#state;
  }

  /** True if it is not known yet whether it lives. */
  get isNew(): boolean {
    return this.#state?.known !== true;
  }

  /** True if it is known to be down: as a rule it takes the whole limit to say nothing. */
  get troubled(): boolean {
    return this.#state?.known === true && this.#state.outcome === 'down';
  }

  /** What is wanted of it now. Of one that is to be asked otherwise nothing is known, and it is due at once. */
  follow(wanted: WantedRegistry): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    if (sameFact(waysOf(before), waysOf(wanted))) return;
    this.#state = null;
    this.url = withSlash(wanted.url);
    this.#isHarbor = wanted.kind === 'harbor';
    this.session = new RegistrySession(this.#network, wanted, this.#limits.refusedLoginMs);
    this.dueAt = 0;
  }

  /** Asks once; `clock` in epoch ms. What comes after it is to be spoken to otherwise is not taken up. */
  async look(clock: () => number): Promise<void> {
    const { session } = this;
    const [askedAt, begunAt, isFirst] = [clock(), performance.now(), this.#state === null];
    this.asking = true;
    this.dueAt = Infinity;
    const parts = { network: this.#network, session, wanted: this.#wanted, url: this.url, isHarbor: this.#isHarbor };
    const look = await lookAtRegistry(parts);
    this.asking = false;
    if (session !== this.session) return;
    this.url = look.url;
    this.#isHarbor = look.isHarbor;
    this.#state = nextRegistryState(this.#state, askedAt, look);
    const inMs = nextLookInMs(this.#state, performance.now() - begunAt, this.#wanted.everyMs, this.#limits);
    // Those that began together part ways.
    const spread = isFirst && this.#state.misses === 0 ? (1 + placeOf(this.#wanted.key)) / 2 : 1;
    this.dueAt = begunAt + inMs * spread;
  }

  /**
   * All that is known of it; null while that is nothing. Of one that is discovered and was never reached it is nothing either
   * where its name leads nowhere, or to this very machine, from here alone: nodes may be told otherwise.
   */
  fact(source: string): RegistryProbeFact | null {
    if (this.#state?.known !== true) return null;
    const { known: _, missedSince: __, missed: ___, unhealthy: ____, ...state } = this.#state;
    const { key, name, host, configured, mirrors } = this.#wanted;
    if (!configured && state.upAt === null && leadsNowhere(state.trouble, host)) return null;
    const kind = this.#isHarbor ? 'harbor' : 'v2';
    return { ...{ key, uid: key, source, name, host, url: this.url, kind, configured, mirrors }, ...state };
  }
}

function leadsNowhere(trouble: RegistryProbeFact['trouble'], host: string): boolean {
  return trouble === 'forbidden-address' || (trouble === 'dns' && clusterOnly(host));
}

/** What it is asked by. */
function waysOf({ images: _, imagesLeftOut: __, mirrors: ___, ...ways }: WantedRegistry) {
  return ways;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
