import type { Chart } from 'chart.js';

import type { Bar, Barring } from './bar-rows.ts';
import type { BarsLook } from './bars-look.ts';
import { cutInMiddle } from './cut-in-middle.ts';
import { glyphStrokes } from './glyph-strokes.ts';

/** The part of a chart that measuring needs. */
type Drawn = Pick<Chart<'bar'>, 'ctx' | 'width'>;

/** So much of the width names may take at most: the rest is what they are compared by. */
const namesPart = 0.42;
/** In less room than this, in letters, a name stands above its bar: beside it neither could be read. */
const narrowLetters = 32;
/** How far above the middle of its bar, in letters. */
const aboveLetters = 0.85;
/** A glyph and the gap behind it, in letters. */
const glyphLetters = 1.5;
/** The gap between names, bars and figures, in letters. */
const gapLetters = 0.7;
const glyphSquare = 24;

/** True where names and figures stand above their bars. */
export function isNarrow({ width }: Pick<Drawn, 'width'>, look: BarsLook): boolean {
  return width < narrowLetters * look.size;
}

/** The room that the names take beside the bars, px. */
export function namesWidth(chart: Drawn, { bars }: Barring, look: BarsLook): number {
  if (isNarrow(chart, look)) return 0;
  const most = chart.width * namesPart;
  const wanted = Math.max(0, ...bars.map(({ name }) => widthIn(chart, look)(name)));
  return Math.min(most, wanted + (glyphLetters + gapLetters) * look.size);
}

/** The room that the figures take, px; what has ended has the room of its bar as well. */
export function wordsWidth(chart: Drawn, { bars }: Barring, look: BarsLook): number {
  if (isNarrow(chart, look)) return 0;
  const running = bars.filter(({ ended }) => !ended);
  const wanted = Math.max(0, ...running.map(({ words }) => widthIn(chart, look)(words)));
  return Math.ceil(wanted + gapLetters * look.size);
}

/** Draws what is said of each bar beside it. */
export function drawBarWords(chart: Chart<'bar'>, barring: Barring, look: BarsLook): void {
  const { ctx } = chart;
  const widthOf = widthIn(chart, look);
  const narrow = isNarrow(chart, look);
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.direction = 'ltr';
  chart.getDatasetMeta(0).data.forEach((element, i) => {
    const bar = barring.bars[i];
    if (bar === undefined) return;
    const { x } = element;
    const y = narrow ? element.y - aboveLetters * look.size : element.y;
    const end = narrow ? chart.width - widthOf(bar.words) : chart.chartArea.left;
    drawGlyph(ctx, bar, y, look);
    ctx.fillStyle = look.names;
    ctx.textAlign = 'left';
    ctx.fillText(
      cutInMiddle(bar.name, end - (glyphLetters + gapLetters) * look.size, widthOf),
      glyphLetters * look.size,
      y,
    );
    ctx.fillStyle = bar.ended ? look.levels.bad : look.names;
    ctx.textAlign = 'right';
    ctx.fillText(bar.words, chart.width, y);
    if (bar.longer) drawCut(ctx, x, element.y, look);
  });
  ctx.restore();
}

function widthIn({ ctx }: Drawn, look: BarsLook): (text: string) => number {
  ctx.font = `${look.size}px ${look.family}`;
  return (text) => ctx.measureText(text).width;
}

/** Glyph and colour say the same. */
function drawGlyph(ctx: CanvasRenderingContext2D, { level }: Bar, y: number, look: BarsLook): void {
  ctx.save();
  ctx.translate(0, y - look.size / 2);
  ctx.scale(look.size / glyphSquare, look.size / glyphSquare);
  ctx.lineWidth = 3.6;
  ctx.lineCap = ctx.lineJoin = 'round';
  ctx.strokeStyle = look.levels[level];
  ctx.stroke(new Path2D(glyphStrokes[level]));
  ctx.restore();
}

/** Two slits through the end of a bar that is longer than is drawn. */
function drawCut(ctx: CanvasRenderingContext2D, end: number, y: number, look: BarsLook): void {
  const { size } = look;
  ctx.save();
  ctx.strokeStyle = look.ground;
  ctx.lineWidth = size * 0.22;
  ctx.beginPath();
  for (const back of [1, 1.6]) {
    ctx.moveTo(end - back * size - size * 0.2, y + size * 0.6);
    ctx.lineTo(end - back * size + size * 0.2, y - size * 0.6);
  }
  ctx.stroke();
  ctx.restore();
}
