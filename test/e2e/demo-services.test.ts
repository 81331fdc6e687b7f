import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AreaMeasured } from '#shared/area-rows.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from './browser.ts';
import { startDemoWall, type DemoWall } from './demo-wall.ts';

let browser: Browser;
let wall: DemoWall;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startDemoWall('calm');
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
});
afterEach(() => opened?.close());

/** How many rows of an area have a small line. */
async function measured(area: 'services' | 'registry'): Promise<number> {
  const answer = await fetch(`${wall.url}/api/areas/${area}/measured`);
  const { rows } = (await answer.json()) as AreaMeasured;
  return Object.values(rows).filter(({ spark }) => spark !== undefined).length;
}

describe.each([
  { area: 'services', subject: 'git.home.example' },
  { area: 'registry', subject: 'registry.home.example' },
] as const)('the page of $area of the demo', ({ area, subject }) => {
  test.each(['wall', 'phone'] as const)(
    'on %s has what was measured in its rows, and is clean',
    async (screen) => {
      await expect.poll(() => measured(area), { timeout: 90_000, interval: 1_000 }).toBeGreaterThan(0);
      opened = await openWatched(browser, `${wall.url}/#/areas/${area}`, screens[screen]);
      const { page, complaints } = opened;
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: subject }) });
      await expect.poll(() => row.getByText('100 %', { exact: true }).count()).toBe(1);
      await row.getByRole('button', { name: `Charts of ${subject}` }).click();
      // A chart that was asked for before the first value is asked for again after a minute.
      await expect
        .poll(() => page.locator('.chart').first().getByRole('slider').getAttribute('aria-label', { timeout: 1_000 }), {
          timeout: 75_000,
        })
        .toContain(subject);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      const { violations } = await new AxeBuilder({ page: page as never }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(complaints.filter((line) => !line.startsWith('external'))).toEqual([]);
    },
    150_000,
  );
});
