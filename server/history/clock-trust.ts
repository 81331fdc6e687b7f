/** So long the clock must have gone right before anything is let go by age, ms. */
const agreeMs = 3_600_000;
/** A clock that is adjusted gently gains or loses 1.8 s an hour at most (500 ppm); whatever is more was a jump. */
const toleranceMs = 5_000;

/**
 * Whether the clock can be believed: a board without a battery starts in the past, and a bad time server may send it days
 * ahead. Nothing is let go because of its age before wall clock and monotonic clock have agreed for an hour.
 */
export interface ClockTrust {
  /** Compares both clocks (ms, the wall's since 1970, the other's since whenever); true if the wall's can be believed. */
  look(wallAt: number, monotonicAt: number): boolean;
}

/** A clock that has not been looked at yet. */
export function createClockTrust(): ClockTrust {
  let base: { wallAt: number; monotonicAt: number } | null = null;
  let trusted = false;
  return {
    look(wallAt, monotonicAt) {
      base ??= { wallAt, monotonicAt };
      const [wallMs, monotonicMs] = [wallAt - base.wallAt, monotonicAt - base.monotonicAt];
      const jumped = Math.abs(wallMs - monotonicMs) > toleranceMs;
      if (jumped) trusted = false;
      else if (monotonicMs >= agreeMs) trusted = true;
      // Gentle adjustments add up over days: each hour is measured for itself.
      if (jumped || monotonicMs >= agreeMs) base = { wallAt, monotonicAt };
      return trusted;
    },
  };
}
