import type { Socket } from 'node:net';

// Above this the source is not read on, so that a slow or held pipe stays small.
const MAX_WAITING_BYTES = 1_000_000;

/** One direction of a proxied connection. */
export interface DelayedPipe {
  /** Whether nothing goes through for now; the source is not read meanwhile. */
  hold(held: boolean): void;
  stop(): void;
}

/** Bytes on their way; null is the end of the stream. */
interface Waiting {
  chunk: Buffer | null;
  dueAt: number;
}

/** Passes bytes from one socket to another, in order, each chunk `delayMs()` after it came. */
export function delayedPipe(from: Socket, to: Socket, delayMs: () => number): DelayedPipe {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let held = false;
  let timer: NodeJS.Timeout | undefined;

  function take(chunk: Buffer | null): void {
    waiting.push({ chunk, dueAt: Date.now() + delayMs() });
    waitingBytes += chunk?.length ?? 0;
    pass();
  }

  function pass(): void {
    clearTimeout(timer);
    while (!held && !to.writableNeedDrain && waiting[0] && waiting[0].dueAt <= Date.now()) {
      const { chunk } = waiting.shift()!;
      waitingBytes -= chunk?.length ?? 0;
      if (chunk === null) to.end();
      else to.write(chunk);
    }
    if (held || waitingBytes > MAX_WAITING_BYTES) from.pause();
    else from.resume();
    const next = waiting[0];
    if (next && !held && !to.writableNeedDrain) timer = setTimeout(pass, Math.max(1, next.dueAt - Date.now()));
  }

  const ended = () => take(null);
  from.on('data', take).on('end', ended);
  to.on('drain', pass);
  pass();
  return {
    hold(now) {
      held = now;
      pass();
    },
    stop() {
      clearTimeout(timer);
      from.off('data', take).off('end', ended);
      to.off('drain', pass);
    },
  };
}
