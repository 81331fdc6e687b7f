import { createClusterHistory, type BufferedHistory } from './cluster-history.ts';
import { comesFromDisk } from './disk-problem.ts';
import type { ClusterHistory, History, HistoryNotice } from './history.ts';
import { createClusterMemory } from './history-memory.ts';
import { HistoryDatabase } from './history-database.ts';
import { createKeptStore, type KeptStore } from './kept-store.ts';
import type { Kept } from './keeper.ts';
import { lookThrough } from './look-through.ts';
import { asideFiles, databaseFile, savedOf } from './set-aside.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

/** What the history needs from outside. */
export interface HistoryFileParts {
  directory: string;
  log: (text: string) => void;
  /** Epoch ms. */
  now?: () => number;
  /** How often memories and figures are written and a failing disk is tried again, ms. An SD card wears with each write. */
  everyMs?: number;
}

/** So long it is told that a broken file was set aside, ms. */
const toldMs = 86_400_000;
/** A process sees one cluster, or a few that follow each other behind one address. */
const mostClusters = 8;

/**
 * Keeps in `clusterwall.db` of the directory. While that cannot be written it keeps in memory, says so in `problem`,
 * tries again each minute and then writes all it has.
 */
export class HistoryFile implements History {
  #parts: Required<HistoryFileParts>;
  #timer: NodeJS.Timeout;
  #stopLooking: () => void;
  #database: HistoryDatabase;
  #kept: KeptStore;
  #upkeep: Upkeep;
  #clusters = new Map<string, BufferedHistory>();
  #unknown: ClusterHistory | null = null;
  #watched: ClusterHistory | null = null;
  #notices: readonly HistoryNotice[] = [];

  constructor({ directory, log, now = Date.now, everyMs = 60_000 }: HistoryFileParts) {
    this.#parts = { directory, log, now, everyMs };
    this.#database = new HistoryDatabase(this.#parts);
    this.#kept = createKeptStore(this.#database, now, log);
    this.#upkeep = createUpkeep(this.#database);
    this.#timer = setInterval(() => this.#everyMinute(), everyMs).unref();
    const looking = setTimeout(() => this.#lookThrough(), everyMs).unref();
    this.#stopLooking = () => clearTimeout(looking);
    this.#notices = this.#noticesOf();
  }

  get problem(): string {
    return this.#database.problem;
  }

  get notices(): readonly HistoryNotice[] {
    return this.#notices;
  }

  get seriesLeftOut(): number {
    return this.#watched?.series.leftOut ?? 0;
  }

  identityBehind(server: string): string {
    return this.#kept.identityBehind(server);
  }

  rememberIdentity(server: string, clusterId: string): void {
    this.#kept.rememberIdentity(server, clusterId);
  }

  load(clusterId: string): Kept {
    return this.#kept.load(clusterId);
  }

  save(clusterId: string, kept: Kept, when: 'soon' | 'now'): void {
    this.#kept.save(clusterId, kept, when);
  }

  of(clusterId: string): ClusterHistory {
    this.#watched =
      clusterId === '' ? (this.#unknown ??= createClusterMemory(this.#parts.now)) : this.#known(clusterId);
    return this.#watched;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopLooking();
    this.#kept.writeAll();
    for (const cluster of this.#clusters.values()) cluster.flush();
    this.#database.close();
  }

  #known(clusterId: string): BufferedHistory {
    const known = this.#clusters.get(clusterId);
    if (known !== undefined) return known;
    const begun = createClusterHistory(this.#database, clusterId, this.#parts.now);
    this.#clusters.set(clusterId, begun);
    for (const [oldest, history] of this.#clusters) {
      if (this.#clusters.size <= mostClusters) break;
      history.flush();
      this.#clusters.delete(oldest);
    }
    return begun;
  }

  #everyMinute(): void {
    this.#database.tryAgain();
    this.#kept.writeAll();
    this.#upkeep.look(this.#parts.now(), performance.now());
    this.#notices = this.#noticesOf();
  }

  /** What could not be checked before the start without making it slow. */
  #lookThrough(): void {
    if (this.problem !== '') return;
    this.#stopLooking = lookThrough(databaseFile(this.#parts.directory), () => {
      this.#database.replaceBroken();
      this.#kept.writeAll();
      this.#notices = this.#noticesOf();
    });
  }

  #noticesOf(): HistoryNotice[] {
    const { directory, now } = this.#parts;
    const roomMadeAt = this.#database.roomMadeAt;
    const room: HistoryNotice[] = roomMadeAt === null ? [] : [{ kind: 'room', what: directory, since: roomMadeAt }];
    try {
      const files = asideFiles(directory, 'broken').filter(({ at }) => at > now() - toldMs);
      const asides = files.map(({ name, at }): HistoryNotice => {
        const saved = savedOf(directory, name);
        return { kind: 'set-aside', what: name, since: at, ...(saved === null ? {} : { saved }) };
      });
      return [...room, ...asides];
    } catch (error) {
      // Why the directory cannot be read is told in `problem`.
      if (!comesFromDisk(error)) throw error;
      return room;
    }
  }
}
