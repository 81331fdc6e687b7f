/** Something that is asked again and again. */
export interface SteadyAsking {
  /** At once; many calls together ask once. */
  askNow(): void;
  stop(): void;
}

/** Calls `ask` now, every `everyMs`, and when somebody wants it, but then not within `pauseMs` of the last time. All in ms. */
export function askSteadily(ask: () => Promise<void>, everyMs: number, pauseMs: number): SteadyAsking {
  let askedAt = 0;
  let soon: NodeJS.Timeout | null = null;
  let stopped = false;

  function askOnce(): void {
    askedAt = performance.now();
    void ask();
  }

  askOnce();
  const every = setInterval(askOnce, everyMs);
  every.unref();
  return {
    askNow() {
      if (soon !== null || stopped) return;
      const ripe = () => {
        soon = null;
        askOnce();
      };
      soon = setTimeout(ripe, Math.max(0, pauseMs - (performance.now() - askedAt)));
      soon.unref();
    },
    stop() {
      stopped = true;
      clearInterval(every);
      if (soon !== null) clearTimeout(soon);
    },
  };
}
