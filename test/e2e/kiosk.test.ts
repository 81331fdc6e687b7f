import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manyWrong } from '#test/web/scenes-many.ts';
import { tenGood } from '#test/web/scenes.ts';
import { fitsItsScreen, launchBrowser, openWatched, screens } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

let browser: Browser;
let wall: SceneWall;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  wall = await startSceneWall(tenGood(Date.now()));
});
afterEach(() => wall.close());

test('a kiosk has no pointer, stays within its screen while the picture wanders, and a browser tab does neither', async () => {
  const { page, complaints, close } = await openWatched(browser, 'about:blank', screens.pi);
  await page.clock.install();
  await page.goto(`${wall.url}?kiosk`);
  await page.locator('a.tile').first().waitFor();
  const cursor = () =>
    page
      .locator('a.tile')
      .first()
      .evaluate((tile) => getComputedStyle(tile).cursor);
  const place = () =>
    page
      .locator('a.tile')
      .first()
      .evaluate((tile) => Math.round(tile.getBoundingClientRect().left));
  expect(await cursor()).toBe('none');
  const before = await place();
  await page.clock.runFor(4 * 60_000);
  await expect.poll(place).not.toBe(before);
  expect(await fitsItsScreen(page)).toBe(true);
  expect(complaints.filter((line) => !line.startsWith('external'))).toEqual([]);
  await page.goto(`${wall.url}?plain`);
  await page.locator('a.tile').first().waitFor();
  expect(await cursor()).not.toBe('none');
  await close();
});

test('a page that someone opened gives way to the wall after a minute without touch, and not sooner', async () => {
  const { page, close } = await openWatched(browser, 'about:blank', screens.pi);
  await page.clock.install();
  await page.goto(`${wall.url}?kiosk#/areas/nodes`);
  await page.locator('main.page').waitFor();
  await page.clock.runFor(40_000);
  await page.mouse.click(5, 5);
  await page.clock.runFor(40_000);
  expect(page.url()).toContain('#/areas/nodes');
  await page.clock.runFor(21_000);
  await page.locator('main.wall').waitFor();
  await close();
});

test('the screen is kept awake, and again after the page was hidden', async () => {
  const { page, close } = await openWatched(browser, 'about:blank', screens.pi);
  await page.addInitScript(() => {
    const locks: { released: boolean }[] = [];
    const request = async () => {
      const lock = { released: false };
      locks.push(lock);
      return lock;
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request } });
    Object.assign(window, { locks });
  });
  await page.goto(`${wall.url}?kiosk`);
  const locks = () => page.evaluate(() => (window as unknown as { locks: { released: boolean }[] }).locks.length);
  await expect.poll(locks).toBe(1);
  const shown = (released: boolean) =>
    page.evaluate((gone) => {
      for (const lock of (window as unknown as { locks: { released: boolean }[] }).locks) lock.released = gone;
      document.dispatchEvent(new Event('visibilitychange'));
    }, released);
  await shown(false);
  expect(await locks(), 'one that is held is not asked for again').toBe(1);
  await shown(true);
  await expect.poll(locks).toBe(2);
  await close();
});

describe('at night', () => {
  test('a calm kiosk is dark, and as bright as by day as soon as something is bad', async () => {
    const { page, close } = await openWatched(browser, `${wall.url}?kiosk&night=0-24`, {
      ...screens.pi,
      reducedMotion: 'reduce',
    });
    const darkness = () => page.evaluate(() => Number(getComputedStyle(document.documentElement, '::after').opacity));
    await expect.poll(darkness).toBe(0.6);
    await page.locator('a[href="#/areas/nodes"]').click();
    await page.locator('main.page').waitFor();
    wall.show(manyWrong(Date.now()));
    await expect.poll(darkness).toBe(0);
    await close();
  });

  test('no contact is never dark', async () => {
    const { page, close } = await openWatched(browser, `${wall.url}?kiosk&night=0-24`, screens.pi);
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['dimming'])).toBe('deep');
    await wall.close();
    await page.getByRole('alert').waitFor({ timeout: 20_000 });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['dimming'])).toBe('none');
    await close();
    wall = await startSceneWall(tenGood(Date.now()));
  });
});

test('a server of another build is taken up by itself, but never while it has no page', async () => {
  const empty = '/nonexistent/page';
  const { port } = wall;
  const { page, close } = await openWatched(browser, `${wall.url}?kiosk#/areas/nodes`, screens.pi);
  await page.locator('main.page').waitFor();
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  const stayed = () => page.evaluate(() => 'neverReloaded' in window);

  await wall.close();
  wall = await startSceneWall(manyWrong(Date.now()), { port, build: 'another', pageDirectory: empty });
  await page.locator('header[data-level="warn"]').waitFor({ timeout: 20_000 });
  const asked = page.waitForResponse((response) => new URL(response.url()).pathname === '/', { timeout: 20_000 });
  expect(await (await asked).text()).toContain('The page is not built');
  expect(await stayed(), 'not into an error page').toBe(true);

  await wall.close();
  wall = await startSceneWall(tenGood(Date.now()), { port, build: 'another' });
  await expect.poll(stayed, { timeout: 20_000 }).toBe(false);
  await page.locator('a.tile, main.page').first().waitFor();
  expect(page.url()).toContain('?kiosk');
  await close();
});
