import type { Fate } from './fate.ts';
import type { Action, Scenario, Step } from './scenario.ts';

/** As long as other faults stay, ms. */
export const FAULT_MS = 180_000;
// What was missing for 2 min must be there for 2 min before the wall believes it.
const CALM_MS = 240_000;

/** A scenario that begins at once, stays for a while and is over, again and again. */
export function story(
  name: string,
  title: string,
  about: string,
  begins: readonly Action[],
  ends: readonly Action[],
): Scenario {
  return told(name, title, about, [...atOnce(0, begins), ...atOnce(FAULT_MS, ends)]);
}

/** A scenario of these steps, again and again. */
export function told(name: string, title: string, about: string, steps: readonly Step[]): Scenario {
  return { name, title, about, steps, againAfterMs: CALM_MS };
}

/** Several things at once, so long after the step before. */
export function atOnce(afterMs: number, actions: readonly Action[]): Step[] {
  return actions.map((action, index) => ({ afterMs: index === 0 ? afterMs : 0, do: action }));
}

/** Something befalls the pods of a workload as it is. */
export function fault(workload: string, fate: Fate): Action {
  return { action: 'workloadFails', workload, fate };
}
