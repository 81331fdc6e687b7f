import type { CDPSession, Page } from 'playwright-core';
import { until } from '#test/cluster/until.ts';
import { startSceneWall } from '#test/e2e/scene-wall.ts';
import { tenGood } from '#test/web/scenes.ts';
import { openPage } from './page.ts';
import { row, table } from './report.ts';

/** A Raspberry Pi beside the machine of a developer. */
const slowdown = 6;
const taps = 15;
const openings = 50;
const lineColour = '#4aa3ff';

/** Charts on a slow machine: how soon they stand after a tap, and what is left of them after they were closed. */
export async function benchPageCharts(): Promise<void> {
  const delays = await measureDelays();
  const growthMb = await measureGrowth();
  const rows = (name: string, values: number[], bar: string) => [
    row(`${name}, median`, bar, values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!, null, 'ms'),
    row(`${name}, slowest of ${values.length}`, '-', Math.max(...values), null, 'ms'),
  ];
  table(`Charts of 24 h; a CPU ${slowdown} times slower`, [
    ...rows('tap on the tile to the first chart drawn', delays.first, '300'),
    ...rows('tap on the tile to all charts in sight drawn', delays.all, '-'),
    ...rows('another range to the first chart drawn', delays.range, '300'),
    row(`heap after ${openings} openings and closings, growth`, '1', growthMb, null, 'MB'),
  ]);
}

async function measureDelays() {
  const wall = await startSceneWall(tenGood(Date.now()));
  const { page, close } = await openPage('about:blank');
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.addInitScript(watchCharts, lineColour);
    await page.goto(wall.url);
    await page.locator('a.tile').first().waitFor();
    // What draws charts is fetched when the page has nothing else to do.
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /draw-chart/.test(name)),
    );
    const delays = { first: [] as number[], all: [] as number[], range: [] as number[] };
    for (let i = 0; i < taps; i += 1) {
      await page.waitForTimeout(300);
      await page.locator('a[href="#/areas/nodes"]').click();
      const opened = await drawn(page, 2);
      delays.first.push(opened[0]!);
      delays.all.push(opened.at(-1)!);
      await page.waitForTimeout(300);
      await page.getByLabel(i % 2 === 0 ? '7 d' : '24 h').click();
      delays.range.push((await drawn(page, 1))[0]!);
      await page.keyboard.press('Escape');
      await page.locator('a.tile').first().waitFor();
    }
    return delays;
  } finally {
    await close();
    await wall.close();
  }
}

/** Ms from the last click to each chart drawn since, when there are so many. */
function drawn(page: Page, wanted: number): Promise<number[]> {
  return until(`${wanted} charts are drawn`, async () => {
    const { clickedAt, painted } = await page.evaluate(
      () => (window as unknown as { charts: { clickedAt: number; painted: number[] } }).charts,
    );
    return painted.length >= wanted ? painted.map((at) => at - clickedAt).toSorted((a, b) => a - b) : undefined;
  });
}

/** Runs in the page: notes the last click, and for each canvas the time of the frame that first shows a line drawn after it. */
function watchCharts(colour: string): void {
  const charts = { clickedAt: 0, painted: [] as number[] };
  let seen = new WeakSet<HTMLCanvasElement>();
  Object.assign(window, { charts });
  addEventListener(
    'click',
    ({ timeStamp }) => {
      charts.clickedAt = timeStamp;
      charts.painted = [];
      seen = new WeakSet();
    },
    { capture: true },
  );
  const { stroke } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.stroke = function (...given: unknown[]) {
    (stroke as (...all: unknown[]) => void).apply(this, given);
    if (this.strokeStyle !== colour || seen.has(this.canvas)) return;
    seen.add(this.canvas);
    const { painted } = charts;
    // The frame after this one has been painted when the next one begins.
    requestAnimationFrame(() => requestAnimationFrame(() => painted.push(performance.now())));
  };
}

/** MB that the heap grew by while charts were opened and closed, after all that is made once. */
async function measureGrowth(): Promise<number> {
  const wall = await startSceneWall(tenGood(Date.now()));
  const { page, close } = await openPage(wall.url);
  try {
    const session = await page.context().newCDPSession(page);
    await openAndClose(page, 10);
    const before = await collected(session);
    await openAndClose(page, openings);
    return ((await collected(session)) - before) / 1e6;
  } finally {
    await close();
    await wall.close();
  }
}

async function openAndClose(page: Page, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await page.locator('a[href="#/areas/nodes"]').click();
    await page.locator('.chart canvas').nth(1).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('a.tile').first().waitFor();
  }
  // Answers rest a little before they are let go.
  await page.waitForTimeout(11_000);
}

async function collected(session: CDPSession): Promise<number> {
  // What a first collection sets free may hold more by finalizers.
  for (let i = 0; i < 3; i += 1) await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value;
}
