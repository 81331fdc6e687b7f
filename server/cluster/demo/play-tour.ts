import { pause, playScenario, type Play } from './play-scenario.ts';
import type { Random } from './random.ts';
import type { Scenario, Stage } from './scenario.ts';

/** How a tour is played. */
export interface TourPlay extends Play {
  /** How long it is calm between two stops is drawn from it. */
  random: Random;
  /** Told with each stop when it begins, and with null when it is calm again. */
  shows: (stop: Scenario | null) => void;
}

// What was missing for 2 min must be there for 2 min before the wall believes it: then it is green for a while.
const CALM_MS = { low: 150_000, high: 200_000 };

/** Plays one stop after the other, calm between them, and begins anew until the signal aborts. Rejects if the stage cannot do a step. */
export async function playTour(stage: Stage, stops: readonly Scenario[], play: TourPlay): Promise<void> {
  const { calmMs, ...how } = play;
  await pause(play, calmMs ?? 0);
  while (stops.length > 0 && !play.signal.aborted) {
    for (const { againAfterMs: _once, ...stop } of stops) {
      if (play.signal.aborted) return;
      play.shows(stop);
      await playScenario(stage, stop, how);
      if (play.signal.aborted) return;
      play.shows(null);
      await pause(play, play.random.between(CALM_MS.low, CALM_MS.high));
    }
  }
}
