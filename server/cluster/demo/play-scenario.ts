import type { Scenario, Stage } from './scenario.ts';

/** How a scenario is played. */
export interface Play {
  /** Runs something later and returns how to take it back: real time, or a clock that is moved by hand. */
  after: (delayMs: number, run: () => void) => () => void;
  /** Ends the play; faults stay as they are. */
  signal: AbortSignal;
  /** Calm before the first step, ms. */
  calmMs?: number;
}

/** Plays until its last step is done or the signal aborts. Rejects if the stage cannot do a step. */
export async function playScenario(stage: Stage, scenario: Scenario, play: Play): Promise<void> {
  await pause(play, play.calmMs ?? 0);
  do {
    for (const step of scenario.steps) {
      await pause(play, step.afterMs);
      if (play.signal.aborted) return;
      await stage.apply(step.do);
    }
    if (scenario.againAfterMs !== undefined) await pause(play, scenario.againAfterMs);
  } while (scenario.againAfterMs !== undefined && scenario.steps.length > 0 && !play.signal.aborted);
}

/** Resolves after a time, or at once when the signal aborts. */
export function pause({ after, signal }: Play, delayMs: number): Promise<void> {
  if (signal.aborted || delayMs === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      takeBack();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const takeBack = after(delayMs, done);
    signal.addEventListener('abort', done);
  });
}
