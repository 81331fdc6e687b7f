import { fileSignature } from './bounded-file.ts';

/** Looks at files again and again. */
export interface WatchedFiles {
  /** From now on these, which stood so when they were read. */
  follow(signatures: ReadonlyMap<string, string>): void;
  stop(): void;
}

/**
 * Calls `changed` as long as a file stands other than it did when it was read; or every time, while `uneasy`. By looking,
 * since events of the file system do not come through network shares and mounted Secrets.
 */
export function watchFiles(everyMs: number, changed: () => Promise<void>, uneasy: () => boolean): WatchedFiles {
  let followed: ReadonlyMap<string, string> = new Map();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  async function look(): Promise<void> {
    const before = followed;
    const now = await Promise.all([...before.keys()].map(fileSignature));
    const differs = [...before.values()].some((signature, i) => signature !== now[i]);
    if (!stopped && before === followed && (differs || uneasy())) await changed();
  }

  function plan(): void {
    if (stopped) return;
    timer = setTimeout(() => void look().finally(plan), everyMs);
    timer.unref();
  }

  plan();
  return {
    follow: (signatures) => (followed = signatures),
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
