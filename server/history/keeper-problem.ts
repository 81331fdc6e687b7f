/** SQLite's own code of an error (13 = full), 0 if it is none of SQLite's. */
function sqliteCode(error: unknown): number {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}

/** True if the file itself is damaged or no database at all. */
export function isBroken(error: unknown): boolean {
  return [11, 26].includes(sqliteCode(error));
}

/** True if the file must be opened anew before it can be written again. */
export function needsReopening(error: unknown): boolean {
  return ![5, 13].includes(sqliteCode(error));
}

/** Why the directory cannot be used, in words that follow "history is not kept: ". Throws what no disk can cause. */
export function reasonOf(error: unknown, directory: string): string {
  const bySqlite = sqliteReasons[sqliteCode(error)];
  if (bySqlite !== undefined) return bySqlite(directory);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const reason = systemReasons[code];
  return reason === undefined ? `${directory} cannot be used (${message})` : reason(directory);
}

const readOnly = (directory: string) => `${directory} is read-only`;
const full = (directory: string) => `no space is left on the disk of ${directory}`;
const notAllowed = (directory: string) => `${directory} may not be written (permission denied)`;

const sqliteReasons: Record<number, (directory: string) => string> = {
  5: (directory) => `another clusterwall keeps its history in ${directory}`,
  8: readOnly,
  10: (directory) => `the disk of ${directory} answers with errors`,
  11: (directory) => `the file in ${directory} is broken`,
  13: full,
  14: (directory) => `the file in ${directory} cannot be opened for writing`,
  26: (directory) => `the file in ${directory} is broken`,
};

const systemReasons: Record<string, (directory: string) => string> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: readOnly,
  ENOSPC: full,
  EDQUOT: full,
  EEXIST: (directory) => `${directory} is not a directory`,
  ENOTDIR: (directory) => `a part of the path ${directory} is not a directory`,
  EIO: (directory) => `the disk of ${directory} answers with errors`,
};
