import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Scene } from '#test/web/fixtures.ts';
import { manyServices, oneServiceDown, servicesGood, traefikDown } from '#test/web/scene-services.ts';
import { cutTexts, fitsItsScreen, launchBrowser, openWatched, screens, type WatchedPage } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

const three = ['wall', 'pi', 'phone'] as const;
const area = '#/areas/services';
let browser: Browser;
let wall: SceneWall;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  await opened?.close();
  await wall.close();
});

async function open(make: (now: number) => Scene, path: string, screen: keyof typeof screens): Promise<Page> {
  wall = await startSceneWall(make(Date.now()));
  opened = await openWatched(browser, wall.url + path, screens[screen]);
  return opened.page;
}
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: false }) });
const cells = (page: Page, index: number) =>
  page.locator(`tbody tr[data-level] td:nth-of-type(${index})`).allInnerTexts();
const widerThanScreen = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
const complaintsOf = () => opened!.complaints.filter((line) => !line.startsWith('external'));

/** What axe has to say against the page. */
async function against(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.each(three)('the page of services on %s', (screen) => {
  test('has a row for each with its uptime and its small line, in groups, clean and within the screen', async () => {
    const page = await open(servicesGood, area, screen);
    const row = rowOf(page, 'music.home.example');
    await expect.poll(() => row.getByText('99.99 %').count()).toBe(1);
    await expect.poll(() => row.getByText('100 %', { exact: true }).count()).toBe(1);
    await expect.poll(() => page.locator('tbody .line svg path').count()).toBe(14);
    const line = row.getByRole('img', { name: /^24 h: 7 ms to 49 ms, mostly 12 ms$/ });
    expect((await line.boundingBox())!.height).toBeGreaterThanOrEqual(24);
    expect(await page.locator('tbody .group').allInnerTexts()).toEqual(['House', 'Media', 'Work', 'Others']);
    expect(await widerThanScreen(page)).toBe(false);
    expect(await against(page)).toEqual([]);
    expect(complaintsOf()).toEqual([]);
  });
});

test('rows are sorted by uptime and by the small line, without groups, and the worst is first again after that', async () => {
  const page = await open(servicesGood, area, 'wall');
  const sort = (title: string) => page.getByRole('button', { name: title, exact: true }).click();
  await page.locator('tbody .line').first().waitFor();
  await sort('Up 30 d');
  await expect.poll(async () => (await cells(page, 6)).slice(0, 3)).toEqual(['90.4 %', '90.4 %', '90.4 %']);
  expect((await cells(page, 6)).slice(-3)).toEqual(['99.99 %', '–', '–']);
  expect(await page.locator('tbody .group').count()).toBe(0);
  await sort('Latency 24 h');
  await expect.poll(async () => (await cells(page, 2))[0]).toBe('4 ms');
  await sort('Latency 24 h');
  await expect.poll(async () => (await cells(page, 2))[0]).toBe('210 ms');
  await sort('Latency 24 h');
  await expect.poll(() => page.locator('tbody .group').count()).toBe(4);
});

test('a tap on a small line shows the charts of that service, latency first, beneath the rows', async () => {
  const page = await open(servicesGood, area, 'phone');
  await page.getByRole('button', { name: /^Charts of ci.home.example/ }).tap();
  const title = page.locator('.charts h2');
  await expect.poll(() => title.allInnerTexts()).toEqual(['ci.home.example answers in', 'ci.home.example reachable']);
  const top = () =>
    page
      .locator('.charts')
      .first()
      .evaluate((charts) => charts.getBoundingClientRect().top);
  await expect.poll(async () => Math.abs(await top())).toBeLessThan(120);
  expect(await page.getByRole('combobox', { name: 'Charts of' }).inputValue()).toBe('Host/ci.home.example');
});

test('a chart tells when its service was failing, whatever explained it, and a row leads to what is wrong', async () => {
  const page = await open(oneServiceDown, area, 'wall');
  const chart = page.locator('.chart').filter({ hasText: 'photos.home.example answers in' });
  await chart.locator('summary').click();
  await expect.poll(() => chart.getByRole('table').getByText('photos.home.example is down').count()).toBeGreaterThan(0);
  await page.locator('tbody').getByRole('link', { name: 'photos.home.example' }).click();
  await page.getByRole('heading', { level: 1, name: /photos.home.example is down: answers 503/ }).waitFor();
  const own = page.locator('.chart').filter({ hasText: 'photos.home.example answers in' });
  await own.getByRole('slider').focus();
  await page.keyboard.press('PageDown');
  const shaded = await own.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let red = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i]! > 200 && data[i + 1]! < 90 && data[i + 2]! < 90) red += 1;
    return red;
  });
  // A bar at the foot of each time in which it was failing, and the line where it began.
  expect(shaded).toBeGreaterThan(40);
  expect(await against(page)).toEqual([]);
});

describe.each(three)('Traefik that is down on %s', (screen) => {
  test('is one headline with its effects beneath, which fits', async () => {
    const page = await open(traefikDown, '#/', screen);
    await page.getByRole('heading', { level: 1, name: 'Traefik is down: 14 services unreachable' }).waitFor();
    if (screen !== 'phone') {
      expect(await fitsItsScreen(page)).toBe(true);
      expect(await cutTexts(page)).toEqual([]);
    }
    // With the mark of the demo beside it there is less room.
    wall.change((board) => ({ ...board, cluster: { ...board.cluster, demo: true } }));
    await page.getByText('DEMO', { exact: true }).waitFor();
    const [banner, title] = await Promise.all(
      [page.locator('main header').first(), page.getByRole('heading', { level: 1 })].map((one) => one.boundingBox()),
    );
    expect(title!.y).toBeGreaterThanOrEqual(banner!.y);
    expect(title!.y + title!.height).toBeLessThanOrEqual(banner!.y + banner!.height);
    expect(await widerThanScreen(page)).toBe(false);
    await page.goto(wall.url + area);
    await page.locator('article').first().waitFor();
    expect(await page.locator('article').count()).toBe(1);
    await expect.poll(() => page.locator('tbody tr[data-level="bad"]').count()).toBe(14);
    expect(await against(page)).toEqual([]);
  });
});

test('two hundred services are drawn in parts, and what was measured is asked for once a minute, not with each change', async () => {
  wall = await startSceneWall(manyServices(Date.now()));
  opened = await openWatched(browser, 'about:blank', screens.laptop);
  const { page } = opened;
  const asked = { rows: 0, measured: 0 };
  page.on('request', (request) => {
    asked.rows += Number(request.url().endsWith('/api/areas/services'));
    asked.measured += Number(request.url().endsWith('/api/areas/services/measured'));
  });
  await page.goto(wall.url + area);
  await expect.poll(() => page.locator('tbody .line').count()).toBe(100);
  await expect
    .poll(() => {
      wall.change((board) => ({ ...board, tiles: board.tiles.map((tile) => ({ ...tile, since: tile.since + 1 })) }));
      return asked.rows;
    })
    .toBeGreaterThanOrEqual(4);
  // Once more where a minute begins meanwhile.
  expect(asked.measured).toBeLessThanOrEqual(2);
  await page.getByRole('searchbox').fill('service-15');
  await page.getByText('10 of 200 rows').waitFor();
});
