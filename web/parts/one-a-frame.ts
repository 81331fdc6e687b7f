import { afterPaint } from './after-paint.ts';

const waiting: (() => void)[] = [];
let busy = false;

/**
 * Draws at once if nothing else was drawn in this frame, else in the first frame that is free: on a slow machine the first of
 * many charts is seen while the others are made. Returns the way to take it back.
 */
export function oneAFrame(draw: () => void): () => void {
  waiting.push(draw);
  if (!busy) next();
  return () => {
    const place = waiting.indexOf(draw);
    if (place >= 0) waiting.splice(place, 1);
  };
}

function next(): void {
  const draw = waiting.shift();
  busy = draw !== undefined;
  if (draw === undefined) return;
  // What was drawn is seen first.
  afterPaint(next);
  draw();
}
