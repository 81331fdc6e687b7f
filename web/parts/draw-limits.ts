import type { Chart } from 'chart.js';

import type { ChartLook } from './charting.ts';
import type { Limit } from './value-axis.ts';

/** A line for each limit: dots for a warning, dashes for failing, so that no colour stands alone. Their words stand above the chart. */
export function drawLimits({ ctx, scales, chartArea }: Chart<'line'>, limits: readonly Limit[], look: ChartLook): void {
  const { y } = scales;
  if (y === undefined) return;
  ctx.save();
  ctx.lineWidth = Math.max(1, look.size * 0.1);
  for (const { level, value } of limits) {
    const height = y.getPixelForValue(value);
    ctx.strokeStyle = level === 'bad' ? look.bad : look.warn;
    ctx.setLineDash(level === 'bad' ? [look.size * 0.7, look.size * 0.35] : [look.size * 0.2, look.size * 0.3]);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, height);
    ctx.lineTo(chartArea.right, height);
    ctx.stroke();
  }
  ctx.restore();
}
