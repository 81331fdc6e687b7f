import type { BackOffLimits } from './back-off.ts';

/** All times (ms) and sizes by which the feed of crash logs goes; tests make them small. */
export interface CrashLogLimits {
  /** How often the pods are looked at. */
  lookMs: number;
  /** Logs that are fetched at a time. */
  atOnce: number;
  /** Logs that are kept, those of the newest crashes. */
  most: number;
  /** Headers and body together must have come within this. */
  answerMs: number;
  /** More of an answer is not read. */
  mostBytes: number;
  /** After no answer at all. */
  backOff: BackOffLimits;
  /** After an answer that one log cannot be had now: its node is silent. */
  again: BackOffLimits;
  /** After 403. */
  forbiddenMs: number;
}

export const crashLogLimits: CrashLogLimits = {
  lookMs: 500,
  atOnce: 2,
  most: 200,
  answerMs: 10_000,
  // A runtime writes entries of at most 16 KB, and 20 of them are asked for: with less the newest would be cut off.
  mostBytes: 20 * 16_384,
  backOff: { baseMs: 800, mostMs: 30_000, forgetMs: 120_000 },
  again: { baseMs: 5_000, mostMs: 300_000, forgetMs: 3_600_000 },
  forbiddenMs: 300_000,
};
