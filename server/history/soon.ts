/** Runs something once, a little after it was first asked for. */
export interface Soon {
  ask(): void;
  cancel(): void;
}

/** Whatever comes within `delayMs` (default: a second) goes into one run. Does not keep the process alive. */
export function createSoon(run: () => void, delayMs = 1_000): Soon {
  let timer: NodeJS.Timeout | null = null;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = null;
        run();
      }, delayMs).unref();
    },
    cancel() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
