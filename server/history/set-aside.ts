import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comesFromDisk } from './disk-problem.ts';

const mostFiles = 2;
/** What SQLite keeps beside a database. */
const beside = ['', '-wal', '-shm'];
/** What could be read of a broken file is told in a file beside it. */
const savedEnd = '.saved';

/** Why a file was set aside: it is broken, or another was put in its place. */
export type AsideReason = 'broken' | 'replaced';

/** A history that was set aside, and when (epoch ms). */
export interface AsideFile {
  name: string;
  at: number;
}

/** The one file of history and memory in the data directory. */
export function databaseFile(directory: string): string {
  return join(directory, 'clusterwall.db');
}

/**
 * Renames the history of the directory with all that belongs to it, and gives its new path. At most two of each reason are
 * kept: a disk that breaks files breaks more of them, and they must not fill it. Throws what a disk can do.
 */
export function setAside(directory: string, reason: AsideReason, now: number): string {
  const file = databaseFile(directory);
  const aside = `${file}.${reason}-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  for (const end of beside) if (existsSync(file + end)) renameSync(file + end, aside + end);
  for (const { name } of asideFiles(directory, reason).slice(0, -mostFiles)) {
    for (const end of [...beside, savedEnd]) rmSync(join(directory, name + end), { force: true });
  }
  return aside;
}

/** The files that were set aside, oldest first. Throws what a disk can do. */
export function asideFiles(directory: string, reason: AsideReason): AsideFile[] {
  const pattern = new RegExp(`^clusterwall\\.db\\.${reason}-(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z$`);
  return readdirSync(directory)
    .toSorted()
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second] = (pattern.exec(name) ?? []).map(Number);
      if (second === undefined) return [];
      return [{ name, at: Date.UTC(year!, month! - 1, day, hour, minute, second) }];
    });
}

/** Notes a sentence about what could be read of a file that was set aside, for as long as that stays; only logs what a disk can do. */
export function noteSaved(aside: string, saved: string, log: (text: string) => void): void {
  try {
    writeFileSync(aside + savedEnd, `${saved}\n`);
  } catch (error) {
    if (!comesFromDisk(error)) throw error;
    log(`${aside}${savedEnd} cannot be written: ${String(error)}`);
  }
}

/** That sentence; null if there is none, as of older files. Throws what a disk can do. */
export function savedOf(directory: string, name: string): string | null {
  const file = join(directory, name + savedEnd);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().slice(0, 500) : null;
}
