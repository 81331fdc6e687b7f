import type { BackOffLimits } from './back-off.ts';

/** All times (ms) and sizes by which the kubelets are asked; tests make them small. */
export interface KubeletLimits {
  /** How often it is looked who is due. */
  lookMs: number;
  /** Each is asked so often. */
  everyMs: number;
  /** How long an answer may be believed. */
  staleAfterMs: number;
  /** Kubelets that are asked at a time. Those that failed get half of them at most, so that they hold up nobody. */
  atOnce: number;
  /** Headers and body together must have come within this. */
  answerMs: number;
  /** A larger answer is not taken. */
  mostBytes: number;
  /** After a question without a good answer. */
  backOff: BackOffLimits;
  /** After 403: a kubelet itself remembers a refusal for 30 s. */
  forbiddenMs: number;
  /** One that has begun anew and tells nothing yet is asked again after this, so many times. */
  soonMs: number;
  soonTimes: number;
}

export const kubeletLimits: KubeletLimits = {
  lookMs: 500,
  // Kubelets measure anew every 10 to 15 s, file systems once a minute.
  everyMs: 30_000,
  staleAfterMs: 90_000,
  atOnce: 4,
  answerMs: 10_000,
  // A pod takes some 4 KB: this is room for a thousand of them with many volumes.
  mostBytes: 8_000_000,
  backOff: { baseMs: 5_000, mostMs: 30_000, forgetMs: 300_000 },
  forbiddenMs: 60_000,
  // Whoever answers tells.
  soonMs: 15_000,
  soonTimes: 0,
};
