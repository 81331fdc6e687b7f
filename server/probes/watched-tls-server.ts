import { isIP } from 'node:net';
import type { TlsLook } from '#server/cluster/connection.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { sameFact } from '#server/store/same-fact.ts';
import { placeOf } from './place-in-round.ts';
import type { TlsLimits } from './tls-limits.ts';
import { nextInMs, nextTlsState, type TlsServerState } from './tls-server-state.ts';
import type { WantedServer } from './wanted-server.ts';

/** One TLS server that is looked at again and again: what is wanted of it, what is known of it, and when it is due. */
export class WatchedTlsServer {
  /** By `performance.now()`, so that a clock that is set changes nothing. */
  dueAt = 0;
  asking = false;
  #wanted: WantedServer;
  #state: TlsServerState | null = null;
  /** Of the handshake under way: its answer counts only if the target is still the same. */
  #target: WantedServer['target'] | null = null;

  constructor(wanted: WantedServer) {
    this.#wanted = wanted;
  }

  get target(): WantedServer['target'] {
    return this.#wanted.target;
  }

  /** True if nothing is known of it yet. */
  get isNew(): boolean {
    return this.#state === null;
  }

  /** True if it takes the whole limit to say nothing, as a rule. */
  get troubled(): boolean {
    return (this.#state?.failures ?? 0) > 0;
  }

  /** What is wanted of it now. Returns true if that is something else; then it is due at once, and of another target nothing is known. */
  follow(wanted: WantedServer): boolean {
    if (wanted === this.#wanted || sameFact(wanted, this.#wanted)) return false;
    if (!sameFact(wanted.target, this.#wanted.target)) this.#state = null;
    this.#wanted = wanted;
    this.dueAt = 0;
    return true;
  }

  begin(): void {
    this.asking = true;
    this.dueAt = Infinity;
    this.#target = this.target;
  }

  /** Takes the answer up, unless it is of a target that is wanted no longer. `now` in epoch ms. */
  end(look: TlsLook, askedAt: number, now: number, limits: TlsLimits): void {
    this.asking = false;
    if (this.#target !== null && sameFact(this.#target, this.target)) {
      this.#state = nextTlsState(this.#state, askedAt, look);
    }
    // What changed meanwhile has set it already.
    if (this.dueAt !== Infinity) return;
    this.dueAt = this.#state === null ? 0 : this.#turn(nextInMs(this.#state, this.#wanted.is, now, limits), limits);
  }

  /** All that is known of it; null before the first handshake has ended. */
  fact(source: string): TlsServerFact | null {
    if (this.#state === null) return null;
    const { target, ...wanted } = this.#wanted;
    const { failedSince: _, ...state } = this.#state;
    const address = addressOf(target, wanted.name);
    const serverName = isIP(target.serverName) ? '' : target.serverName;
    return { ...wanted, ...state, uid: wanted.key, source, address, serverName };
  }

  /** Each has its place in the round by its key, so that not all are asked at the same moment. */
  #turn(inMs: number, { everyMs }: TlsLimits): number {
    const now = performance.now();
    if (inMs < everyMs) return now + inMs;
    const place = placeOf(this.#wanted.key) * everyMs;
    const earliest = now + everyMs / 2;
    return earliest + ((((place - earliest) % everyMs) + everyMs) % everyMs);
  }
}

/** Where the handshake is made with, "" where the name says it. */
function addressOf({ host, port }: WantedServer['target'], name: string): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return address === name || address === `${name}:443` ? '' : address;
}
