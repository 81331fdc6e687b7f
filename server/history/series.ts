import { sampleMs, type SeriesPoints, type TrendPoint } from './history.ts';

const slots = (24 * 3_600_000) / sampleMs;
const maxPoints = 1_000;
const fiveMs = 300_000;

/** One measured value over time, in memory. Times epoch ms. */
export interface Series {
  /** The value at `at`, null if nothing was measured. A second one in the same 15 s replaces the first. */
  record(at: number, value: number | null): void;
  /** Means of `points` equal parts of the time from `from` to `to`, null where nothing was measured. */
  read(from: number, to: number, points: number): SeriesPoints;
  /** Averages of five minutes from `from` on. */
  trend(from: number): TrendPoint[];
}

/** An empty series: a ring of 4-byte floats, NaN where nothing was measured. */
export function createSeries(): Series {
  const ring = new Float32Array(slots).fill(NaN);
  let newest = -1;

  return {
    record(at, value) {
      const slot = Math.floor(at / sampleMs);
      // Our clock was set back: what is "later" by it will be measured anew.
      if (slot < newest - slots || newest < 0) newest = slot;
      for (let skipped = Math.max(newest + 1, slot - slots + 1); skipped < slot; skipped += 1)
        ring[skipped % slots] = NaN;
      ring[slot % slots] = value ?? NaN;
      newest = Math.max(newest, slot);
    },
    read(from, to, points) {
      const count = Math.min(maxPoints, Math.max(1, Math.floor(points)));
      const step = (to - from) / count;
      const all = Array.from({ length: count }, (_, i) => {
        const at = from + i * step;
        const value = mean(ring, newest, at, at + step);
        return [at, value, value, value] as SeriesPoints['points'][number];
      });
      return { step, points: all };
    },
    trend(from) {
      const found: TrendPoint[] = [];
      for (let at = Math.floor(from / fiveMs) * fiveMs; at <= newest * sampleMs; at += fiveMs) {
        const value = mean(ring, newest, at, at + fiveMs);
        if (value !== null) found.push({ at, value });
      }
      return found;
    },
  };
}

/** The mean of the samples that begin in [from, to); of a part so short that none does, the one that lasts at `from`. */
function mean(ring: Float32Array, newest: number, from: number, to: number): number | null {
  const last = Math.ceil(to / sampleMs) - 1;
  const first = Math.min(Math.ceil(from / sampleMs), last);
  let sum = 0;
  let count = 0;
  const oldest = Math.max(0, newest - slots + 1);
  for (let slot = Math.max(first, oldest); slot <= Math.min(last, newest); slot += 1) {
    const value = ring[slot % slots] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
