import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { answerHistory, answerSeries } from '#test/web/chart-fixtures.ts';
import { diskFills } from '#test/web/scene-disk.ts';
import { tenGood } from '#test/web/scenes.ts';
import { cutTexts, fitsItsScreen, launchBrowser, openWatched, overlaps, screens, type WatchedPage } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

let browser: Browser;
let wall: SceneWall;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  wall = await startSceneWall(diskFills(Date.now()));
});
afterEach(async () => {
  await opened?.close();
  await wall.close();
});

async function open(path: string, screen: keyof typeof screens): Promise<Page> {
  opened = await openWatched(browser, wall.url + path, screens[screen]);
  return opened.page;
}
const charts = (page: Page) => page.locator('section.chart');
const titles = (page: Page) => charts(page).locator('h2').allInnerTexts();
const slider = (page: Page) => page.getByRole('slider').first();
const said = (page: Page) => slider(page).getAttribute('aria-valuetext');

/** How many pixels of the first chart have the colour of its line. */
function linePixels(page: Page): Promise<number> {
  return page
    .locator('section.chart canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === 0x4a && data[i + 1] === 0xa3 && data[i + 2] === 0xff && data[i + 3] === 255) found += 1;
      }
      return found;
    });
}

test.each(['wall', 'pi', 'phone'] as const)(
  'the page of an area draws four charts, that of its finding first, and the rest when asked for, on %s',
  async (screen) => {
    const page = await open('#/areas/nodes', screen);
    await expect.poll(() => titles(page)).toEqual(['Disk of nuc0', 'Nodes ready', 'CPU of kmaster', 'Disk of kmaster']);
    await charts(page).first().scrollIntoViewIfNeeded();
    await expect.poll(() => linePixels(page)).toBeGreaterThan(100);
    await page.getByRole('button', { name: '4 more charts' }).click();
    await expect.poll(() => charts(page).count()).toBe(8);
    await page.getByLabel('Charts of').selectOption('Node/nuc2');
    await expect.poll(() => titles(page)).toEqual(['CPU of nuc2', 'Disk of nuc2', 'Memory of nuc2']);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(opened!.complaints).toEqual([]);
  },
);

test('of 400 series four are asked for and drawn', async () => {
  const asked: string[] = [];
  const page = await open('', 'phone');
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/api/history') asked.push(searchParams.get('series') ?? '');
  });
  await page.goto(`${wall.url}#/areas/workloads`);
  await expect.poll(() => charts(page).count()).toBe(4);
  expect(await page.getByLabel('Charts of').locator('option').count()).toBe(401);
  await expect.poll(() => new Set(asked.filter((series) => series.startsWith('workloads/'))).size).toBe(4);
});

