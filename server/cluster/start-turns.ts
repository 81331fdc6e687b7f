/** Lets only a few initial lists run at a time: the peak of memory would else be the sum of all. */
export interface StartTurns {
  /** Waits for a turn; the returned function gives it back (once, further calls do nothing). Resolves at once when aborted. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** `atOnce` turns. */
export function startTurns(atOnce: number): StartTurns {
  let free = atOnce;
  const waiting = new Set<() => void>();

  function giveBack(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }

  function once(): () => void {
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  }

  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(() => undefined);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once());
      }
      return new Promise((resolve) => {
        const stop = (): void => {
          waiting.delete(go);
          resolve(() => undefined);
        };
        const go = (): void => {
          waiting.delete(go);
          signal.removeEventListener('abort', stop);
          resolve(once());
        };
        waiting.add(go);
        signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
