import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { nodeLost, tenGood } from '#test/web/scenes.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

let browser: Browser;
let wall: SceneWall;
let opened: WatchedPage | null = null;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startSceneWall(tenGood(Date.now()));
});
afterAll(async () => {
  await browser?.close();
  await wall?.close();
});
afterEach(async () => {
  expect(opened?.complaints ?? []).toEqual([]);
  await opened?.close();
  opened = null;
  wall.show(tenGood(Date.now()));
});

async function open(path = '', screen: keyof typeof screens = 'wall'): Promise<Page> {
  opened = await openWatched(browser, wall.url + path, screens[screen]);
  return opened.page;
}

/** What axe finds against WCAG 2.2 AA. */
async function faults(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
const nodesTile = (page: Page) => page.locator('a[href="#/areas/nodes"]');

test('a strip tells in words what its colours say, and shows marks over it while its tile has the focus', async () => {
  const page = await open();
  await page.locator('a.tile .strip [data-slot="bad"]').first().waitFor();
  const name = await nodesTile(page).locator('svg[role="img"] title').textContent();
  expect(name).toMatch(/^Last 24 hours: failing for 36 min at .*unknown .* to .*not watched .* to /);
  const marks = nodesTile(page).locator('.strip .mark');
  expect(await marks.count()).toBe(2);
  expect(await marks.first().isVisible()).toBe(false);
  await nodesTile(page).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await expect.poll(() => marks.first().isVisible()).toBe(true);
  expect(await page.locator('a[href="#/areas/jobs"] .strip .mark').count()).toBe(0);
});

test('good, failing, unknown and not watched differ in form, not in colour alone', async () => {
  const page = await open();
  await page.locator('a.tile .strip [data-slot="bad"]').first().waitFor();
  const forms = await nodesTile(page)
    .locator('.strip path[data-slot]')
    .evaluateAll((paths) =>
      paths.map((path) => {
        const box = (path as SVGPathElement).getBBox();
        return `${path.getAttribute('data-slot')} ${box.y.toFixed(1)} ${box.height.toFixed(1)}`;
      }),
    );
  expect(forms).toEqual(['ok 2.0 8.0', 'bad 0.0 10.0', 'unknown 2.0 8.0', 'gap 8.6 1.4']);
  const parts = await nodesTile(page).locator('.strip path[data-slot="unknown"]').getAttribute('d');
  expect(parts?.match(/m0 -4.6/g)?.length).toBeGreaterThanOrEqual(2);
});

test('each strip is asked for once, and again only where something turned', async () => {
  const page = await open();
  // What the page asked for before it was loaded anew does not count.
  await page.locator('a.tile .strip [data-slot="bad"]').first().waitFor();
  await page.waitForLoadState('networkidle');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname + new URL(request.url()).search));
  const levels = () =>
    asked.filter((path) => path.startsWith('/api/levels')).map((path) => /subject=([^&]+)/.exec(path)?.[1]);
  await page.reload();
  await page.locator('a.tile .strip [data-slot="bad"]').first().waitFor();
  await expect.poll(() => new Set(levels()).size).toBe(10);
  expect(levels()).toHaveLength(10);
  asked.length = 0;
  wall.change((board) => ({
    ...board,
    tiles: board.tiles.map((tile) => (tile.area === 'jobs' ? { ...tile, level: 'warn', since: Date.now() } : tile)),
  }));
  await expect.poll(levels, { timeout: 15_000 }).toEqual(['jobs']);
});

test('the timeline names kinds, days and how much of the month was good', async () => {
  const page = await open();
  const timeline = page.getByRole('region', { name: /^Changes, last 24 hours/ });
  await expect.poll(() => timeline.innerText()).toMatch(/100\s% of 29 d watched/);
  expect(await timeline.innerText()).toMatch(/\d\d:\d\d · version/);
  expect(await timeline.getByRole('listitem').count()).toBe(4);
});

test.each(['wall', 'pi', 'phone'] as const)(
  'past findings can be read and turned with the keyboard on %s',
  async (screen) => {
    const page = await open('#/areas/workloads', screen);
    const past = page.getByRole('heading', { name: /^Past findings/ }).locator('..');
    await expect.poll(() => past.getByRole('listitem').count()).toBe(20);
    await past.getByRole('button', { name: 'show 20 more' }).focus();
    await page.keyboard.press('Enter');
    expect(await past.getByRole('listitem').count()).toBe(40);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await faults(page)).toEqual([]);
  },
);

test.each(['laptop', 'phone'] as const)('the past of a finding stands on its page, %s', async (screen) => {
  const scene = nodeLost(Date.now());
  wall.show(scene);
  const page = await open(`#/findings/${encodeURIComponent(scene.board.findings[0]?.id ?? '')}`, screen);
  await page.getByText(/^Was so 3 times before in 30\sdays, together 1\sh 30\smin$/).waitFor();
  expect(await page.getByRole('img', { name: /^Last (24 hours|7 days|30 days): / }).count()).toBe(3);
  expect(await faults(page)).toEqual([]);
});

test('pages opened and closed leave nothing behind that goes on asking', async () => {
  const page = await open();
  await page.locator('a.tile').first().waitFor();
  for (let i = 0; i < 12; i += 1) {
    await page.goto(`${wall.url}#/areas/nodes`);
    await page.getByRole('heading', { name: 'How it was' }).waitFor();
    await page.goto(`${wall.url}#/`);
    await page.locator('a.tile').first().waitFor();
  }
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  // Longer than the pause after a question, in which a wish for another one is kept.
  await page.waitForTimeout(6_000);
  expect(asked.filter((path) => /episodes|uptime|series/.test(path))).toEqual([]);
});
