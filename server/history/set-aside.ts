import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const mostFiles = 2;
/** What SQLite keeps beside a database. */
const beside = ['', '-wal', '-shm'];

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
    for (const end of beside) rmSync(join(directory, name + end), { force: true });
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
