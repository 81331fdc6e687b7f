import type { Chart } from 'chart.js';

import type { SeriesUnit } from '#shared/history.ts';
import type { ChartLook } from './charting.ts';
import type { Limit } from './value-axis.ts';
import { limitWords } from './value-words.ts';

/** A line for each limit with its words: dots for a warning, dashes for failing, so that no colour stands alone. */
export function drawLimits(
  { ctx, scales, chartArea }: Chart<'line'>,
  limits: readonly Limit[],
  unit: SeriesUnit,
  look: ChartLook,
): void {
  const { y } = scales;
  if (y === undefined) return;
  ctx.save();
  ctx.font = `${look.size}px ${look.family}`;
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = Math.max(1, look.size * 0.1);
  for (const limit of limits) {
    const [height, words] = [y.getPixelForValue(limit.value), limitWords(unit, limit)];
    ctx.strokeStyle = ctx.fillStyle = limit.level === 'bad' ? look.bad : look.warn;
    ctx.setLineDash(limit.level === 'bad' ? [look.size * 0.7, look.size * 0.35] : [look.size * 0.2, look.size * 0.3]);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, height);
    ctx.lineTo(chartArea.right, height);
    ctx.stroke();
    // At different ends, since they may stand close one above the other.
    const margin = look.size * 0.4;
    const left =
      limit.level === 'bad' ? chartArea.left + margin : chartArea.right - margin - ctx.measureText(words).width;
    onGround(ctx, words, left, height - look.size * 0.1, look);
  }
  ctx.restore();
}

/** Words that can be read across lines behind them. */
export function onGround(ctx: CanvasRenderingContext2D, words: string, x: number, y: number, look: ChartLook): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = look.ground;
  ctx.lineWidth = look.size * 0.35;
  ctx.lineJoin = 'round';
  ctx.strokeText(words, x, y);
  ctx.restore();
  ctx.fillText(words, x, y);
}