test('the range is chosen with the keyboard, drawn whole, and is the same on the next page', async () => {
  const page = await open('#/areas/nodes', 'laptop');
  await expect.poll(() => linePixels(page)).toBeGreaterThan(100);
  const day = await linePixels(page);
  await page.getByRole('radio', { name: '24 h' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.getByRole('radio', { name: '7 d' }).isChecked()).toBe(true);
  await expect.poll(() => slider(page).getAttribute('aria-label')).toContain('last 7 d');
  await expect.poll(() => page.locator('section.chart[aria-busy="true"]').count()).toBe(0);
  // The line goes all the way, not through the last day alone.
  await expect.poll(() => linePixels(page)).toBeGreaterThan(day / 2);
  await page.keyboard.press('Escape');
  await page.locator('main.wall').waitFor();
  await page.goto(`${wall.url}#/areas/control-plane`);
  await expect.poll(() => page.getByRole('radio', { name: '7 d' }).isChecked()).toBe(true);
});

test('what comes after the first chart, rows, strips and figures of the past, does not move it', async () => {
  const page = await open('', 'laptop');
  const held: (() => Promise<void>)[] = [];
  let holds = true;
  await page.route(/\/api\/(areas\/|uptime|levels|episodes|moments|history\?.*Node)/, async (route) => {
    if (holds) held.push(() => route.continue());
    else await route.continue();
  });
  wall.show(tenGood(Date.now()));
  await page.locator('a[href="#/areas/nodes"]').click();
  await expect.poll(() => linePixels(page)).toBeGreaterThan(100);
  const place = async () => (await charts(page).first().boundingBox())!;
  const before = await place();
  expect(await page.getByRole('table').count()).toBe(0);
  holds = false;
  for (const go of held) await go();
  await page.getByRole('table').waitFor();
  await page.getByText('% of 21 h').first().waitFor();
  await expect.poll(() => page.locator('section.chart canvas').count()).toBeGreaterThan(1);
  const after = await place();
  expect(Math.abs(after.y - before.y)).toBeLessThan(1);
  expect(Math.abs(after.height - before.height)).toBeLessThan(1);
});

test('a late answer over the range before does not take the place of the newer one', async () => {
  const page = await open('', 'laptop');
  const dayMs = 86_400_000;
  const held: (() => Promise<void>)[] = [];
  await page.route('**/api/history?**', async (route) => {
    const { searchParams } = new URL(route.request().url());
    const week = Number(searchParams.get('to')) - Number(searchParams.get('from')) === 7 * dayMs;
    if (week) held.push(() => route.continue());
    else await route.continue();
  });
  await page.goto(`${wall.url}#/areas/nodes`);
  await slider(page).waitFor();
  await page.getByText('7 d', { exact: true }).last().click();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await page.getByText('2 y', { exact: true }).last().click();
  const steps = () => slider(page).getAttribute('aria-valuetext');
  await expect.poll(() => page.locator('section.chart[aria-busy="true"]').count()).toBe(0);
  await expect.poll(() => slider(page).getAttribute('aria-label')).toContain('last 2 y');
  const before = await steps();
  const answered = page.waitForResponse((response) => response.url().includes('/api/history'));
  for (const go of held) await go();
  await answered;
  await page.waitForTimeout(300);
  expect(await steps()).toBe(before);
});

test('keys and fingers read the values and what happened', async () => {
  const page = await open('#/areas/nodes', 'phone');
  await slider(page).scrollIntoViewIfNeeded();
  await expect.poll(() => linePixels(page)).toBeGreaterThan(50);
  const newest = await said(page);
  await slider(page).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  const before = await said(page);
  expect(before).toMatch(/^\w*\s?\d\d:\d\d: \d+ % on average, \d+ % to \d+ %/);
  expect(before).not.toBe(newest);
  await page.keyboard.press('PageDown');
  await expect.poll(() => said(page)).toContain('nuc0 is full in 9 h');
  await page.locator('.told').getByText('nuc0 is full in 9 h').waitFor();
  const box = (await slider(page).boundingBox())!;
  await page.touchscreen.tap(box.x + box.width * 0.75, box.y + box.height / 2);
  const tapped = await said(page);
  expect(tapped).toMatch(/\d+ %/);
  await page.touchscreen.tap(box.x + box.width * 0.45, box.y + box.height / 2);
  await expect.poll(() => said(page)).not.toBe(tapped);
  const told = (await page.locator('.told').boundingBox())!;
  expect(told.x).toBeGreaterThanOrEqual(0);
  expect(told.x + told.width).toBeLessThanOrEqual(390);
});

test.each(['laptop', 'phone'] as const)('axe finds no fault with cursor and table open, on %s', async (screen) => {
  const page = await open('#/areas/nodes', screen);
  await slider(page).waitFor();
  await page.getByText('as a table').first().click();
  await page.getByRole('region', { name: 'Disk of nuc0, table' }).waitFor();
  expect(await page.locator('.chart tbody tr').count()).toBeLessThanOrEqual(24);
  await slider(page).focus();
  await page.keyboard.press('ArrowLeft');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .options({ rules: { 'target-size': { enabled: true } } })
    .analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
});

test.each(['wall', 'uhd', 'laptop'] as const)(
  'beside an incident stands the chart that shows it, and nothing is cut, on %s',
  async (screen) => {
    const page = await open('', screen);
    await expect.poll(() => titles(page)).toEqual(['Disk of nuc0']);
    await expect.poll(() => linePixels(page)).toBeGreaterThan(100);
    expect(await fitsItsScreen(page)).toBe(true);
    expect(await cutTexts(page)).toEqual([]);
    expect(await overlaps(page)).toEqual([]);
    await slider(page).focus();
    await page.keyboard.press('PageDown');
    expect(await said(page)).toContain('it began');
  },
);

test('the phone has the chart under what is wrong; a low screen has none and asks for none', async () => {
  const phone = await open('', 'phone');
  await expect.poll(() => titles(phone)).toEqual(['Disk of nuc0']);
  await slider(phone).scrollIntoViewIfNeeded();
  await expect.poll(() => linePixels(phone)).toBeGreaterThan(50);
  await opened?.close();
  opened = await openWatched(browser, 'about:blank', screens.pi);
  const asked: string[] = [];
  opened.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await opened.page.goto(wall.url);
  await opened.page.locator('.incident .step').first().waitFor();
  await opened.page.waitForLoadState('networkidle');
  expect(await charts(opened.page).count()).toBe(0);
  expect(asked).not.toContain('/api/history');
});

test('a series that has gone and a door without an answer are told in words', async () => {
  await wall.close();
  const gone = 'nodes/disk|Node/nuc0';
  const history = (series: string, from: number, to: number, points: number) =>
    series === gone ? null : answerHistory(series, from, to, points);
  wall = await startSceneWall(diskFills(Date.now()), { measured: { history, series: (area) => answerSeries(area) } });
  const page = await open('#/areas/nodes', 'laptop');
  await page.getByText('This is not measured any more, or never was.').waitFor();
  await expect.poll(() => slider(page).getAttribute('aria-label')).toContain('Nodes ready');
  await page.route('**/api/series?**', (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }));
  await page.reload();
  await page.getByText('What else is measured here cannot be listed: The wall answered 502.').waitFor();
  expect(opened!.complaints.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('50 openings and closings leave the heap within 1 MB', async () => {
  wall.show(tenGood(Date.now()));
  const page = await open('', 'laptop');
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    // Answers rest a little before they are let go.
    await page.waitForTimeout(11_000);
    for (let i = 0; i < 3; i += 1) await session.send('HeapProfiler.collectGarbage');
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value;
  };
  const cycle = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      await page.locator('a[href="#/areas/nodes"]').click();
      await page.locator('.chart canvas').first().waitFor();
      await page.keyboard.press('Escape');
      await page.locator('main.wall').waitFor();
    }
  };
  await cycle(10);
  const before = await heap();
  await cycle(50);
  expect(((await heap()) - before) / 1e6).toBeLessThan(1);
}, 180_000);
