import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { fitsItsScreen, launchBrowser, openWatched, screens } from './browser.ts';
import { startDemoWall, type DemoWall } from './demo-wall.ts';

let browser: Browser;
let wall: DemoWall;

beforeAll(async () => {
  browser = await launchBrowser();
  wall = await startDemoWall('calm');
  await until('all is well', async () => (await wall.board()).headline.level === 'ok', { withinMs: 30_000 });
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
});

const opener = (page: Page) => page.getByRole('button', { name: 'play something else in the demo' });
const menu = (page: Page) => page.getByRole('dialog', { name: 'What the demo plays' });
const level = (page: Page) => page.locator('a[href="#/areas/workloads"]').first().getAttribute('data-level');

test('who chooses "a database crashes" sees it in red, and who chooses "all well" no more', async () => {
  const { page, complaints, close } = await openWatched(browser, wall.url, screens.wall);
  await opener(page).click();
  await menu(page).getByRole('button', { name: 'A database crashes again and again' }).click();
  await expect.poll(() => menu(page).isVisible()).toBe(false);
  await expect.poll(() => level(page), { timeout: 30_000 }).toBe('bad');
  await expect.poll(() => page.locator('h1').first().innerText()).toMatch(/gitea-postgresql crashes/);
  await expect.poll(() => page.locator('header').first().getAttribute('data-level')).toBe('bad');
  await expect
    .poll(() => page.locator('body').innerText())
    .toMatch(/PANIC: +could not locate a valid checkpoint record/);
  await opener(page).click();
  await expect.poll(() => menu(page).innerText()).toMatch(/gitea-postgresql cannot start/);
  await menu(page).getByRole('button', { name: 'All well' }).click();
  await expect.poll(() => level(page), { timeout: 30_000 }).toBe('ok');
  expect(complaints).toEqual([]);
  await close();
});

test('it is opened, walked and left by keyboard, and the focus comes back', async () => {
  const { page, close } = await openWatched(browser, wall.url, screens.laptop);
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await opener(page).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => menu(page).getByRole('button').count()).toBeGreaterThan(20);
  for (const next of ['close', 'All well', 'The tour']) {
    await page.keyboard.press('Tab');
    expect(await focused()).toBe(next);
  }
  await page.keyboard.press('Escape');
  await expect.poll(() => menu(page).isVisible()).toBe(false);
  expect(await focused()).toBe('play');
  await close();
});

test.each(['pi', 'phone', 'wall'] as const)('on the %s it fits, and axe finds nothing', async (screen) => {
  const { page, complaints, close } = await openWatched(browser, wall.url, screens[screen]);
  await opener(page).waitFor();
  if (screen !== 'phone') expect(await fitsItsScreen(page)).toBe(true);
  await opener(page).click();
  await expect.poll(() => menu(page).getByRole('button').count()).toBeGreaterThan(20);
  const box = (await menu(page).boundingBox())!;
  const { width, height } = screens[screen].viewport;
  expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).not.toContain(false);
  expect(await menu(page).evaluate((panel) => panel.scrollWidth <= panel.clientWidth)).toBe(true);
  // Whatever does not fit can be scrolled to.
  const last = menu(page).getByRole('button').last();
  await last.scrollIntoViewIfNeeded();
  expect(await last.isVisible()).toBe(true);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await menu(page).getByRole('button', { name: 'close' }).click();
  await expect.poll(() => menu(page).isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await close();
});

test('a kiosk has no menu', async () => {
  const { page, close } = await openWatched(browser, `${wall.url}/?kiosk`, screens.pi);
  await page.getByText('DEMO').first().waitFor();
  expect(await opener(page).count()).toBe(0);
  await close();
});
