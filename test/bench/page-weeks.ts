import type { CDPSession, Page } from 'playwright-core';
import type { Board } from '#shared/board.ts';
import { say } from '#shared/say.ts';
import { until } from '#test/cluster/until.ts';
import { startSceneWall, type SceneWall } from '#test/e2e/scene-wall.ts';
import { manyWrong } from '#test/web/scenes-many.ts';
import { tenGood } from '#test/web/scenes.ts';
import { openPage } from './page.ts';
import { row, table } from './report.ts';

const changes = 100_000;
/** Changes before the first look at the heap: what is made once and kept stands by then. */
const warmUp = 5_000;
/** Changes sent before the page is waited for: less than makes the server take it for stuck. */
const batch = 200;
const restMs = 60_000;
/** A Raspberry Pi beside the machine of a developer. */
const slowdown = 6;

/** A page that is open for weeks: its heap over many changes, its work at rest, and how soon it stands on a slow machine. */
export async function benchPageWeeks(): Promise<void> {
  const heap = await measureHeap();
  const rest = await measureRest();
  const paint = await measurePaint();
  table(`A page open for weeks: ${changes.toLocaleString('en')} changes; a CPU ${slowdown} times slower`, [
    row('heap after collection, growth', '1', heap.growthMb, null, 'MB'),
    row('heap after collection, at the end', '-', heap.endMb, null, 'MB'),
    row('elements and text nodes, growth', '-', heap.nodes, null, ''),
    row('changes taken a second', '-', heap.perSecond, null, ''),
    row('main thread at rest, all good', '1', rest.good, null, '%'),
    row('main thread at rest, thirteen things wrong', '1', rest.wrong, null, '%'),
    row('first paint', '1.5', paint.first, null, 's'),
    row('ten tiles with figures, painted', '-', paint.tiles, null, 's'),
  ]);
}

async function measureHeap() {
  const wall = await startSceneWall(manyWrong(Date.now()));
  const { page, close } = await openPage(wall.url);
  try {
    await page.locator('a.tile').first().waitFor();
    const session = await page.context().newCDPSession(page);
    await drive(wall, page, warmUp);
    const before = await collected(session);
    const begun = performance.now();
    await drive(wall, page, changes);
    const perSecond = changes / ((performance.now() - begun) / 1_000);
    const after = await collected(session);
    return {
      growthMb: (after.heap - before.heap) / 1e6,
      endMb: after.heap / 1e6,
      nodes: after.nodes - before.nodes,
      perSecond,
    };
  } finally {
    await close();
    await wall.close();
  }
}

/** Sends so many changes over the socket, each with another figure, every tenth with other findings, every hundredth of level. */
async function drive(wall: SceneWall, page: Page, count: number): Promise<void> {
  const full = manyWrong(Date.now()).board.findings;
  for (let i = 1; i <= count; i += 1) {
    const { revision } = wall.change((board) => another(board, full));
    if (i % batch !== 0 && i !== count) continue;
    await page.waitForFunction(
      (wanted) => document.querySelector('a[href="#/areas/registry"] .figure b')?.textContent === wanted,
      String(revision),
      { polling: 5 },
    );
  }
}

function another(board: Board, full: Board['findings']): Board {
  const revision = board.revision + 1;
  const at = Date.now() - (revision % 600) * 1_000;
  const worst = full[0]!;
  const left = revision % 10 === 0 ? full.filter((_, i) => i === 0 || (i + revision / 10) % 3 !== 0) : board.findings;
  const findings = left.map((finding) =>
    finding.id === worst.id ? { ...worst, say: { ...worst.say, values: { ...worst.say.values, at } } } : finding,
  );
  const level = revision % 200 < 100 ? ('warn' as const) : ('ok' as const);
  const tiles = board.tiles.map((tile) => {
    if (tile.area === 'registry') return { ...tile, figure: { ...tile.figure, value: String(revision) }, level };
    return tile.area === 'nodes' ? { ...tile, detailSay: say('last heartbeat {at:age} ago', { at }) } : tile;
  });
  return { ...board, tiles, findings };
}

async function collected(session: CDPSession): Promise<{ heap: number; nodes: number }> {
  // What a first collection sets free may hold more by finalizers.
  for (let i = 0; i < 3; i += 1) await session.send('HeapProfiler.collectGarbage');
  const metrics = await metricsOf(session);
  return { heap: metrics['JSHeapUsedSize']!, nodes: metrics['Nodes']! };
}

async function metricsOf(session: CDPSession): Promise<Record<string, number>> {
  // Time on the processor: what else the machine does is not the page's work.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function measureRest(): Promise<{ good: number; wrong: number }> {
  const measure = async (make: typeof tenGood) => {
    const wall = await startSceneWall(make(Date.now()));
    const { page, close } = await openPage(wall.url);
    try {
      await page.locator('a.tile').first().waitFor();
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
      // Charts and fonts have come by then.
      await page.waitForTimeout(5_000);
      const before = (await metricsOf(session))['TaskDuration']!;
      await page.waitForTimeout(restMs);
      const after = (await metricsOf(session))['TaskDuration']!;
      return (100 * (after - before)) / (restMs / 1_000);
    } finally {
      await close();
      await wall.close();
    }
  };
  return { good: await measure(tenGood), wrong: await measure(manyWrong) };
}

/** From the navigation, in s. */
async function measurePaint(): Promise<{ first: number; tiles: number }> {
  const wall = await startSceneWall(manyWrong(Date.now()));
  const { page, close } = await openPage('about:blank');
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelectorAll('a.tile .figure b').length < 10) return;
        observer.disconnect();
        // The frame after this one has been painted when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() => Object.assign(window, { tilesAt: performance.now() })));
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(wall.url);
    const tilesAt = () => page.evaluate(() => (window as unknown as { tilesAt?: number }).tilesAt);
    const tiles = await until('the tiles are painted', tilesAt, { withinMs: 30_000 });
    const first = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    );
    return { first: first / 1_000, tiles: tiles / 1_000 };
  } finally {
    await close();
    await wall.close();
  }
}
