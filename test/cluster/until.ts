import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait and how often to ask, in ms. */
export interface Patience {
  withinMs?: number;
  everyMs?: number;
}

/**
 * Waits until a condition holds and returns what it returned. `undefined`, `null` and `false` mean "not yet", and so does a
 * throw; the last error is the `cause` of the one thrown when the time is up.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { withinMs = 30_000, everyMs = 100 }: Patience = {},
): Promise<Exclude<Awaited<T>, undefined | null | false>> {
  const deadline = Date.now() + withinMs;
  // A condition that hangs must not hold up the end of the waiting.
  const timeIsUp = sleep(withinMs, undefined, { ref: false });
  let cause: unknown;
  do {
    try {
      const result = await Promise.race([Promise.resolve().then(condition), timeIsUp]);
      if (result !== undefined && result !== null && result !== false) {
        return result as Exclude<Awaited<T>, undefined | null | false>;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await Promise.race([sleep(everyMs), timeIsUp]);
  } while (Date.now() < deadline);
  const because = cause instanceof Error ? `: ${cause.message}` : '';
  throw new Error(`waited ${withinMs / 1000} s in vain until ${what}${because}`, { cause });
}
