import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { launchBrowser, openWatched, screens } from './browser.ts';
import { startDemoWall, type DemoWall } from './demo-wall.ts';

let browser: Browser;
let wall: DemoWall;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startDemoWall('node-not-ready');
  await until('nodes are bad', async () => (await wall.board()).tiles[1]!.level === 'bad', { withinMs: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
});

test('a tap on a tile opens its area, a tap on the finding its story with a command that can be copied', async () => {
  const { page, complaints, close } = await openWatched(browser, wall.url, screens.pi);
  await page.locator('a[href="#/areas/nodes"]').tap();
  await expect.poll(() => page.locator('table').innerText()).toMatch(/nuc1/);
  await page.locator('a[href^="#/findings/"]').first().tap();
  await expect.poll(() => page.url()).toContain('#/findings/');
  await expect.poll(() => page.locator('body').innerText()).toMatch(/nuc1.*not ready/i);
  const copy = page.getByRole('button', { name: /^copy/ }).first();
  await copy.click();
  await expect.poll(() => page.locator('body').innerText()).toMatch(/copied/);
  await page.goBack();
  await expect.poll(() => page.url()).toContain('#/areas/nodes');
  expect(complaints).toEqual([]);
  await close();
});

test('acknowledging calms the tile on every screen, and can be taken back', async () => {
  const one = await openWatched(browser, wall.url, screens.wall);
  const other = await openWatched(browser, wall.url, screens.phone);
  const level = () => other.page.locator('a[href="#/areas/nodes"]').first().getAttribute('data-level');
  await one.page.getByRole('button', { name: /^seen/i }).first().click();
  await expect.poll(async () => (await wall.board()).tiles[1]!.level, { timeout: 5_000 }).not.toBe('bad');
  await expect.poll(level, { timeout: 5_000 }).not.toBe('bad');
  const finding = (await wall.board()).findings.find(({ check }) => check === 'nodes/not-ready')!;
  expect(finding.acknowledged?.meaning).toBe('seen');
  const headers = { 'content-type': 'application/json' };
  await fetch(`${wall.url}/api/acknowledgements`, {
    method: 'DELETE',
    headers,
    body: JSON.stringify({ finding: finding.id }),
  });
  await expect.poll(level, { timeout: 5_000 }).toBe('bad');
  await one.close();
  await other.close();
});

test('on a plain LAN address, without a clipboard of the browser, copying still works', async () => {
  const { page, close } = await openWatched(browser, wall.url, screens.wall);
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  const copy = page.getByRole('button', { name: /^copy/ }).first();
  await copy.click();
  await expect.poll(() => page.locator('body').innerText()).toMatch(/copied|press Ctrl\+C/);
  await close();
});
