/** Sets a timer and returns how to clear it. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

/** Whatever the demo does later, on one timer for all. Tasks due at the same moment run in the order they were set. */
export interface Schedule {
  /** Epoch ms. */
  now(): number;
  /** Once, after a delay. Returns how to take it back. */
  after(delayMs: number, run: () => void): () => void;
  /** Again and again; what was slept through is not made up for. Returns how to end it. */
  every(periodMs: number, firstMs: number, run: () => void): () => void;
  /** Forgets all tasks and clears the timer; nothing runs any more. */
  stop(): void;
}

interface Task {
  at: number;
  run: () => void;
}

// Node's timers fire at once if they are set for longer than this.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Timers of the process that do not keep it alive. */
export const processTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};

export function createSchedule(clock: () => number, setTimer: SetTimer): Schedule {
  const tasks: Task[] = [];
  let clearTimer: (() => void) | null = null;
  let armedFor = Infinity;
  let stopped = false;

  function add(task: Task): () => void {
    if (stopped) return () => {};
    let place = tasks.length;
    while (place > 0 && (tasks[place - 1]?.at ?? 0) > task.at) place -= 1;
    tasks.splice(place, 0, task);
    arm();
    return () => {
      const found = tasks.indexOf(task);
      if (found >= 0) tasks.splice(found, 1);
    };
  }

  function arm(): void {
    const first = tasks[0];
    if (!first || first.at >= armedFor) return;
    clearTimer?.();
    armedFor = first.at;
    clearTimer = setTimer(fire, Math.min(Math.max(first.at - clock(), 0), LONGEST_TIMER_MS));
  }

  function fire(): void {
    armedFor = Infinity;
    clearTimer = null;
    const now = clock();
    for (let first = tasks[0]; first && first.at <= now && !stopped; first = tasks[0]) {
      tasks.shift();
      first.run();
    }
    arm();
  }

  return {
    now: clock,
    after: (delayMs, run) => add({ at: clock() + Math.max(delayMs, 0), run }),
    every: (periodMs, firstMs, run) => repeat(add, clock, periodMs, firstMs, run),
    stop() {
      stopped = true;
      tasks.length = 0;
      clearTimer?.();
    },
  };
}

/** Adds a task that adds itself again. */
function repeat(
  add: (task: Task) => () => void,
  clock: () => number,
  periodMs: number,
  firstMs: number,
  run: () => void,
) {
  let ended = false;
  let takeBack = () => {};
  const round = (at: number) => {
    takeBack = add({
      at,
      run() {
        run();
        if (!ended) round(nextRound(at, periodMs, clock()));
      },
    });
  };
  round(clock() + firstMs);
  return () => {
    ended = true;
    takeBack();
  };
}

/** The next round that is still to come, in step with the earlier ones. */
function nextRound(at: number, periodMs: number, now: number): number {
  const missed = Math.max(0, Math.floor((now - at) / periodMs));
  return at + (missed + 1) * periodMs;
}
