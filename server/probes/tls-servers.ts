import type { Connection } from '#server/cluster/connection.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { tlsLimits, type TlsLimits } from './tls-limits.ts';
import type { WantedServer } from './wanted-server.ts';
import { WatchedTlsServer } from './watched-tls-server.ts';

const source = 'tls';

/** What it takes to look at TLS servers. */
export interface TlsServersOptions {
  connection: Pick<Connection, 'lookAtTls' | 'onReplaced'>;
  sink: SourceSink;
  /** Epoch ms. */
  clock: () => number;
  /** Which to look at; asked every second, so the same array while nothing changes. */
  wanted: () => readonly WantedServer[];
  /** True once all that names servers was listed since the start, so that no more of those of before are to come; default: at once. */
  allNamed?: () => boolean;
  limits?: Partial<TlsLimits>;
}

/** The probe `tls`. */
export interface TlsServers {
  /** Something may have changed: what is new or another is looked at at once. */
  look(): void;
  /** Another cluster answers: nothing is known of any server. */
  restart(): void;
  /** Ends it; handshakes under way end by themselves within their limit, and their answers are not told. */
  stop(): void;
}

/**
 * Looks at the certificates of all TLS servers that are wanted: each at once when it is new or what is wanted of it changes,
 * then every 10 min, spread over time, and sooner where something is wrong. Never more than 8 handshakes at once, of which
 * those with servers that failed before take half at most.
 */
export function startTlsServers({ limits: given, ...options }: TlsServersOptions): TlsServers {
  const round = new TlsRound({ ...options, limits: { ...tlsLimits, ...given } });
  const forget = options.connection.onReplaced((what) => {
    // Our own credentials are never shown here.
    if (what !== 'credentials') round.lookAtAll();
  });
  return {
    look: () => round.look(),
    restart: () => round.restart(),
    stop() {
      forget();
      round.stop();
    },
  };
}

class TlsRound {
  readonly #options: Omit<TlsServersOptions, 'limits'> & { limits: TlsLimits };
  readonly #servers = new Map<string, WatchedTlsServer>();
  readonly #timer: NodeJS.Timeout;
  #wanted: readonly WantedServer[] | null = null;
  #asking = 0;
  #synced = false;
  #hasLooked = false;
  #allNamed = false;
  #stopped = false;

  constructor(options: Omit<TlsServersOptions, 'limits'> & { limits: TlsLimits }) {
    this.#options = options;
    const { sink, limits } = options;
    // It looks every second; a slow machine may be late.
    sink.declare({ name: source, role: 'probe', staleAfterMs: 60_000, kinds: ['tlsServer'] });
    sink.state(source, 'syncing');
    this.#timer = setInterval(() => this.look(), limits.lookMs).unref();
    this.look();
  }

  look(): void {
    if (this.#stopped) return;
    const { sink, wanted, allNamed, clock, limits } = this.#options;
    const now = wanted();
    this.#allNamed = allNamed?.() ?? true;
    if (now !== this.#wanted) this.#take(now.slice(0, limits.most));
    this.#wanted = now;
    this.#askThoseDue();
    this.#tellState();
    sink.fresh(source, clock());
  }

  lookAtAll(): void {
    for (const server of this.#servers.values()) server.dueAt = 0;
    this.look();
  }

  restart(): void {
    this.#take([]);
    this.#wanted = null;
    this.#synced = this.#hasLooked = false;
    this.#options.sink.state(source, 'syncing');
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  #take(wanted: readonly WantedServer[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.#servers.keys()) {
      if (keys.has(key)) continue;
      this.#servers.delete(key);
      this.#options.sink.remove(source, 'tlsServer', key);
    }
    for (const each of wanted) {
      const server = this.#servers.get(each.key);
      if (server === undefined) this.#servers.set(each.key, new WatchedTlsServer(each));
      // Whom to blame is told at once, whatever the next handshake says.
      else if (server.follow(each)) this.#tell(each.key, server);
    }
  }

  #askThoseDue(): void {
    const { atOnce } = this.#options.limits;
    const now = performance.now();
    const servers = [...this.#servers];
    // Those that failed before take the whole limit to say nothing, as a rule, and must not hold up the others.
    const troubled = servers.filter(([, server]) => server.asking && server.troubled).length;
    let freeForTroubled = Math.max(1, Math.floor(atOnce / 2)) - troubled;
    const due = servers.filter(([, server]) => !server.asking && server.dueAt <= now);
    for (const [key, server] of due.toSorted(([, a], [, b]) => a.dueAt - b.dueAt)) {
      if (this.#asking >= atOnce) return;
      if (server.troubled && freeForTroubled < 1) continue;
      if (server.troubled) freeForTroubled -= 1;
      void this.#ask(key, server);
    }
  }

  async #ask(key: string, server: WatchedTlsServer): Promise<void> {
    const { connection, clock, limits } = this.#options;
    const askedAt = clock();
    this.#asking += 1;
    server.begin();
    const look = await connection.lookAtTls(server.target, limits.limitMs);
    this.#asking -= 1;
    if (this.#stopped) return;
    server.end(look, askedAt, clock(), limits);
    // It may be wanted no longer.
    if (this.#servers.get(key) === server) this.#tell(key, server);
    this.#askThoseDue();
    this.#tellState();
  }

  #tell(key: string, server: WatchedTlsServer): void {
    const fact = server.fact(source);
    if (fact !== null) this.#options.sink.upsert(source, 'tlsServer', fact);
    // Of another target under the same name nothing is known yet.
    else this.#options.sink.remove(source, 'tlsServer', key);
  }

  /**
   * Synced once each server has been looked at a first time, those too that are named by what is listed only after the start.
   * That there is none may only mean that none is known of yet.
   */
  #tellState(): void {
    const servers = [...this.#servers.values()];
    const isSynced = this.#hasLooked || (this.#allNamed && servers.every(({ isNew }) => !isNew));
    if (isSynced && servers.length > 0) this.#hasLooked = true;
    if (isSynced === this.#synced) return;
    this.#synced = isSynced;
    this.#options.sink.state(source, isSynced ? 'synced' : 'syncing');
  }
}
