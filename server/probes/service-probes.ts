import type { Network } from '#server/cluster/network.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { askService } from './ask-service.ts';
import { serviceLimits, type ServiceLimits } from './service-limits.ts';
import { ServiceNews } from './service-news.ts';
import type { WantedService } from './wanted-service.ts';
import { WatchedService } from './watched-service.ts';

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
  limits?: Partial<ServiceLimits>;
}

/** The probe `services-probed`. */
export interface ServiceProbes {
  /** Something may have changed: what is new or another is probed at once. */
  look(): void;
  /** Another cluster answers: nothing is known of any service. */
  restart(): void;
  /** Ends it; probes under way end by themselves within their limit, and their answers are not told. */
  stop(): void;
}

/**
 * Probes all services that are wanted: each at once when it is new or another, then every 30 s, spread over time, and sooner
 * while it misses. Never more than 16 at once, of which those in trouble take half at most.
 */
export function startServiceProbes({ limits, ...options }: ServiceProbesOptions): ServiceProbes {
  const round = new ServiceRound(options, { ...serviceLimits, ...limits });
  return { look: () => round.look(), restart: () => round.restart(), stop: () => round.stop() };
}

class ServiceRound {
  readonly #options: Omit<ServiceProbesOptions, 'limits'>;
  readonly #limits: ServiceLimits;
  readonly #news: ServiceNews;
  readonly #services = new Map<string, WatchedService>();
  readonly #lookTimer: NodeJS.Timeout;
  #dueTimer: NodeJS.Timeout | null = null;
  #wanted: readonly WantedService[] | null = null;
  #asking = 0;
  #begunAt = performance.now();
  #synced = false;
  #hasLooked = false;
  #allNamed = false;
  #stopped = false;

  constructor(options: Omit<ServiceProbesOptions, 'limits'>, limits: ServiceLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#news = new ServiceNews(options.sink, source, limits.tellMs);
    // It looks every second; a slow machine may be late.
    options.sink.declare({ name: source, role: 'probe', staleAfterMs: 60_000, kinds: ['serviceProbe'] });
    options.sink.state(source, 'syncing');
    this.#lookTimer = setInterval(() => this.look(), limits.lookMs).unref();
    this.look();
  }

  look(): void {
    if (this.#stopped) return;
    const { sink, wanted, allNamed, clock } = this.#options;
    const now = wanted();
    this.#allNamed = allNamed?.() ?? true;
    if (now !== this.#wanted) this.#take(now.slice(0, this.#limits.most));
    this.#wanted = now;
    this.#askThoseDue();
    this.#tellState();
    sink.fresh(source, clock());
  }

  restart(): void {
    this.#take([]);
    this.#wanted = null;
    this.#synced = this.#hasLooked = false;
    this.#begunAt = performance.now();
    this.#options.sink.state(source, 'syncing');
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#lookTimer);
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    this.#news.stop();
  }

  #take(wanted: readonly WantedService[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.#services.keys()) {
      if (keys.has(key)) continue;
      this.#services.delete(key);
      this.#news.forget(key);
    }
    for (const each of wanted) {
      const service = this.#services.get(each.key);
      if (service === undefined) this.#services.set(each.key, new WatchedService(each));
      // Who names it and what it leads to is told at once, whatever the next probe says.
      else if (service.follow(each)) this.#tell(service);
    }
  }

  #askThoseDue(): void {
    const { atOnce } = this.#limits;
    const now = performance.now();
    const services = [...this.#services.values()];
    // Those in trouble take the whole limit to say nothing, as a rule, and must not hold up the others.
    const troubled = services.filter((service) => service.asking && service.troubled).length;
    let freeForTroubled = Math.max(1, Math.floor(atOnce / 2)) - troubled;
    const due = services.filter(({ asking, dueAt }) => !asking && dueAt <= now);
    for (const service of due.toSorted(byUrgency)) {
      if (this.#asking >= atOnce) break;
      if (service.troubled && freeForTroubled < 1) continue;
      if (service.troubled) freeForTroubled -= 1;
      void this.#ask(service);
    }
    this.#wakeForNext(services, now);
  }

  /** Those that are due and found no place come when one is free. */
  #wakeForNext(services: readonly WatchedService[], now: number): void {
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    const next = services.reduce((least, { dueAt }) => (dueAt > now ? Math.min(least, dueAt) : least), Infinity);
    // Before that it is looked anyway.
    const isSoon = next - now < this.#limits.lookMs;
    this.#dueTimer = isSoon ? setTimeout(() => this.#askThoseDue(), Math.ceil(next - now)).unref() : null;
  }

  async #ask(service: WatchedService): Promise<void> {
    const { network, clock } = this.#options;
    const askedAt = clock();
    this.#asking += 1;
    service.begin();
    const judged = await askService(network, service.wanted, this.#limits.bodyLimit);
    this.#asking -= 1;
    if (this.#stopped) return;
    service.end(judged, askedAt, this.#limits);
    // It may be wanted no longer.
    if (this.#services.get(service.wanted.key) === service) this.#tell(service);
    this.#askThoseDue();
    this.#tellState();
  }

  #tell(service: WatchedService): void {
    const fact = service.fact(source);
    if (fact !== null) this.#news.tell(fact);
  }

  /**
   * Synced once each service was up or missed twice, those too that are named by what is listed only after the start. That
   * there is none may only mean that none is known of yet. Where many hang, the others do not wait for all of them.
   */
  #tellState(): void {
    const services = [...this.#services.values()];
    const isLate = performance.now() - this.#begunAt > this.#limits.firstRoundMs;
    const isHeard = isLate || services.every(({ isNew }) => !isNew);
    const isSynced = this.#hasLooked || (this.#allNamed && isHeard);
    if (isSynced && services.length > 0) this.#hasLooked = true;
    if (isSynced === this.#synced) return;
    this.#synced = isSynced;
    this.#options.sink.state(source, isSynced ? 'synced' : 'syncing');
  }
}

/** A first miss waits to be confirmed or forgotten; then who has waited longest. */
function byUrgency(a: WatchedService, b: WatchedService): number {
  return Number(b.misses === 1) - Number(a.misses === 1) || a.dueAt - b.dueAt;
}
