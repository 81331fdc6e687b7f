/** Who wants to know when a connection shows life. */
export interface LifeSigns {
  /** Epoch ms of the last sign. */
  readonly at: number;
  show(): void;
  /** Calls back at once with the last sign, then with every new one; returns the way to stop. */
  listen(listener: (at: number) => void): () => void;
  /** Nobody is called any more. */
  end(): void;
}

/** Signs of life of one connection, the first of them now. */
export function lifeSigns(clock: () => number): LifeSigns {
  const listeners = new Set<(at: number) => void>();
  let at = clock();
  return {
    get at() {
      return at;
    },
    show() {
      at = clock();
      for (const listener of listeners) listener(at);
    },
    listen(listener) {
      listeners.add(listener);
      listener(at);
      return () => listeners.delete(listener);
    },
    end: () => listeners.clear(),
  };
}
