/** How often services are probed and how many at once, all in ms but for counts. Tests shorten them. How often and how long each is probed is told by what is wanted of it. */
export interface ServiceLimits {
  /** How often it is looked what is wanted. */
  lookMs: number;
  /** After a first miss: a service that is started anew is not down yet. */
  againMs: number;
  /** While it is down, however seldom it is probed otherwise: the owner who has just put it right waits for the wall to see it. */
  everyDownMs: number;
  /**
   * News that change nothing of what is wrong (how long it took, when it was asked) wait so long for others: each telling
   * wakes the engine, and 200 services have 7 of them a second.
   */
  tellMs: number;
  /** However many are still to be heard of the first time, the others count from then on. */
  firstRoundMs: number;
  /** Probes at once; those with services in trouble take half of it at most. */
  atOnce: number;
  /** Services, whoever wants more. */
  most: number;
  /** So much of a page is read, bytes. */
  bodyLimit: number;
}

export const serviceLimits: ServiceLimits = {
  lookMs: 1_000,
  againMs: 5_000,
  everyDownMs: 10_000,
  tellMs: 5_000,
  firstRoundMs: 60_000,
  atOnce: 16,
  most: 500,
  bodyLimit: 256 * 1_024,
};

/** So many misses in a row count. */
export const missesThatCount = 2;
