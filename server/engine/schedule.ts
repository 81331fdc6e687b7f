/** Timers, so that tests can be the time. Each returns the way to cancel. */
export interface Schedule {
  later(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
}

/** Real timers that do not keep the process alive. */
export const realSchedule: Schedule = {
  later(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};
