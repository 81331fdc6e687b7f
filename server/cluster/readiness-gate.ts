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
  /** Resolves when it is open, or closed for another reason than now, or when the signal aborts. Never rejects. */
  whenNews(signal: AbortSignal): Promise<void>;
  /**
   * When the newest asking at the door began if an API server answered it (monotonic ms); -Infinity if somebody else did,
   * or nobody.
   */
  readonly apiAskedAt: number;
  /** How often the API was found well again although the gate had stayed open (it had turned us away, or refused us all). */
  readonly eases: number;
  /** Called by the door probe only: it is well again, and who waits since it turned us away need wait no longer. */
  ease(): void;
  /** Called by the door probe only. Whoever does not say when an API server was asked means now, if it is open. */
  set(open: boolean, reason: string, apiAskedAt?: number): void;
}

/** A gate that is closed until the door has been asked for the first time. */
export function createReadinessGate(): ReadinessGate {
  let open = false;
  let reason = 'the API has not been asked yet';
  let apiAskedAt = -Infinity;
  let eases = 0;
  const waiting = new Set<() => void>();
  const waitingForNews = new Set<() => void>();
  return {
    get open() {
      return open;
    },
    get reason() {
      return reason;
    },
    get apiAskedAt() {
      return apiAskedAt;
    },
    get eases() {
      return eases;
    },
    ease() {
      eases += 1;
    },
    whenOpen: (signal) => (open ? Promise.resolve() : waitAmong(waiting, signal)),
    whenNews: (signal) => (open ? Promise.resolve() : waitAmong(waitingForNews, signal)),
    set(nowOpen, why, askedAt = nowOpen ? performance.now() : -Infinity) {
      const isNews = nowOpen || why !== reason;
      open = nowOpen;
      reason = nowOpen ? '' : why;
      apiAskedAt = askedAt;
      if (open) for (const done of [...waiting]) done();
      if (isNews) for (const done of [...waitingForNews]) done();
    },
  };
}

function waitAmong(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    waiting.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
