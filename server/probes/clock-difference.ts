/** How far another clock is from ours, by the `Date` of its server's answers. */
export interface ClockDifference {
  /** The answer to an asking of `askedAt` (epoch ms) that took `tookMs`; what is no date is left out. */
  add(date: string | undefined, askedAt: number, tookMs: number): void;
  /** How much it is ahead of ours, ms in whole seconds; null while not known. It is the same one while it moves by less than 2 s. */
  aheadMs(): number | null;
  /** The server is another. */
  forget(): void;
}

// One answer may have been held up on its way there or back.
const mostSamples = 5;
const steadyMs = 2_000;
// A header holds whole seconds, cut off.
const cutOffMs = 500;

/** Knows nothing yet. `clock` gives epoch ms; `stopwatch` ms since whenever, which nobody sets. */
export function createClockDifference(
  clock: () => number,
  stopwatch: () => number = () => performance.now(),
): ClockDifference {
  let samples: number[] = [];
  let told: number | null = null;
  let setBy = clock() - stopwatch();

  function forget(): void {
    samples = [];
    told = null;
  }

  /** What was found before our own clock was set, or before we slept, holds no longer. */
  function forgetIfSet(): void {
    const now = clock() - stopwatch();
    if (Math.abs(now - setBy) > steadyMs) forget();
    setBy = now;
  }

  return {
    add(date, askedAt, tookMs) {
      forgetIfSet();
      const at = date === undefined || date.length > 60 ? NaN : Date.parse(date);
      if (!Number.isFinite(at)) return;
      samples = [...samples, at + cutOffMs - (askedAt + tookMs / 2)].slice(-mostSamples);
    },
    aheadMs() {
      forgetIfSet();
      const ahead = medianOf(samples);
      if (ahead === null) told = null;
      else if (told === null || Math.abs(ahead - told) >= steadyMs) told = Math.round(ahead / 1_000) * 1_000 + 0; // never -0
      return told;
    },
    forget,
  };
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
