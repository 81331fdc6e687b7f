import type { TransportError } from '../transport.ts';

/** A body that is written bit by bit. */
export interface ByteStream {
  readonly body: AsyncIterable<Uint8Array>;
  readonly ended: boolean;
  write(text: string): void;
  /** A clean end, after what was written has been read. */
  end(): void;
  /** Breaks off at once: what was not read yet is lost. */
  fail(error: TransportError): void;
  /** While held, nothing more reaches the reader: the sender was stopped, not hung up. */
  hold(held: boolean): void;
  /** Calls once when the stream is over: ended, failed, or given up by its reader. */
  onOver(listener: () => void): void;
}

// Lines and letters are cut in half by it, as they are on a network.
const CHUNK_BYTES = 16_384;
const encoder = new TextEncoder();

/** @param mostBytes a reader who lets more than this lie is hung up on, as the API server does. */
export function createByteStream(mostBytes: number): ByteStream {
  const chunks: Uint8Array[] = [];
  const listeners: (() => void)[] = [];
  let waiting = 0;
  let held = false;
  let ended = false;
  let failure: TransportError | null = null;
  let wake = () => {};

  function finish(): void {
    ended = true;
    for (const listener of listeners.splice(0)) listener();
    wake();
  }

  function fail(error: TransportError): void {
    if (failure) return;
    failure = error;
    chunks.length = 0;
    finish();
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (failure) throw failure;
        const chunk = held ? undefined : chunks.shift();
        if (chunk) {
          waiting -= chunk.length;
          yield chunk;
        } else if (ended && !held) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      chunks.length = 0;
      finish();
    }
  }

  return {
    body: read(),
    get ended() {
      return ended;
    },
    write(text) {
      if (ended || text === '') return;
      const bytes = encoder.encode(text);
      chunks.push(...cut(bytes));
      waiting += bytes.length;
      if (waiting > mostBytes) finish();
      wake();
    },
    end: finish,
    fail,
    hold(on) {
      held = on;
      wake();
    },
    onOver(listener) {
      if (ended) listener();
      else listeners.push(listener);
    },
  };
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
