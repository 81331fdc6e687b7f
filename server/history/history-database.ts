import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { createBallast, type Ballast } from './ballast.ts';
import { carryOverAll } from './carry-over.ts';
import type { HistoryAccess } from './database-access.ts';
import { mayWriteIn, openReadOnly, prepareDirectory } from './database-file.ts';
import { pragma } from './database-schema.ts';
import { lockDirectory, type DirectoryLock } from './directory-lock.ts';
import { comesFromDisk, isBroken, isFull, isRefusal, reasonOf, takenBy } from './disk-problem.ts';
import { makeRoom } from './make-room.ts';
import { keepSmall, openMemoryDatabase } from './memory-database.ts';
import { inTransaction } from './transaction.ts';
import { beginAnew, openHistory, type OpenOutcome, type OpenParts } from './open-history.ts';
import { databaseFile } from './set-aside.ts';

/**
 * The database of the history: `clusterwall.db` of the directory, or one in memory while that cannot be used, which is
 * carried over as soon as it can. Throws for mistakes of ours only.
 */
export class HistoryDatabase implements HistoryAccess {
  #parts: OpenParts;
  #ballast: Ballast;
  #lock: DirectoryLock | null = null;
  #file: DatabaseSync | null = null;
  #memory: DatabaseSync | null = null;
  /** The file as it can be read while history goes on in memory. */
  #past: DatabaseSync | null = null;
  /** The one that a transaction runs in. */
  #within: DatabaseSync | null = null;
  #generation = 0;
  #problem = '';
  #roomMadeAt: number | null = null;

  constructor(parts: OpenParts) {
    this.#parts = parts;
    this.#ballast = createBallast(parts.directory);
    this.#open();
  }

  get generation(): number {
    return this.#generation;
  }

  /** "" if the file is written, else why not: "history is not kept: /data is read-only". */
  get problem(): string {
    return this.#problem;
  }

  /** Since when the oldest detail has had to go because the disk is full (epoch ms); null if it has not. */
  get roomMadeAt(): number | null {
    return this.#roomMadeAt;
  }

  read<T>(work: (database: DatabaseSync) => T): T {
    return this.#within === null ? this.#attempt(work) : work(this.#within);
  }

  write(work: (database: DatabaseSync) => void): void {
    if (this.#within !== null) return work(this.#within);
    this.#attempt((database) => {
      this.#within = database;
      try {
        inTransaction(database, work);
      } finally {
        this.#within = null;
      }
    });
  }

  readPast<T>(work: (database: DatabaseSync) => T): T | null {
    if (this.#past === null) return null;
    try {
      return work(this.#past);
    } catch (error) {
      // Of an older file some tables are not there.
      if (!comesFromDisk(error)) throw error;
      return null;
    }
  }

  /** Goes back to the file if it can be used, with what was kept meanwhile; sees to the ballast and to the size of memory. */
  tryAgain(): void {
    const removed = this.#file !== null && !existsSync(databaseFile(this.#parts.directory));
    if (removed) this.#letGo();
    if (this.#file === null) this.#open();
    this.#takeUpBallast();
    if (this.#memory !== null) keepSmall(this.#memory, this.#parts.now());
  }

  /** The file was found broken: it is set aside and a new one begun. */
  replaceBroken(): void {
    if (this.#file === null) return;
    this.#letGo();
    this.#take(beginAnew(this.#parts));
  }

  close(): void {
    this.#letGo();
    this.#closePast();
    this.#closeMemory();
    this.#lock?.release();
    this.#lock = null;
  }

  /** On the file; if that fails on what takes its place: a new file for a broken one, else memory. */
  #attempt<T>(work: (database: DatabaseSync) => T): T {
    for (let round = 0; round < 2 && this.#file !== null; round += 1) {
      const before = this.#file;
      try {
        return work(before);
      } catch (error) {
        if (!comesFromDisk(error)) throw error;
        if (round === 0 && this.#mend(before, error)) continue;
        this.#letGo();
        this.#fail(reasonOf(error, this.#parts.directory));
      }
    }
    return work(this.#inMemory());
  }

  /** True if it is worth another try on the file. */
  #mend(file: DatabaseSync, error: unknown): boolean {
    if (isFull(error, this.#parts.directory)) return this.#makeRoom(file);
    if (isBroken(error) || (isRefusal(error) && !isWhole(file))) this.replaceBroken();
    else return false;
    return this.#file !== null;
  }

  #makeRoom(file: DatabaseSync): boolean {
    const { directory, log, now } = this.#parts;
    if (!this.#ballast.release()) return false;
    if (this.#roomMadeAt === null) log(`no space is left on the disk of ${directory}: the oldest detail is let go`);
    this.#roomMadeAt ??= now();
    try {
      makeRoom(file, now());
    } catch (error) {
      // What the ballast gave back may be enough all the same.
      if (!isFull(error, directory)) throw error;
    }
    return true;
  }

  #takeUpBallast(): void {
    // The log keeps the room that it once took.
    if (this.#file !== null && this.#roomMadeAt !== null)
      this.read((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    if (this.#file !== null && this.#ballast.takeUp()) this.#roomMadeAt = null;
  }

  #open(): void {
    try {
      prepareDirectory(this.#parts.directory);
      this.#lock ??= lockDirectory(this.#parts.directory);
    } catch (error) {
      return this.#fail(reasonOf(error, this.#parts.directory));
    }
    if (this.#lock === null) return this.#fail(takenBy(this.#parts.directory));
    this.#closePast();
    this.#take(openHistory(this.#parts));
  }

  /** Takes an open file up, with all that was kept in memory meanwhile. */
  #take(outcome: OpenOutcome): void {
    if ('reason' in outcome) return this.#fail(outcome.reason);
    try {
      if (this.#memory !== null) carryOverAll(this.#memory, outcome.database);
    } catch (error) {
      outcome.database.close();
      return this.#fail(reasonOf(error, this.#parts.directory));
    }
    this.#closePast();
    this.#closeMemory();
    this.#file = outcome.database;
    this.#generation += 1;
    if (this.#problem !== '') this.#parts.log('history is kept again');
    this.#problem = '';
  }

  #inMemory(): DatabaseSync {
    if (this.#memory === null) this.#generation += 1;
    return (this.#memory ??= openMemoryDatabase());
  }

  #fail(reason: string): void {
    const text = `history is not kept: ${reason}`;
    if (text !== this.#problem) this.#parts.log(text);
    this.#problem = text;
    this.#past ??= this.#openPast();
  }

  #openPast(): DatabaseSync | null {
    const { directory } = this.#parts;
    try {
      return openReadOnly(databaseFile(directory), mayWriteIn(directory));
    } catch (error) {
      if (!comesFromDisk(error)) throw error;
      return null;
    }
  }

  #letGo(): void {
    if (this.#file?.isOpen === true) this.#file.close();
    this.#file = null;
  }

  #closePast(): void {
    this.#past?.close();
    this.#past = null;
  }

  #closeMemory(): void {
    this.#memory?.close();
    this.#memory = null;
  }
}

/** Looks whether the file or what we told it is at fault. */
function isWhole(database: DatabaseSync): boolean {
  try {
    return pragma(database, 'integrity_check(1)') === 'ok';
  } catch (error) {
    if (!comesFromDisk(error)) throw error;
    return false;
  }
}
