/**
 * The one gate at which all list-watches wait while the API is blind, so that they do not each hammer it. The door
 * probe opens and closes it.
 */
export interface ReadinessGate {
  readonly open: boolean;
  /** Why it is closed, "" while open. */
  readonly reason: string;
  /** Resolves when it is open (at once if it is), or when the signal aborts. Never rejects. */
  whenOpen(signal: AbortSignal): Promise<void>;
  /** Called by the door probe only. */
  set(open: boolean, reason: string): void;
}

/** A gate that is closed until the door has been asked for the first time. */
export function createReadinessGate(): ReadinessGate {
  let open = false;
  let reason = 'the API has not been asked yet';
  const waiting = new Set<() => void>();
  return {
    get open() {
      return open;
    },
    get reason() {
      return reason;
    },
    whenOpen(signal) {
      if (open || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener('abort', done, { once: true });
      });
    },
    set(nowOpen, why) {
      open = nowOpen;
      reason = nowOpen ? '' : why;
      if (open) for (const done of [...waiting]) done();
    },
  };
}
