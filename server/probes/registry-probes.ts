import type { Network } from '#server/cluster/network.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { startRegistryImages, type RegistryImagesRound } from './registry-images.ts';
import { registryLimits, type RegistryLimits } from './registry-limits.ts';
import { toldRegistries, type ToldRegistries } from './told-registries.ts';
import type { WantedRegistry } from './wanted-registry.ts';
import { WatchedRegistry } from './watched-registry.ts';

const source = 'registries';

/** What it takes to ask registries. */
export interface RegistryProbesOptions {
  network: Network;
  sink: SourceSink;
  /** Epoch ms. */
  clock: () => number;
  /** Which to ask; asked every second, so the same array while nothing changes. */
  wanted: () => readonly WantedRegistry[];
  /** True once all that names images was listed since the start; default: at once. */
  allNamed?: () => boolean;
  limits?: Partial<RegistryLimits>;
}

/** The probes `registries` and `registry-images`. */
export interface RegistryProbes {
  /** Something may have changed: what is new or another is asked at once. */
  look(): void;
  /** Another cluster answers: nothing is known of any discovered registry. */
  restart(): void;
  /** Ends it; what is under way ends by itself within its limit, and is not told. */
  stop(): void;
}

/**
 * Asks all registries that are wanted every 10 s, and again at once after a miss, so that one that dies or hangs is told within
 * 20 s; and private ones for the images that workloads refer to. Never more than 4 at once.
 */
export function startRegistryProbes({ limits: given, ...options }: RegistryProbesOptions): RegistryProbes {
  const round = new RegistryRound({ ...options, limits: { ...registryLimits, ...given } });
  return { look: () => round.look(), restart: () => round.restart(), stop: () => round.stop() };
}

class RegistryRound {
  readonly #options: Omit<RegistryProbesOptions, 'limits'> & { limits: RegistryLimits };
  readonly #registries = new Map<string, WatchedRegistry>();
  readonly #told: ToldRegistries;
  readonly #images: RegistryImagesRound;
  readonly #timer: NodeJS.Timeout;
  #next: NodeJS.Timeout | undefined;
  #wanted: readonly WantedRegistry[] | null = null;
  #asking = 0;
  #synced = false;
  #stopped = false;

  constructor(options: Omit<RegistryProbesOptions, 'limits'> & { limits: RegistryLimits }) {
    this.#options = options;
    const { sink, clock, limits } = options;
    // It looks every second; a slow machine may be late.
    sink.declare({ name: source, role: 'probe', staleAfterMs: 60_000, kinds: ['registryProbe'] });
    sink.state(source, 'syncing');
    this.#told = toldRegistries(sink, source);
    this.#images = startRegistryImages({ sink, clock, limits });
    this.#timer = setInterval(() => this.look(), limits.lookMs).unref();
    this.look();
  }

  look(): void {
    if (this.#stopped) return;
    const { sink, wanted, clock, limits } = this.#options;
    const now = wanted();
    if (now !== this.#wanted) this.#take(now.slice(0, limits.most));
    this.#wanted = now;
    this.#askThoseDue();
    this.#told.flush();
    this.#tellState();
    this.#images.look(this.#synced);
    sink.fresh(source, clock());
  }

  restart(): void {
    this.#take([...this.#registries.values()].map(({ wanted }) => wanted).filter(({ configured }) => configured));
    this.#wanted = null;
    this.#synced = false;
    this.#options.sink.state(source, 'syncing');
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#next);
    this.#images.stop();
  }

  #take(wanted: readonly WantedRegistry[]): void {
    const { network, limits } = this.#options;
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.#registries.keys()) {
      if (keys.has(key)) continue;
      this.#registries.delete(key);
      this.#told.remove(key);
      this.#images.remove(key);
    }
    for (const each of wanted) {
      const known = this.#registries.get(each.key);
      known?.follow(each);
      const registry = known ?? new WatchedRegistry(each, network, limits);
      this.#registries.set(each.key, registry);
      this.#images.follow(registry);
      // Of one that is to be asked otherwise nothing is known any more.
      this.#told.tell(each.key, registry.fact(source));
    }
  }

  #askThoseDue(): void {
    const { atOnce } = this.#options.limits;
    const now = performance.now();
    const registries = [...this.#registries];
    // Those that are down take the whole limit to say nothing, and must not hold up the news of others.
    const troubled = registries.filter(([, registry]) => registry.asking && registry.troubled).length;
    let freeForTroubled = Math.max(1, Math.floor(atOnce / 2)) - troubled;
    const due = registries.filter(([, registry]) => !registry.asking && registry.dueAt <= now);
    for (const [key, registry] of due.toSorted(([, a], [, b]) => a.dueAt - b.dueAt)) {
      if (this.#asking >= atOnce) break;
      if (registry.troubled && freeForTroubled < 1) continue;
      if (registry.troubled) freeForTroubled -= 1;
      void this.#ask(key, registry);
    }
    this.#wakeForNext();
  }

  async #ask(key: string, registry: WatchedRegistry): Promise<void> {
    this.#asking += 1;
    await registry.look(this.#options.clock);
    this.#asking -= 1;
    if (this.#stopped) return;
    // It may be wanted no longer.
    if (this.#registries.get(key) === registry) {
      this.#told.tell(key, registry.fact(source));
      this.#images.heard(key);
    }
    this.#askThoseDue();
    this.#tellState();
  }

  /** To the moment rather than with the next look: of the 20 s none is to be given away. */
  #wakeForNext(): void {
    clearTimeout(this.#next);
    const now = performance.now();
    const dues = [...this.#registries.values()].map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
    const inMs = Math.min(...dues) - now;
    if (inMs < this.#options.limits.lookMs) this.#next = setTimeout(() => this.#askThoseDue(), inMs).unref();
  }

  /** Synced once of each it is known whether it lives, and all are named. */
  #tellState(): void {
    const { allNamed, sink } = this.#options;
    const isSynced =
      this.#synced || ((allNamed?.() ?? true) && [...this.#registries.values()].every(({ isNew }) => !isNew));
    if (isSynced === this.#synced) return;
    this.#synced = isSynced;
    sink.state(source, 'synced');
  }
}
