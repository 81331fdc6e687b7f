import { lookup } from 'node:dns/promises';

/** Looks a name up as all programs of this machine do: its hosts file, its resolver. Rejects with an error that has a code. */
export type SystemLookup = (host: string) => Promise<readonly string[]>;

// The system's look-up takes one of Node's four threads for as long as a dead DNS server keeps it waiting (10 s and more), and
// files are read by those threads too.
const atOnce = 2;
const most = 20;

interface Waiting {
  host: string;
  /** Who waits for it: those that lost patience are not counted. */
  wanted: number;
  found: Promise<readonly string[]>;
  start(): void;
}

/** Look-ups by the system, two at once, one for each name whoever asks. */
export class SystemLookups {
  readonly #lookup: SystemLookup;
  readonly #known = new Map<string, Waiting>();
  readonly #queue: Waiting[] = [];
  #running = 0;

  constructor(look: SystemLookup = lookUp) {
    this.#lookup = look;
  }

  /** `leave`: the caller waits no longer. */
  of(host: string): { found: Promise<readonly string[]>; leave(): void } {
    const waiting = this.#known.get(host) ?? this.#enqueue(host);
    waiting.wanted += 1;
    this.#startNext();
    let left = false;
    const leave = () => {
      if (!left) waiting.wanted -= 1;
      left = true;
    };
    return { found: waiting.found, leave };
  }

  #enqueue(host: string): Waiting {
    const { promise, resolve } = Promise.withResolvers<void>();
    const found = promise.then(() => this.#lookup(host)).finally(() => this.#end(host));
    // Whoever waits is told; nobody may be waiting any more.
    found.catch((error: unknown) => error);
    const waiting: Waiting = { host, wanted: 0, found, start: resolve };
    this.#known.set(host, waiting);
    this.#queue.push(waiting);
    return waiting;
  }

  #startNext(): void {
    while (this.#running < atOnce) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (next.wanted < 1) {
        this.#known.delete(next.host);
        continue;
      }
      this.#running += 1;
      next.start();
    }
  }

  #end(host: string): void {
    this.#running -= 1;
    this.#known.delete(host);
    this.#startNext();
  }
}

async function lookUp(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.slice(0, most).map(({ address }) => address);
}
