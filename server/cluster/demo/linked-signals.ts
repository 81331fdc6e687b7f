/** One signal for each request that aborts with the request's own or when all are ended. */
export interface LinkedSignals {
  /** `release` is to be called when the request is over. */
  link(own: AbortSignal): { signal: AbortSignal; release: () => void };
  abortAll(): void;
}

/** By hand, since `AbortSignal.any` on a signal that lives as long as the process has leaked before. */
export function createLinkedSignals(): LinkedSignals {
  const live = new Set<AbortController>();
  let ended = false;
  return {
    link(own) {
      const control = new AbortController();
      const abort = () => control.abort();
      if (own.aborted || ended) abort();
      live.add(control);
      own.addEventListener('abort', abort, { once: true });
      const release = () => {
        live.delete(control);
        own.removeEventListener('abort', abort);
      };
      return { signal: control.signal, release };
    },
    abortAll() {
      ended = true;
      for (const control of live) control.abort();
    },
  };
}
