/** A level that can count: a verdict's, without `unknown`. */
export type KnownLevel = 'ok' | 'notice' | 'warn' | 'bad';

const order: readonly KnownLevel[] = ['ok', 'notice', 'warn', 'bad'];

/**
 * A level held against flapping: what counts now, and for each boundary (ok|notice, notice|warn, warn|bad) how long
 * (ms) the verdicts have stood on the other side of it, -1 if they do not.
 */
export interface Hold {
  counted: KnownLevel;
  otherSideMs: readonly [number, number, number];
}

/** How long (ms) verdicts must be worse before that counts, and how long milder before it counts no longer. */
export interface HoldingTimes {
  forMs: number;
  calmsMs: number;
}

/** Nothing counts and nothing is waiting. */
export const restingHold: Hold = { counted: 'ok', otherSideMs: [-1, -1, -1] };

/** A hold at a level that counted before (restored, or counted at once because it explains what counts). */
export function heldAt(counted: KnownLevel): Hold {
  return { counted, otherSideMs: [-1, -1, -1] };
}

/**
 * The hold after a verdict of `level`. Each boundary is held on its own, so that a level counts once verdicts have
 * been that bad, or worse, for `forMs`, and counts no longer once they have been milder for `calmsMs`. `heldMs` is the time since the last verdict in which the level was known;
 * `creditMs` is how long it has been so by the object's own time.
 */
export function holdOn(
  hold: Hold,
  level: KnownLevel,
  heldMs: number,
  { forMs, calmsMs }: HoldingTimes,
  creditMs = 0,
): Hold {
  const counted = order.indexOf(hold.counted);
  const now = order.indexOf(level);
  if (counted === now && hold.otherSideMs.every((ms) => ms < 0)) return hold;
  const waited = hold.otherSideMs.map((ms, i) => {
    const other = i < counted !== i < now;
    if (!other) return -1;
    return ms < 0 ? creditMs : ms + heldMs;
  }) as [number, number, number];
  const reached = reachedLevel(waited, counted, now, now > counted ? forMs : calmsMs);
  return {
    counted: order[reached] ?? level,
    otherSideMs: waited.map((ms, i) => (i < reached === i < now ? -1 : ms)) as [number, number, number],
  };
}

function reachedLevel(waited: readonly number[], counted: number, now: number, ripeMs: number): number {
  const ripe = (boundary: number) => (waited[boundary] ?? -1) >= ripeMs;
  let reached = counted;
  if (now > counted) {
    for (let boundary = counted; boundary < now; boundary += 1) if (ripe(boundary)) reached = boundary + 1;
  } else {
    for (let boundary = counted - 1; boundary >= now; boundary -= 1) if (ripe(boundary)) reached = boundary;
  }
  return reached;
}

/** True if the verdicts stand elsewhere than what counts, and may come to count. */
export function isWaiting(hold: Hold): boolean {
  return hold.otherSideMs.some((ms) => ms >= 0);
}
