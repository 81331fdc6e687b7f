import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeBytes } from './disk-problem.ts';

/** Enough to write down what is let go: SQLite needs room even to delete. */
export const ballastBytes = 1_048_576;

/** So much must be free for it: all would be full again at once. */
const wantedBytes = 1.5 * ballastBytes;

/** A file that only takes up room, to be let go when the disk is full. */
export interface Ballast {
  /** Makes room by it; false if there is none to make. */
  release(): boolean;
  /** Takes it up again where there is room for it and more; true if it is there now or the disk is too small for it. */
  takeUp(): boolean;
}

/** `clusterwall.ballast` in the directory. Nothing here throws for what a disk can do. */
export function createBallast(directory: string): Ballast {
  const file = join(directory, 'clusterwall.ballast');
  let released = false;
  return {
    release() {
      if (!existsSync(file)) return false;
      released = true;
      return attempt(() => rmSync(file));
    },
    takeUp() {
      if (existsSync(file)) return true;
      if (freeBytes(directory) < wantedBytes) return !released;
      // Bytes that no file system can compress away.
      const taken = attempt(() => writeFileSync(file, randomBytes(ballastBytes)));
      if (!taken) attempt(() => rmSync(file, { force: true }));
      if (taken) released = false;
      return taken;
    },
  };
}

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return false;
  }
}
