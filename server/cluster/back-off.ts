/** How long to wait after failures: `baseMs` doubled each time up to `mostMs`, times a random 1..2. */
export interface BackOffLimits {
  baseMs: number;
  mostMs: number;
  /** After so long without a failure the next one counts as the first. */
  forgetMs: number;
}

/** Counts failures and tells how long to wait after each. */
export interface BackOff {
  /** The failures that count at `now` (a monotonic time in ms). */
  failures(now: number): number;
  /** Notes a failure at `now` and returns how long to wait, ms. */
  next(now: number): number;
  reset(): void;
}

/** A back-off without failures. `random` gives 0..1. */
export function backOff({ baseMs, mostMs, forgetMs }: BackOffLimits, random: () => number): BackOff {
  let failures = 0;
  let lastAt = 0;
  const failuresAt = (now: number): number => (now - lastAt > forgetMs ? 0 : failures);
  return {
    failures: failuresAt,
    next(now) {
      const before = failuresAt(now);
      failures = before + 1;
      lastAt = now;
      // The exponent is bounded so that it never becomes Infinity * 0.
      return Math.min(mostMs, baseMs * 2 ** Math.min(before, 30)) * (1 + random());
    },
    reset() {
      failures = 0;
    },
  };
}
