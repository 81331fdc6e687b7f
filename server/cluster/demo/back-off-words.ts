// The kubelet's: doubled each time, up to 5 min.
const LONGEST_BACK_OFF_MS = 300_000;

/** The back-off after this one, ms. */
export function longerBackOff(backOffMs: number): number {
  return Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS);
}

/** As Go writes durations: `10s`, `1m20s`. */
export function spelledBackOff(backOffMs: number): string {
  const seconds = backOffMs / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
