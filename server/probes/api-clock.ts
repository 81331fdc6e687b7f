import type { Connection } from '#server/cluster/connection.ts';
import { createClockDifference, type ClockDifference } from './clock-difference.ts';
import { isOfApi, type DoorAnswer } from './door-answer.ts';
import type { ProbeLimits } from './probe-limits.ts';

/** What came of an asking, with the `Date` that was written over it and how long that took. */
export interface Asked {
  answer: DoorAnswer;
  date?: string | undefined;
  tookMs: number;
}

/** How far the API's clock is from ours, by all that its server writes. */
export interface ApiClock extends Pick<ClockDifference, 'aheadMs' | 'forget'> {
  /** Takes an answer to an asking of `askedAt` (epoch ms). */
  heard(asked: Asked, askedAt: number): void;
  /**
   * Asks for the date alone where a certificate seems out of its time: it may be so by our own clock, and then no answer ever
   * tells the other's. Resolves with true if there was one. Never rejects.
   */
  askIfBarred(asked: Asked): Promise<boolean>;
}

/** Knows nothing yet. `clock` gives epoch ms. */
export function createApiClock(
  connection: Connection,
  clock: () => number,
  { dateEveryMs, doorLimitMs }: Pick<ProbeLimits, 'dateEveryMs' | 'doorLimitMs'>,
): ApiClock {
  const difference = createClockDifference(clock);
  let begun = -Infinity;
  return {
    aheadMs: difference.aheadMs,
    forget: difference.forget,
    heard({ answer, date, tookMs }, askedAt) {
      if (isOfApi(answer)) difference.add(date, askedAt, tookMs);
    },
    async askIfBarred({ answer }) {
      const { askDate } = connection;
      if (!answer.outcome.startsWith('certificate-') || askDate === null) return false;
      if (performance.now() - begun < dateEveryMs) return false;
      begun = performance.now();
      const askedAt = clock();
      const date = await askDate(doorLimitMs);
      difference.add(date, askedAt, performance.now() - begun);
      return date !== '';
    },
  };
}
