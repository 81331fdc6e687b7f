import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manyWrong, starting, twoWarnings } from '#test/web/scenes-many.ts';
import { nodeLost, tenGood } from '#test/web/scenes.ts';
import { cutTexts, fitsItsScreen, launchBrowser, openWatched, overlaps, screens, type WatchedPage } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

const large = ['wall', 'uhd', 'laptop', 'tablet', 'pi'] as const;
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function measure({ page }: WatchedPage) {
  await page.evaluate(() => document.fonts.ready.then(() => true));
  return { fits: await fitsItsScreen(page), cut: await cutTexts(page), overlapping: await overlaps(page) };
}
const clean = { fits: true, cut: [], overlapping: [] };

describe.each([
  { state: 'ten areas that are fine', make: tenGood },
  { state: 'two warnings', make: twoWarnings },
  { state: 'a node that is lost', make: nodeLost },
  { state: 'thirteen things that are wrong', make: manyWrong },
  { state: 'the first seconds', make: starting },
])('$state', ({ make }) => {
  let wall: SceneWall;

  beforeAll(async () => {
    wall = await startSceneWall(make(Date.now()));
  });
  afterAll(() => wall?.close());

  test.each(large)('nothing scrolls, is cut or covers anything else on %s', async (screen) => {
    const opened = await openWatched(browser, wall.url, screens[screen]);
    await opened.page.locator('a.tile .strip svg path').first().waitFor();
    await expect.poll(() => measure(opened), { timeout: 3_000 }).toEqual(clean);
    expect(await opened.page.locator('a.tile').count()).toBe(10);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  test('the phone scrolls one way only', async () => {
    const { page, complaints, close } = await openWatched(browser, wall.url, screens.phone);
    await page.locator('main.phone').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(complaints).toEqual([]);
    await close();
  });
});

test('without contact nothing scrolls, is cut or covers anything else on any screen', async () => {
  const wall = await startSceneWall(tenGood(Date.now()));
  const opened = await Promise.all(large.map((screen) => openWatched(browser, wall.url, screens[screen])));
  await Promise.all(opened.map(({ page }) => page.locator('a.tile').first().waitFor()));
  await wall.close();
  for (const one of opened) {
    await one.page.getByRole('alert').waitFor({ timeout: 20_000 });
    expect(await measure(one), JSON.stringify(one.page.viewportSize())).toEqual(clean);
    await one.close();
  }
});

test.each(['pi', 'tablet', 'wall', 'phone'] as const)(
  'on %s a second thing that is wrong is told beside the first, warnings too',
  async (screen) => {
    const wall = await startSceneWall(nodeLost(Date.now()));
    const { page, close } = await openWatched(browser, wall.url, screens[screen]);
    await page.getByText('The API takes 1.4 s to answer').filter({ visible: true }).first().waitFor();
    wall.show(twoWarnings(Date.now()));
    await page.getByText('cat-of-the-day has not succeeded for 4 days').first().waitFor();
    await page.getByText('nuc1 is short of disk space').filter({ visible: true }).first().waitFor();
    await close();
    await wall.close();
  },
);

test('three lines of a log stand in the incident, all of them on its page, in one typeface of equal widths', async () => {
  const wall = await startSceneWall(manyWrong(Date.now()));
  const { page, close } = await openWatched(browser, wall.url, screens.wall);
  await page.locator('.incident pre').getByText('could not locate a valid checkpoint record').waitFor();
  await page.getByRole('link', { name: 'the whole story' }).click();
  await page.locator('pre').getByText('listening on IPv4 address').waitFor();
  expect(await page.locator('pre').evaluate((block) => getComputedStyle(block).fontFamily)).toMatch(/mono/i);
  expect(await page.locator('pre span').count()).toBe(6);
  await close();
  await wall.close();
});

test.each(large)(
  'the first step has its place on %s before all that was seen, its command too if it can',
  async (screen) => {
    const scene = manyWrong(Date.now());
    const [worst] = scene.board.findings;
    if (worst === undefined) throw new Error('the scene has a finding');
    const container = JSON.stringify({ name: 'db', command: ['sleep', 'infinity'], livenessProbe: null }).repeat(3);
    worst.steps = [{ say: 'Hold it idle', command: `kubectl patch statefulset/db -p '${container}'` }, ...worst.steps];
    const wall = await startSceneWall(scene);
    const { page, close } = await openWatched(browser, wall.url, screens[screen]);
    const step = page.locator('.incident .step').first();
    await step.getByText('Hold it idle').waitFor();
    const inside = () =>
      step.evaluate((one) => {
        const [box, room] = [one, one.parentElement ?? one].map((element) => element.getBoundingClientRect());
        return box !== undefined && room !== undefined && box.height > 0 && box.bottom <= room.bottom + 1;
      });
    await expect.poll(inside, { timeout: 3_000 }).toBe(true);
    await close();
    await wall.close();
  },
);
