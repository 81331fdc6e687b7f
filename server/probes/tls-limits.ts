/** How often TLS servers are looked at and for how long, all in ms but for counts. Tests shorten them. */
export interface TlsLimits {
  /** How often it is looked what is due. */
  lookMs: number;
  /** Between two handshakes with a server whose certificate is fine. */
  everyMs: number;
  /** One whose certificate is not fine: the owner who has just put it right waits for the wall to see it. */
  everyBadMs: number;
  /** One that has failed for good: more often than a fine one for the same reason, seldom enough to log little there. */
  everyFailedMs: number;
  /** One that has just failed: it must fail three times before anything is said. */
  againMs: number;
  /** One whose certificate ends within `nearMs`, or has ended since then no longer ago. */
  everyNearMs: number;
  nearMs: number;
  /** Of one handshake. */
  limitMs: number;
  /** Handshakes at once. */
  atOnce: number;
  /** Servers, whoever wants more. */
  most: number;
}

export const tlsLimits: TlsLimits = {
  lookMs: 1_000,
  everyMs: 600_000,
  everyBadMs: 120_000,
  everyFailedMs: 120_000,
  againMs: 4_000,
  everyNearMs: 60_000,
  nearMs: 600_000,
  limitMs: 10_000,
  atOnce: 8,
  most: 1_000,
};

/** So many handshakes in a row must bring no certificate before a server counts as one that shows none. */
export const failuresThatCount = 3;
