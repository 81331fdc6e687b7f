import { createClockTrust } from './clock-trust.ts';
import type { HistoryAccess } from './database-access.ts';
import { pragma } from './database-schema.ts';
import { historyParts } from './history-parts.ts';

const everyMs = 3_600_000;
/** Free pages are used again; only where there are many are they given back, some at a time. */
const freeShare = 0.25;
const pagesAtOnce = 500;

/** Lets go of what is too old, once an hour. */
export interface Upkeep {
  /** Called every minute with both clocks (ms); does nothing as long as the wall's cannot be believed. */
  look(wallAt: number, monotonicAt: number): void;
}

/** Upkeep of the database that history is kept in. */
export function createUpkeep(access: HistoryAccess): Upkeep {
  const clock = createClockTrust();
  let lastAt = -Infinity;
  return {
    look(wallAt, monotonicAt) {
      if (!clock.look(wallAt, monotonicAt) || monotonicAt - lastAt < everyMs) return;
      lastAt = monotonicAt;
      for (const part of historyParts) access.write((database) => part.tidy(database, wallAt, 'as-usual'));
      access.write((database) => {
        const free = Number(pragma(database, 'freelist_count'));
        const all = Number(pragma(database, 'page_count'));
        if (free > freeShare * all) database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
      });
    },
  };
}
