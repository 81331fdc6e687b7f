import type { Chart } from 'chart.js';

import type { HistoryPoint } from '#shared/history.ts';
import type { Charting, ChartLook } from './charting.ts';

/** Indices of points, `to` included. */
interface Run {
  from: number;
  to: number;
}

/** Fills the room between minimum and maximum where they differ. */
export function drawBand({ ctx, scales }: Chart<'line'>, points: readonly HistoryPoint[], look: ChartLook): void {
  const { x, y } = scales;
  if (x === undefined || y === undefined) return;
  ctx.save();
  ctx.fillStyle = look.band;
  const line = (part: 1 | 3, index: number) => {
    const point = points[index]!;
    ctx.lineTo(x.getPixelForValue(point[0]), y.getPixelForValue(point[part] ?? point[2] ?? 0));
  };
  for (const { from, to } of runsOf(points, measured)) {
    if (points.slice(from, to + 1).every(([, min, , max]) => min === max)) continue;
    ctx.beginPath();
    for (let i = from; i <= to; i += 1) line(3, i);
    for (let i = to; i >= from; i -= 1) line(1, i);
    ctx.fill();
  }
  ctx.restore();
}

/** A value between two gaps has no line to be seen by: it gets a dot. */
export function drawLonely({ ctx, scales }: Chart<'line'>, points: readonly HistoryPoint[], look: ChartLook): void {
  const { x, y } = scales;
  if (x === undefined || y === undefined) return;
  ctx.save();
  ctx.fillStyle = look.line;
  for (const { from, to } of runsOf(points, measured)) {
    if (from !== to) continue;
    const [at, , average] = points[from]!;
    ctx.beginPath();
    ctx.arc(x.getPixelForValue(at), y.getPixelForValue(average ?? 0), look.size * 0.2, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** Shades the time between figures in which there are none, and says so where there is room. */
export function drawGaps({ ctx, scales, chartArea }: Chart<'line'>, { points, to }: Charting, look: ChartLook): void {
  const { x } = scales;
  if (x === undefined) return;
  ctx.save();
  ctx.font = `${look.size}px ${look.family}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  const said = 'no figures';
  for (const gap of gapsOf(points)) {
    const [before, after] = [points[gap.from - 1]!, points[gap.to + 1]];
    const [left, right] = [x.getPixelForValue(before[0]), x.getPixelForValue(after?.[0] ?? to)];
    ctx.fillStyle = look.gap;
    ctx.fillRect(left, chartArea.top, right - left, chartArea.bottom - chartArea.top);
    if (ctx.measureText(said).width + look.size > right - left) continue;
    ctx.fillStyle = look.words;
    ctx.fillText(said, (left + right) / 2, chartArea.top + look.size * 0.5);
  }
  ctx.restore();
}

/**
 * Runs of points without a value after the first with one. The last point stands for time that has not gone by: that it is
 * empty is no gap yet.
 */
export function gapsOf(points: readonly HistoryPoint[]): Run[] {
  const runs = runsOf(points, (point) => !measured(point));
  return runs.filter(({ from, to }) => from > 0 && !(from === to && to === points.length - 1));
}

function measured([, , average]: HistoryPoint): boolean {
  return average !== null;
}

function runsOf(points: readonly HistoryPoint[], within: (point: HistoryPoint) => boolean): Run[] {
  const runs: Run[] = [];
  points.forEach((point, i) => {
    if (!within(point)) return;
    const last = runs.at(-1);
    if (last?.to === i - 1) last.to = i;
    else runs.push({ from: i, to: i });
  });
  return runs;
}
