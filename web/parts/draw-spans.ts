import type { Chart } from 'chart.js';

import type { Charting, ChartLook } from './charting.ts';

/** A minute of a month is still to be seen. */
const leastPx = 3;
/** Behind the line, so that what was measured meanwhile stays readable. */
const shade = 0.16;

/** Shades the time in which something was wrong, with a bar at its foot: high where it was failing, low where it was a warning. */
export function drawSpans(
  { ctx, scales, chartArea: { left, right, top, bottom } }: Chart<'line'>,
  { spans, to: end }: Charting,
  look: ChartLook,
): void {
  const { x } = scales;
  if (x === undefined) return;
  ctx.save();
  for (const { from, to, level } of spans) {
    const begin = Math.max(left, x.getPixelForValue(from));
    const width = Math.max(leastPx, Math.min(right, x.getPixelForValue(to ?? end)) - begin);
    if (begin > right || begin + width < left || (to !== null && x.getPixelForValue(to) < left)) continue;
    ctx.fillStyle = level === 'bad' ? look.bad : look.warn;
    ctx.globalAlpha = shade;
    ctx.fillRect(begin, top, width, bottom - top);
    ctx.globalAlpha = 1;
    const high = look.size * (level === 'bad' ? 0.45 : 0.2);
    ctx.fillRect(begin, bottom - high, width, high);
  }
  ctx.restore();
}
