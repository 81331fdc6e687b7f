import type { SetTimer } from '#server/cluster/demo/schedule.ts';

/** Time that moves only by hand. */
export interface HandClock {
  now: () => number;
  setTimer: SetTimer;
  /** Moves on and lets everything happen that is due on the way, in its order. */
  pass(ms: number): Promise<void>;
  /** Moves on in small steps until a promise settles. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** How often a timer was set, and how many are set now. */
  readonly set: number;
  readonly pending: number;
}

/** A clock that begins on a Saturday morning. */
export function createHandClock(startAt = Date.parse('2026-11-21T09:00:00Z')): HandClock {
  let now = startAt;
  let set = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  // Whatever awaits gets its turn before time moves on.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  async function pass(ms: number): Promise<void> {
    const end = now + ms;
    await settle();
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      timers.delete(due);
      now = Math.max(now, due.at);
      due.run();
      await settle();
    }
    now = end;
  }

  return {
    now: () => now,
    setTimer(run, delayMs) {
      const timer = { at: now + delayMs, run };
      set += 1;
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass,
    async until(promise, limitMs = 60_000) {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      for (let left = limitMs; left > 0 && !settled; left -= 5) await pass(5);
      if (!settled) throw new Error(`nothing came of it within ${limitMs} ms`);
      return promise;
    },
    get set() {
      return set;
    },
    get pending() {
      return timers.size;
    },
  };
}
