import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './database-file.ts';
import { isBroken, reasonOf } from './disk-problem.ts';
import { salvage } from './salvage.ts';
import { databaseFile, noteSaved, setAside } from './set-aside.ts';

/** What opening needs. `now` is epoch ms. */
export interface OpenParts {
  directory: string;
  log: (text: string) => void;
  now: () => number;
}

/** An open file, or why there is none in words that follow "history is not kept: ". */
export type OpenOutcome = { database: DatabaseSync } | { reason: string };

/** Opens the history of a directory that is ours; one that is broken is set aside and a new one begun. Never throws for what a disk can do. */
export function openHistory(parts: OpenParts): OpenOutcome {
  try {
    const opened = openDatabase(parts.directory);
    return 'refusal' in opened ? { reason: opened.refusal } : opened;
  } catch (error) {
    return isBroken(error) ? beginAnew(parts) : { reason: reasonOf(error, parts.directory) };
  }
}

/** Sets the file aside and begins a new one with what can still be read of it. */
export function beginAnew({ directory, log, now }: OpenParts): OpenOutcome {
  try {
    const aside = setAside(directory, 'broken', now());
    log(`${databaseFile(directory)} is broken: it was moved to ${aside} and a new history begun`);
    const opened = openDatabase(directory);
    if ('refusal' in opened) return { reason: opened.refusal };
    const saved = salvage(aside, opened.database, log);
    log(`of the broken history: ${saved}`);
    noteSaved(aside, saved, log);
    return opened;
  } catch (error) {
    return { reason: reasonOf(error, directory) };
  }
}
