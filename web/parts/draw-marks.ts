import type { Chart } from 'chart.js';

import { formatClock } from '#shared/format.ts';
import type { Charting, ChartLook } from './charting.ts';
import type { Mark } from './moment-marks.ts';

const dayMs = 86_400_000;
/** Longer texts than these are read with the cursor, and what follows their first clause. */
const mostLetters = 40;

/** A thin line for each moment, and above the lines as many of their texts as have room: what the page speaks of first, then the latest. */
export function drawMarks(chart: Chart<'line'>, { marks, from, to, timeZone }: Charting, look: ChartLook): void {
  const { ctx, scales, chartArea } = chart;
  const { x } = scales;
  if (x === undefined) return;
  const within = marks.filter(({ at }) => at >= from && at <= to);
  const ranked = within.toReversed().toSorted((a, b) => Number(b.here ?? false) - Number(a.here ?? false));
  const words = ({ at, text }: Mark) => markWords(to - from <= dayMs ? `${formatClock(at, timeZone)} ${text}` : text);
  ctx.save();
  ctx.font = `${look.size}px ${look.family}`;
  ctx.textBaseline = 'bottom';
  for (const mark of within) drawLine(ctx, x.getPixelForValue(mark.at), chartArea, mark, look);
  const taken: { left: number; right: number }[] = [];
  for (const mark of ranked) {
    const [width, place] = [ctx.measureText(words(mark)).width, x.getPixelForValue(mark.at)];
    const left = Math.min(Math.max(place - width / 2, chartArea.left), chart.width - width);
    const right = left + width;
    const room = left >= 0 && taken.every((other) => right + look.size < other.left || left > other.right + look.size);
    if (!room) continue;
    taken.push({ left, right });
    ctx.fillStyle = mark.here ? colourOf(mark, look) : look.words;
    ctx.fillText(words(mark), left, chartArea.top - look.size * 0.35);
  }
  ctx.restore();
}

/** What stands above a line: "the wall started" of "the wall started; nobody had watched since 14:10". */
export function markWords(text: string): string {
  if (text.length <= mostLetters) return text;
  const [first = ''] = text.split('; ');
  return first.length <= mostLetters ? first : `${first.slice(0, mostLetters - 1)}…`;
}

function drawLine(
  ctx: CanvasRenderingContext2D,
  x: number,
  { top, bottom }: { top: number; bottom: number },
  mark: Mark,
  look: ChartLook,
): void {
  const size = look.size * 0.25;
  ctx.strokeStyle = ctx.fillStyle = colourOf(mark, look);
  ctx.lineWidth = mark.here ? Math.max(2, look.size * 0.12) : 1;
  ctx.setLineDash(mark.here ? [] : [size, size]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  // A foot and a head to find a thin line by.
  ctx.beginPath();
  ctx.moveTo(x - size, top - size);
  ctx.lineTo(x + size, top - size);
  ctx.lineTo(x, top + size);
  ctx.fill();
}

function colourOf({ level, here }: Mark, look: ChartLook): string {
  if (here !== true) return look.mark;
  return level === 'bad' ? look.bad : level === 'warn' ? look.warn : look.mark;
}
