import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openWatched, screens } from './browser.ts';
import { startDemoWall, type DemoWall } from './demo-wall.ts';

let browser: Browser;
let wall: DemoWall;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startDemoWall('calm');
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
});

test('a frozen server: the page says no contact by itself, greys every tile, and recovers by itself', async () => {
  const { page, close } = await openWatched(browser, wall.url, screens.pi);
  const nodes = page.locator('a[href="#/areas/nodes"]');
  await expect.poll(() => nodes.getAttribute('data-level'), { timeout: 40_000 }).toBe('ok');
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  wall.freeze();
  await expect
    .poll(() => page.locator('body').innerText(), { timeout: 17_000 })
    .toMatch(/No contact with the wall since \d\d:\d\d/);
  expect(await nodes.getAttribute('data-level')).toBe('unknown');
  expect(await page.locator('a.tile[data-level="ok"]').count(), 'nothing is green').toBe(0);
  wall.thaw();
  await expect.poll(() => nodes.getAttribute('data-level'), { timeout: 20_000 }).toBe('ok');
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
  await close();
});

test('a server that is gone: no contact, never an error page; when it is back the wall is back', async () => {
  const { page, close } = await openWatched(browser, wall.url, screens.wall);
  const nodes = page.locator('a[href="#/areas/nodes"]');
  await expect.poll(() => nodes.getAttribute('data-level'), { timeout: 40_000 }).toBe('ok');
  await wall.kill();
  await expect.poll(() => page.locator('body').innerText(), { timeout: 17_000 }).toMatch(/No contact with the wall/);
  await wall.restart();
  await expect.poll(() => nodes.getAttribute('data-level'), { timeout: 40_000 }).toBe('ok');
  expect(await page.locator('body').innerText()).not.toMatch(/No contact/);
  await close();
});
