import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manyRows } from '#test/web/scenes-many.ts';
import { launchBrowser, openWatched, screens } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

// What the page can be given at most is bounded by the server at 5,000.
const rows = 20_000;
// All rows drawn at once take many seconds; 0.2 s was seen on two cores at rest, four times that beside other work.
const frozenMs = 1_500;
let browser: Browser;
let wall: SceneWall;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startSceneWall(manyRows(Date.now(), rows));
});
afterAll(async () => {
  await browser?.close();
  await wall?.close();
});

/** The longest time in ms for which the page could not answer since it was last asked. */
async function watchBlocks(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const blocks: number[] = [];
    new PerformanceObserver((list) => blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
      buffered: true,
    });
    Object.assign(window, { blocks });
  });
  return () => page.evaluate(() => Math.max(0, ...(window as unknown as { blocks: number[] }).blocks.splice(0)));
}
const names = (page: Page) => page.getByRole('rowheader').locator('bdi').allInnerTexts();
const header = (page: Page, title: string) => page.getByRole('columnheader', { name: title });

test('20,000 rows: the worst first, sorted by each column, searched, a bounded number drawn, never frozen', async () => {
  const { page, complaints, close } = await openWatched(browser, 'about:blank', screens.laptop);
  const longest = await watchBlocks(page);
  await page.goto(`${wall.url}#/areas/nodes`);
  await page.getByText('20,000 rows, the worst first').waitFor();
  expect(await page.getByRole('rowheader').count()).toBe(100);
  expect(await page.locator('tbody tr').first().getAttribute('data-level')).toBe('bad');
  expect(await longest(), 'opening').toBeLessThan(frozenMs);

  for (const title of ['Node', 'State', 'Heartbeat', 'Kubelet', 'Pods', 'Memory', 'Disk']) {
    await header(page, title).getByRole('button').click();
    await expect.poll(() => header(page, title).getAttribute('aria-sort')).toBe('ascending');
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
    expect(await longest(), `sorting by ${title}`).toBeLessThan(frozenMs);
  }
  await header(page, 'Node').getByRole('button').click();
  await expect.poll(() => names(page)).toContain('node-00000');
  await header(page, 'Node').getByRole('button').click();
  await expect.poll(async () => (await names(page))[0]).toBe('node-19999');

  await page.getByRole('searchbox').fill('node-123');
  await page.getByText('100 of 20,000 rows').waitFor();
  expect((await names(page)).every((name) => name.startsWith('node-123'))).toBe(true);
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'show 100 more' }).click();
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(200);
  expect(await longest(), 'searching and more').toBeLessThan(frozenMs);
  expect(complaints.filter((line) => !line.startsWith('external'))).toEqual([]);
  await close();
});

test('on the phone the names stay while the columns scroll beside them, and the page itself does not', async () => {
  const { page, close } = await openWatched(browser, `${wall.url}#/areas/nodes`, screens.phone);
  await page.getByRole('rowheader').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const table = page.getByRole('region', { name: 'All that is looked at' }).last();
  const left = () =>
    page
      .getByRole('rowheader')
      .first()
      .evaluate((cell) => cell.getBoundingClientRect().left);
  const before = await left();
  await table.evaluate((box) => box.scrollTo({ left: 200 }));
  expect(await table.evaluate((box) => box.scrollLeft)).toBe(200);
  expect(Math.abs((await left()) - before)).toBeLessThan(2);
  await close();
});
