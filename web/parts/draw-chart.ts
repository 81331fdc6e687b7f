import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartOptions,
  type Plugin,
} from 'chart.js';

import type { HistoryPoint } from '#shared/history.ts';
import type { Charting, ChartLook } from './charting.ts';
import { drawBand, drawGaps, drawLonely } from './draw-band.ts';
import { drawLimits } from './draw-limits.ts';
import { drawMarks } from './draw-marks.ts';
import { drawSpans } from './draw-spans.ts';
import { timeTicks } from './time-ticks.ts';
import { valueAxis } from './value-axis.ts';
import { tickWords } from './value-words.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** A chart on the page; `show` replaces what it draws, `end` removes it. */
export interface DrawnChart {
  show(charting: Charting): void;
  /** Draws it in another size, px. */
  fit(width: number, height: number): void;
  /** The place of a time and a value in px of the canvas. */
  place(at: number, value: number): { x: number; y: number };
  /** The time (epoch ms) at a place in px of the canvas. */
  timeAt(x: number): number;
  end(): void;
}

/** So much room a label on the axis of time takes, in letters. */
const labelLetters = 4.2;
/** So much the axis of values takes at least. */
const axisLetters = 4;

/** Draws one series over time, as large as what the canvas stands in. The scale is linear on epoch ms, since the library's scale of times wants an adapter. */
export function drawChart(canvas: HTMLCanvasElement, look: ChartLook, first: Charting): DrawnChart {
  let shown = first;
  // Told here and by `fit`: left to itself the library reads the page's style again and again before it draws.
  const { clientWidth, clientHeight } = canvas.parentElement ?? canvas;
  [canvas.width, canvas.height] = [clientWidth, clientHeight];
  const chart = new Chart(canvas, {
    type: 'line',
    data: {
      datasets: [
        {
          data: lineOf(first),
          borderColor: look.line,
          borderWidth: Math.max(2, look.size * 0.14),
          pointRadius: 0,
          spanGaps: false,
          // Nothing lies beyond the axes, which are made of the same points.
          clip: false,
        },
      ],
    },
    options: optionsOf(look, () => shown),
    plugins: [around(look, () => shown)],
  });
  return {
    show(charting) {
      // The page may have taken the canvas away already; what is nowhere has no size.
      if (charting === shown || !canvas.isConnected) return;
      shown = charting;
      const { x, y } = chart.options.scales!;
      Object.assign(x!, timesOf(charting));
      Object.assign(y!, valuesOf(charting));
      chart.data.datasets[0]!.data = lineOf(charting);
      chart.update('none');
    },
    fit(width, height) {
      const [wide, high] = [Math.floor(width), Math.floor(height)];
      const same = wide === chart.width && high === chart.height && chart.currentDevicePixelRatio === devicePixelRatio;
      if (!same && canvas.isConnected) chart.resize(wide, high);
    },
    place(at, value) {
      const { x, y } = chart.scales;
      return { x: x!.getPixelForValue(at), y: y!.getPixelForValue(value) };
    },
    timeAt: (x) => chart.scales['x']!.getValueForPixel(x) ?? shown.from,
    end: () => chart.destroy(),
  };
}

function lineOf({ points }: Charting): { x: number; y: number }[] {
  return points.map(([at, , average]) => ({ x: at, y: average ?? NaN }));
}

function optionsOf(look: ChartLook, shown: () => Charting): ChartOptions<'line'> {
  const ticks = { color: look.words, font: { family: look.family, size: look.size }, maxRotation: 0 };
  return {
    animation: false,
    responsive: false,
    maintainAspectRatio: false,
    normalized: true,
    parsing: false,
    // The page has its own cursor, for keys and fingers too.
    events: [],
    // What happened is written above the lines.
    layout: { padding: { top: look.size * 1.6, right: look.size } },
    scales: {
      x: {
        type: 'linear',
        ...timesOf(shown()),
        grid: { display: false },
        border: { display: false },
        // The scale knows numbers only; left alone it would mark 14:06 and 19:40.
        afterBuildTicks(scale) {
          const most = Math.max(2, Math.floor(scale.width / (look.size * labelLetters)));
          const ticks = timeTicks(scale.min, scale.max, shown().timeZone, most);
          scale.ticks = ticks.map(({ at, label }) => ({ value: at, label }));
        },
        ticks: { ...ticks, autoSkip: false, callback: (_, i, all) => all[i]?.label ?? '' },
      },
      y: {
        ...valuesOf(shown()),
        grid: { color: look.grid },
        border: { display: false },
        afterBuildTicks: (scale) => (scale.ticks = wholeValues(shown())),
        // Axes of time that stand one above the other begin at the same place.
        afterFit: (scale) => (scale.width = Math.max(scale.width, look.size * axisLetters)),
        ticks: { ...ticks, autoSkip: false, callback: (value) => tickWords(shown().unit, Number(value)) },
      },
    },
  };
}

/** What stands behind and before the line. */
function around(look: ChartLook, shown: () => Charting): Plugin<'line'> {
  return {
    id: 'around',
    beforeDatasetsDraw(chart) {
      const charting = shown();
      drawGaps(chart, charting, look);
      // What fails is often not measured meanwhile: the gap must not hide why.
      drawSpans(chart, charting, look);
      drawBand(chart, charting.points, look);
    },
    afterDatasetsDraw(chart) {
      const charting = shown();
      drawLonely(chart, charting.points, look);
      drawLimits(chart, axisOf(charting).limits, look);
      drawMarks(chart, charting, look);
    },
  };
}

function timesOf({ from, to }: Charting): { min: number; max: number } {
  return { min: from, max: to };
}

function valuesOf(charting: Charting): { min: number; max: number } {
  return { min: 0, max: axisOf(charting).max };
}

function wholeValues(charting: Charting): { value: number }[] {
  const { max, step } = axisOf(charting);
  return Array.from({ length: Math.round(max / step) + 1 }, (_, i) => ({ value: i * step }));
}

function axisOf({ unit, points, limits }: Charting) {
  return valueAxis(unit, highestOf(points), limits);
}

function highestOf(points: readonly HistoryPoint[]): number {
  return points.reduce((highest, [, , average, max]) => Math.max(highest, max ?? average ?? 0), 0);
}
