import { BarController, BarElement, CategoryScale, Chart, LinearScale, type ChartOptions, type Plugin } from 'chart.js';

import type { Barring } from './bar-rows.ts';
import type { BarsLook } from './bars-look.ts';
import { drawBarWords, isNarrow, namesWidth, wordsWidth } from './draw-bar-words.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

/** Bars on the page; `show` replaces what they draw, `end` removes them. */
export interface DrawnBars {
  show(barring: Barring): void;
  /** Draws them in another size, px. */
  fit(width: number, height: number): void;
  end(): void;
}

/** Draws one bar beneath the other, as large as what the canvas stands in. Nothing moves. */
export function drawBars(canvas: HTMLCanvasElement, look: BarsLook, first: Barring): DrawnBars {
  let shown = first;
  // Told here and by `fit`: left to itself the library reads the page's style again and again before it draws.
  const { clientWidth, clientHeight } = canvas.parentElement ?? canvas;
  [canvas.width, canvas.height] = [clientWidth, clientHeight];
  const chart = new Chart(canvas, {
    type: 'bar',
    data: dataOf(first, look, clientWidth),
    options: optionsOf(look, () => shown),
    plugins: [words(look, () => shown)],
  });
  return {
    show(barring) {
      // The page may have taken the canvas away already; what is nowhere has no size.
      if (barring === shown || !canvas.isConnected) return;
      shown = barring;
      chart.options.scales!['x']!.max = barring.axis.max;
      chart.data = dataOf(barring, look, chart.width);
      chart.update('none');
    },
    fit(width, height) {
      const [wide, high] = [Math.floor(width), Math.floor(height)];
      const same = wide === chart.width && high === chart.height && chart.currentDevicePixelRatio === devicePixelRatio;
      if (same || !canvas.isConnected) return;
      chart.data = dataOf(shown, look, wide);
      chart.resize(wide, high);
    },
    end: () => chart.destroy(),
  };
}

function dataOf({ bars }: Barring, look: BarsLook, width: number) {
  return {
    labels: bars.map((_, i) => i),
    datasets: [
      {
        data: bars.map(({ length }) => length),
        backgroundColor: bars.map(({ level }) => look.levels[level]),
        borderRadius: look.size * 0.2,
        categoryPercentage: 1,
        // In a narrow place names stand above.
        barPercentage: isNarrow({ width }, look) ? 0.3 : 0.66,
        maxBarThickness: look.size * 1.2,
        // What has ended, or will in a moment, is a mark at zero.
        minBarLength: Math.max(3, look.size * 0.25),
      },
    ],
  };
}

function optionsOf(look: BarsLook, shown: () => Barring): ChartOptions<'bar'> {
  return {
    indexAxis: 'y',
    animation: false,
    responsive: false,
    maintainAspectRatio: false,
    events: [],
    layout: {
      padding: ({ chart }) => ({
        left: namesWidth(chart, shown(), look),
        right: wordsWidth(chart, shown(), look),
        top: isNarrow(chart, look) ? look.size * 0.5 : 0,
      }),
    },
    scales: {
      x: {
        min: 0,
        max: shown().axis.max,
        grid: { color: look.grid },
        border: { display: false },
        afterBuildTicks(scale) {
          const { max, step } = shown().axis;
          scale.ticks = Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => ({ value: i * step }));
        },
        ticks: {
          autoSkip: false,
          callback: (value) => `${value}${shown().axis.unit ?? ''}`,
          maxRotation: 0,
          color: look.words,
          font: { family: look.family, size: look.size * 0.9 },
        },
      },
      y: { display: false },
    },
  };
}

/** Names, glyphs and figures beside the bars, and the mark of those that are longer than is drawn. */
function words(look: BarsLook, shown: () => Barring): Plugin<'bar'> {
  return { id: 'words', afterDatasetsDraw: (chart) => drawBarWords(chart, shown(), look) };
}
