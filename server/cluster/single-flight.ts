/** Something that runs once for all who want it meanwhile. */
export interface SingleFlight<T> {
  readonly busy: boolean;
  /** The running one, or a new one. */
  run(): Promise<T>;
  /** Whoever asks from now on gets a new one; the running one goes on for those who wait for it. */
  forget(): void;
}

/** Runs `work` at most once at a time. */
export function singleFlight<T>(work: () => Promise<T>): SingleFlight<T> {
  let running: Promise<T> | null = null;
  return {
    get busy() {
      return running !== null;
    },
    run() {
      if (running !== null) return running;
      const mine = work().finally(() => {
        if (running === mine) running = null;
      });
      running = mine;
      return mine;
    },
    forget() {
      running = null;
    },
  };
}
