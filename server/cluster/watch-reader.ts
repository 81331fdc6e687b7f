import { breather } from './breather.ts';
import { reopenedSince } from './gate-watcher.ts';
import { asBuffer } from './growing-bytes.ts';
import { lineSplitter } from './line-splitter.ts';
import { jsonCut, type JsonCut } from './json-cut.ts';
import { leftOut, type ListWatchRequest } from './list-watch-request.ts';
import { noInitialEnd, oversized, trouble, troubleOfErrorEvent, type Trouble } from './trouble.ts';
import { readWatchEvent, type WatchEvent } from './watch-event.ts';

/** What a watch tells while it lasts. None may throw or take long: nothing is read meanwhile. */
export interface WatchListener {
  /** The server took the request. */
  opened(): void;
  /** An object; `initial` while it belongs to the initial state. */
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: WatchEvent['object'], initial: boolean): void;
  /** All up to this version has been told. Not called while initial. */
  version(version: string): void;
  /** The initial state has been told. */
  initialEnd(): void;
  /** The stream is well: it brought something, or has lived for a while. Called once. */
  settled(): void;
  /** The connection it lives on showed life at this epoch ms. */
  alive(at: number): void;
}

/** Reads the body of one watch and knows what it has seen so far. All its own times are monotonic ms. */
export class WatchReader {
  readonly #request: ListWatchRequest;
  readonly #listener: WatchListener;
  readonly #reopened: () => boolean;
  readonly #cut: JsonCut;
  /** `initial` until the end of the initial state has come. */
  #phase: 'asking' | 'initial' | 'live' = 'asking';
  #openedAt = 0;
  #byteAt = 0;
  /** When the first event came that is not initial although the end has not come. */
  #changedAt: number | null = null;
  #lines = 0;
  #settled = false;
  #problem: Trouble | null = null;

  constructor(request: ListWatchRequest, listener: WatchListener) {
    this.#request = request;
    this.#listener = listener;
    this.#reopened = reopenedSince(request.gate);
    this.#cut = jsonCut(leftOut(request.kind));
  }

  /** Good lines so far. */
  get lines(): number {
    return this.#lines;
  }

  /** How long it has been open, 0 if it never was. */
  get openMs(): number {
    return this.#openedAt === 0 ? 0 : performance.now() - this.#openedAt;
  }

  /** The server took the request. */
  open(initial: boolean): void {
    this.#openedAt = this.#byteAt = performance.now();
    this.#phase = initial ? 'initial' : 'live';
    this.#listener.opened();
  }

  /** Reads to the end: null if that came in good order, or the signal aborted. Rejects with what the body throws. */
  async read(body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Trouble | null> {
    const { mostObjectBytes } = this.#request.limits;
    const splitter = lineSplitter(mostObjectBytes);
    const breathe = breather();
    const take = (line: Buffer): boolean => this.#take(line);
    for await (const chunk of body) {
      if (signal.aborted) return null;
      this.#byteAt = performance.now();
      const outcome = splitter.push(asBuffer(chunk), take);
      if (outcome === 'stopped') return this.#problem;
      if (outcome === 'oversized') return oversized(mostObjectBytes);
      const breath = breathe(chunk.length);
      if (breath !== undefined) await breath;
    }
    if (splitter.unfinished) return trouble('broken', 'the watch ended within a line', 'half a line');
    return this.#phase === 'initial' ? noInitialEnd('the watch ended before it was whole') : null;
  }

  /** Why the watch should be given up now, if so. Asked every tick. */
  overdue(): Trouble | null {
    const now = performance.now();
    const { limits } = this.#request;
    if (this.#phase !== 'live' && this.#reopened()) return trouble('sooner', 'the API is back', 'API is back');
    if (this.#phase === 'initial') {
      const since = Math.min(this.#byteAt, this.#changedAt ?? this.#byteAt);
      return now - since > limits.initialIdleMs ? noInitialEnd('its end did not come') : null;
    }
    if (this.#phase === 'asking') return null;
    if (now - this.#openedAt > limits.settleMs) this.#settle();
    return now - this.#byteAt > limits.silentMs
      ? trouble('silent', `no byte came on the watch for ${Math.round(limits.silentMs / 1_000)} s`, 'silent')
      : null;
  }

  #take(line: Buffer): boolean {
    const event = readWatchEvent(line, this.#cut);
    this.#problem = typeof event === 'string' ? trouble('broken', event, 'bad line') : this.#handle(event);
    return this.#problem === null;
  }

  #handle(event: WatchEvent): Trouble | null {
    const initial = this.#phase === 'initial';
    if (event.type === 'ERROR') return troubleOfErrorEvent(event.object, initial);
    if (initial && event.type === 'BOOKMARK' && !event.endsInitial) return noInitialEnd('a bookmark came first');
    this.#lines += 1;
    if (event.type !== 'BOOKMARK') this.#listener.event(event.type, event.object, initial);
    if (initial && !event.endsInitial) {
      if (event.type !== 'ADDED') this.#changedAt ??= performance.now();
      return null;
    }
    this.#phase = 'live';
    if (event.version !== '') this.#listener.version(event.version);
    if (initial) this.#listener.initialEnd();
    this.#settle();
    return null;
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#listener.settled();
  }
}
