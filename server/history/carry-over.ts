import type { DatabaseSync } from 'node:sqlite';
import { historyParts } from './history-parts.ts';
import { inTransaction } from './transaction.ts';

/** Copies all that was kept meanwhile into a database that can be written again. Throws what a disk can do. */
export function carryOverAll(from: DatabaseSync, to: DatabaseSync): void {
  for (const part of backwards) inTransaction(to, () => part.carryOver(from, to));
}

// Stretches first: until when somebody watched is read from the series that stand there.
const backwards = historyParts.toReversed();
