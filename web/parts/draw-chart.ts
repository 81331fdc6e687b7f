import { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip, type ChartOptions } from 'chart.js';

import type { HistoryAnswer } from '#shared/history.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

/** What the lines of a chart look like; the page reads them from its style. */
export interface ChartLook {
  line: string;
  grid: string;
  words: string;
  family: string;
  size: number;
}

/** How the chart writes its axes. */
export interface ChartWords {
  at: (at: number) => string;
  value: (value: number) => string;
}

/** A chart on the page; `show` replaces its points, `end` removes it. */
export interface DrawnChart {
  show: (points: HistoryAnswer['points']) => void;
  end: () => void;
}

/** Marks at whole hours of a day, and at whole minutes of what is shorter. */
function wholeTimes(from: number, to: number): { value: number }[] {
  const step = to - from > 6 * 3_600_000 ? 4 * 3_600_000 : 600_000;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push({ value: at });
  return ticks;
}

function optionsOf(look: ChartLook, words: ChartWords): ChartOptions<'line'> {
  const ticks = { color: look.words, font: { family: look.family, size: look.size }, maxRotation: 0 };
  return {
    animation: false,
    maintainAspectRatio: false,
    normalized: true,
    parsing: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: {
        type: 'linear',
        grid: { display: false },
        border: { display: false },
        // The scale knows numbers only; left alone it would mark 14:06 and 19:40.
        afterBuildTicks: (scale) => (scale.ticks = wholeTimes(scale.min, scale.max)),
        ticks: { ...ticks, autoSkip: false, callback: (at) => words.at(Number(at)) },
      },
      y: {
        beginAtZero: true,
        grid: { color: look.grid },
        border: { display: false },
        ticks: { ...ticks, maxTicksLimit: 5, callback: (value) => words.value(Number(value)) },
      },
    },
    plugins: {
      tooltip: {
        displayColors: false,
        titleFont: ticks.font,
        bodyFont: ticks.font,
        callbacks: {
          title: ([item]) => (item === undefined ? '' : words.at(item.parsed.x ?? 0)),
          label: (item) => words.value(item.parsed.y ?? 0),
        },
      },
    },
  };
}

function standsAlone(data: { y: number }[], index: number): boolean {
  const missing = (at: number) => Number.isNaN(data[at]?.y ?? Number.NaN);
  return !missing(index) && missing(index - 1) && missing(index + 1);
}

/** Draws one series over time. The scale is linear on epoch ms, since the library's scale of times wants an adapter. */
export function drawChart(canvas: HTMLCanvasElement, look: ChartLook, words: ChartWords): DrawnChart {
  const chart = new Chart(canvas, {
    type: 'line',
    data: {
      datasets: [
        {
          data: [] as { x: number; y: number }[],
          borderColor: look.line,
          borderWidth: Math.max(2, look.size * 0.14),
          // A value that stands alone has no line to be seen by.
          pointRadius: ({ dataIndex, dataset }) => (standsAlone(dataset.data as { y: number }[], dataIndex) ? 3 : 0),
          pointBackgroundColor: look.line,
          spanGaps: false,
          tension: 0,
        },
      ],
    },
    options: optionsOf(look, words),
  });
  return {
    show: (points) => {
      // The page may have taken the canvas away already; what is nowhere has no size.
      if (!canvas.isConnected) return;
      const [first, last] = [points[0], points.at(-1)];
      const x = chart.options.scales?.['x'];
      if (x !== undefined && first !== undefined && last !== undefined)
        Object.assign(x, { min: first[0], max: last[0] });
      chart.data.datasets[0]!.data = points.map(([at, , average]) => ({ x: at, y: average ?? NaN }));
      chart.update();
    },
    end: () => chart.destroy(),
  };
}
