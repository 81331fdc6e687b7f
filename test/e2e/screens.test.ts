import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { fitsItsScreen, launchBrowser, openWatched, overflowingTiles, screens } from './browser.ts';
import { startDemoWall, type DemoWall } from './demo-wall.ts';

const tile = (area: string) => `a[href="#/areas/${area}"]`;
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.each([
  { scenario: 'calm', level: 'ok' },
  { scenario: 'node-not-ready', level: 'bad' },
  { scenario: 'disk-pressure', level: 'warn or bad' },
])('the demo cluster, $scenario', ({ scenario, level }) => {
  let wall: DemoWall;

  beforeAll(async () => {
    wall = await startDemoWall(scenario);
    const wanted: string[] = level.split(' or ');
    const judged = async () => wanted.includes((await wall.board()).tiles[1]!.level);
    await until(`the nodes tile is ${level}`, judged, { withinMs: 60_000 });
  });
  afterAll(() => wall?.stop());

  test.each(['wall', 'uhd', 'pi'] as const)(
    'fits the screen %s: no scrolling, nothing cut, DEMO is said, no complaints',
    async (screen) => {
      const { page, complaints, close } = await openWatched(browser, wall.url, screens[screen]);
      await page.locator(tile('nodes')).waitFor();
      await expect
        .poll(() => page.locator(tile('nodes')).getAttribute('data-level'))
        .toSatisfy((now: string) => level.includes(now));
      expect(await page.locator('a.tile').count()).toBe(10);
      expect(await fitsItsScreen(page)).toBe(true);
      expect(await overflowingTiles(page)).toEqual([]);
      await expect.poll(() => page.locator('body').innerText()).toMatch(/DEMO/i);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test('on the phone it is a list, worst first, that scrolls one way only', async () => {
    const { page, complaints, close } = await openWatched(browser, wall.url, screens.phone);
    await page.locator(tile('nodes')).waitFor();
    await expect.poll(() => page.locator('body').innerText()).toMatch(/DEMO/i);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    if (level !== 'ok') {
      const order = await page
        .locator('a[href^="#/areas/"]')
        .evaluateAll((links) => links.map((link) => link.getAttribute('data-level')));
      expect(order.filter((now) => now !== null)[0] ?? level).not.toBe('unwatched');
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(['wall', 'phone'] as const)('has no accessibility fault that axe finds on %s', async (screen) => {
    const { page, close } = await openWatched(browser, wall.url, screens[screen]);
    await page.locator(tile('nodes')).waitFor();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await close();
  });
});
