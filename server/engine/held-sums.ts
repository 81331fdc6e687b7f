import type { MeasuredSum, SeriesStore } from '#server/history/history.ts';
import type { Turn } from './turn.ts';

/** What was measured last may be written a little later. */
const settledMs = 60_000;
/** Reading a month of one series takes 2 ms, its running hour less than 0.1 ms if it is read with that of others. */
const shortMs = 2 * 3_600_000;
const atOnce = { short: 10, long: 2 };

interface HeldPart {
  to: number;
  sum: MeasuredSum;
}

/** Sums that were read once: what has gone by does not change, so that only its end is read again. */
export interface HeldSums {
  /** What of these series was measured between each of `edges` and the next, in pieces of a few ms; see `SeriesStore.sums`. */
  read(
    store: SeriesStore,
    series: readonly string[],
    edges: readonly number[],
    now: number,
  ): Turn<ReadonlyMap<string, readonly MeasuredSum[]>>;
  /** Forgets all but these series. */
  keep(series: ReadonlySet<string>): void;
}

/** Sums of which nothing was read. */
export function createHeldSums(): HeldSums {
  let from: SeriesStore | null = null;
  const held = new Map<string, Map<number, HeldPart>>();

  /** The first part that must be read. */
  function firstUnknown(series: string, edges: readonly number[]): number {
    const parts = held.get(series);
    const unknown = edges.slice(1).findIndex((to, i) => parts?.get(edges[i]!)?.to !== to);
    return unknown < 0 ? Math.max(0, edges.length - 2) : unknown;
  }

  function take(series: string, read: readonly MeasuredSum[], edges: readonly number[], now: number): MeasuredSum[] {
    const parts = held.get(series);
    const known = edges.slice(0, edges.length - 1 - read.length).map((edge) => parts!.get(edge)!.sum);
    const sums = [...known, ...read];
    const settled = sums.flatMap((sum, i): [number, HeldPart][] => {
      const to = edges[i + 1]!;
      return to <= now - settledMs ? [[edges[i]!, { to, sum }]] : [];
    });
    held.set(series, new Map(settled));
    return sums;
  }

  return {
    *read(store, series, edges, now) {
      // Another cluster, or another file.
      if (store !== from) held.clear();
      from = store;
      const found = new Map<string, readonly MeasuredSum[]>();
      const byFirst = Map.groupBy(series, (name) => firstUnknown(name, edges));
      for (const [first, names] of byFirst) {
        const asked = edges.slice(first);
        const size = now - (asked[0] ?? now) > shortMs ? atOnce.long : atOnce.short;
        for (let i = 0; i < names.length; i += size) {
          for (const [name, read] of store.sums(names.slice(i, i + size), asked)) {
            found.set(name, take(name, read, edges, now));
          }
          yield;
        }
      }
      return found;
    },
    keep(series) {
      for (const name of held.keys()) if (!series.has(name)) held.delete(name);
    },
  };
}
