import type { Snapshot } from '#server/engine/snapshot.ts';

/** What was forecast of a snapshot: kept beside it, since a table's cells know no trends. */
const leftBySnapshot = new WeakMap<Snapshot, ReadonlyMap<string, number>>();

/** Keeps in how many ms each claim is full, by key, as it was judged of this snapshot. */
export function keepForecasts(snapshot: Snapshot, leftMs: ReadonlyMap<string, number>): void {
  leftBySnapshot.set(snapshot, leftMs);
}

/** In how many ms a claim is full if it goes on as it does; null where that is not known. */
export function forecastOf(key: string, snapshot: Snapshot): number | null {
  return leftBySnapshot.get(snapshot)?.get(key) ?? null;
}
