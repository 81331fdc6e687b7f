import type { BackOffLimits } from './back-off.ts';

/** All times (ms) and sizes by which a list-watch goes; tests make them small. */
export interface ListWatchLimits {
  backOff: BackOffLimits;
  /** `timeoutSeconds` of a watch is a random value in between, so that not all end at once. Seconds. */
  watchSeconds: readonly [number, number];
  /** Until an answer's headers must have come. Some proxies hold them until the first event. */
  headersMs: number;
  /** A page of a list must be whole within this. */
  pageMs: number;
  /** Objects of a page. */
  pageSize: number;
  /** So long without a byte, or without the end after the first event that is not initial, and the server knows no WatchList. */
  initialIdleMs: number;
  /** So long without a byte on an open watch (bookmarks come each minute), and it is dead. */
  silentMs: number;
  /** A watch that ends sooner and without an event has failed; one that lives longer is well. */
  settleMs: number;
  /** How often an attempt, or a wait, looks at its limits and the gate. */
  tickMs: number;
  /** A Retry-After is believed up to this. */
  retryAfterMostMs: number;
  /** After 403: how long until it is tried again, and if it had been seen before. */
  forbiddenMs: number;
  forbiddenAgainMs: number;
  /** After 404: how long until it is looked for again, and while it has only just vanished. */
  absentMs: number;
  absentAgainMs: number;
  /** The largest object, in bytes of JSON. etcd takes 1.5 MB; aggregated APIs may bring more. */
  mostObjectBytes: number;
}

export const listWatchLimits: ListWatchLimits = {
  backOff: { baseMs: 800, mostMs: 30_000, forgetMs: 120_000 },
  watchSeconds: [300, 600],
  headersMs: 60_000,
  pageMs: 60_000,
  pageSize: 500,
  initialIdleMs: 10_000,
  silentMs: 150_000,
  settleMs: 1_000,
  tickMs: 500,
  retryAfterMostMs: 300_000,
  forbiddenMs: 300_000,
  // So that a right given back is seen well within 15 s.
  forbiddenAgainMs: 8_000,
  // What is installed later is seen within a minute, for one small request a minute and kind.
  absentMs: 60_000,
  absentAgainMs: 30_000,
  mostObjectBytes: 16_777_216,
};
