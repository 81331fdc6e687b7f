import type { DatabaseSync } from 'node:sqlite';
import { openReadOnly } from './database-file.ts';
import { historyParts } from './history-parts.ts';
import { identityRows, keptRowsOfAll, putIdentity, putKeptRow } from './kept-rows.ts';
import { inTransaction } from './transaction.ts';

/** Copies all that was kept meanwhile into a database that can be written again. Throws what a disk can do. */
export function carryOverAll(from: DatabaseSync, to: DatabaseSync): void {
  for (const part of backwards) inTransaction(to, () => part.carryOver(from, to));
}

// Stretches first: until when somebody watched is read from the series that stand there.
const backwards = historyParts.toReversed();

/** Copies what can still be read of a broken file into a new one; what cannot is passed over. Gives how many parts were saved whole. */
export function salvage(brokenFile: string, to: DatabaseSync, log: (text: string) => void): void {
  attempt(log, () => {
    const from = openReadOnly(brokenFile, true);
    if (from === null) return;
    const parts = [
      { carryOver: () => identityRows(from).forEach((row) => putIdentity(to, row)) },
      { carryOver: () => keptRowsOfAll(from).forEach(({ cluster, ...row }) => putKeptRow(to, cluster, row)) },
      ...backwards,
    ];
    for (const part of parts) attempt(log, () => inTransaction(to, () => part.carryOver(from, to)));
    from.close();
  });
}

function attempt(log: (text: string) => void, act: () => void): void {
  try {
    act();
  } catch (error) {
    log(`a part of the broken history cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
