/**
 * Work in pieces of a few milliseconds each: between two of them other things may happen. What it reads must have been
 * frozen when it began.
 */
export type Turn<T = void> = Generator<undefined, T, undefined>;

/** Does all of the work at once. */
export function drain<T>(turn: Turn<T>): T {
  let step = turn.next();
  while (step.done !== true) step = turn.next();
  return step.value;
}
