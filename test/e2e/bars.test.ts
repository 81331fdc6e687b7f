import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { certificatesGood, manyCertificates, ownExpired, twelveDaysLeft } from '#test/web/scene-certificates.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from './browser.ts';
import { drawnBars } from './drawn-bars.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

const three = ['wall', 'pi', 'phone'] as const;
const area = '#/areas/certificates';
let browser: Browser;
let wall: SceneWall;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  wall = await startSceneWall(twelveDaysLeft(Date.now()));
});
afterEach(async () => {
  await opened?.close();
  await wall.close();
});

async function open(path: string, screen: keyof typeof screens): Promise<Page> {
  opened = await openWatched(browser, wall.url + path, screens[screen]);
  return opened.page;
}
const lengths = async (page: Page) => (await drawnBars(page)).map(({ length }) => length);
const levels = async (page: Page) => (await drawnBars(page)).map(({ level }) => level);
const widerThanScreen = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

describe.each(three)('on %s', (screen) => {
  test('the bars of fifteen certificates stand in the order in which they end, in the colours of their levels', async () => {
    const page = await open(area, screen);
    await expect.poll(() => lengths(page)).toHaveLength(15);
    const drawn = await lengths(page);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(await levels(page)).toEqual(['warn', ...Array.from({ length: 14 }, () => 'ok')]);
    expect(
      await page.getByRole('img', { name: /^15 certificates; the soonest, git\.example, ends in 12 days/ }).count(),
    ).toBe(1);
    expect(await page.getByRole('table').getByRole('rowheader').count()).toBe(16);
    expect(await widerThanScreen(page)).toBe(false);
    expect(opened!.complaints).toEqual([]);
  });

  test('what has expired is a mark at zero, and what lasts for ever does not make the others vanish', async () => {
    wall.show(ownExpired(Date.now()));
    const page = await open(area, screen);
    await expect.poll(() => levels(page)).toEqual(['bad', 'bad', ...Array.from({ length: 14 }, () => 'ok')]);
    const drawn = await lengths(page);
    expect(drawn[0]).toBeLessThan(0.05);
    expect(drawn[2]! - drawn[0]!).toBeGreaterThan(0.02);
    expect(await widerThanScreen(page)).toBe(false);
  });

  test('of a hundred thirty are drawn, and the others counted', async () => {
    wall.show(manyCertificates(Date.now()));
    const page = await open(area, screen);
    await expect.poll(() => lengths(page)).toHaveLength(30);
    await page.getByText('and 70 more: the table below has all.').waitFor();
    expect(await widerThanScreen(page)).toBe(false);
    expect(opened!.complaints).toEqual([]);
  });

  test.each([
    { state: 'twelve days left', make: twelveDaysLeft },
    { state: 'our own certificate expired', make: ownExpired },
  ])('axe finds no fault with $state', async ({ make }) => {
    wall.show(make(Date.now()));
    const page = await open(area, screen);
    await expect.poll(() => lengths(page)).not.toHaveLength(0);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .options({ rules: { 'target-size': { enabled: true } } })
      .analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
  });

  test('the first command stands on the first screen, of the area and of the finding', async () => {
    wall.show(ownExpired(Date.now()));
    const finding = `#/findings/${encodeURIComponent('certificates/expired|Credential/wall')}`;
    for (const path of ['', area, finding]) {
      const page = await open(path, screen);
      const command = page.locator('code').first();
      await expect.poll(() => command.innerText()).toBe('systemctl restart k3s');
      const { y, height } = (await command.boundingBox())!;
      expect(y + height, path).toBeLessThanOrEqual(page.viewportSize()!.height);
      await opened?.close();
    }
    await open('', screen);
  });
});

test('rows that change are drawn anew by the same canvas, and no frame between is empty', async () => {
  wall.show(certificatesGood(Date.now()));
  const page = await open(area, 'laptop');
  await expect.poll(() => lengths(page)).toHaveLength(14);
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('section.bars canvas')!;
    const seen = { canvas, least: Infinity, frames: 0 };
    const look = () => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn += 1;
      seen.least = Math.min(seen.least, drawn);
      seen.frames += 1;
      requestAnimationFrame(look);
    };
    look();
    Object.assign(window, { seen });
  });
  wall.show(twelveDaysLeft(Date.now()));
  await expect.poll(() => lengths(page)).toHaveLength(15);
  await page.getByText('Of 1 more the end is not known.').waitFor();
  const seen = await page.evaluate(() => {
    const { canvas, least, frames } = (
      window as unknown as { seen: { canvas: Element; least: number; frames: number } }
    ).seen;
    return { same: canvas.isConnected, least, frames };
  });
  expect(seen.same).toBe(true);
  expect(seen.frames).toBeGreaterThan(1);
  expect(seen.least).toBeGreaterThan(1_000);
});

test('a kiosk that opens the page draws them too, and whoever wants less motion gets none', async () => {
  opened = await openWatched(browser, `${wall.url}?kiosk${area}`, { ...screens.pi, reducedMotion: 'reduce' });
  await expect.poll(() => lengths(opened!.page)).toHaveLength(15);
  expect(opened.complaints).toEqual([]);
});

test('bars that cannot be loaded are told, and the table has what they show', async () => {
  const page = await open('', 'laptop');
  await page.route('**/assets/AreaBars-*.js', (route) => route.abort());
  await page.goto('about:blank');
  await page.goto(wall.url + area);
  await page.getByText('The bars cannot be loaded: the table below has what they show.').waitFor();
  await expect.poll(() => page.getByRole('rowheader').count()).toBe(16);
});

test('what the page loads before it stands is less than 60 KB, and has no bars in it', () => {
  const folder = join(import.meta.dirname, '../../dist/web');
  const needed = new Set<string>();
  const follow = (text: string, pattern: RegExp, base: string) => {
    for (const [, path = ''] of text.matchAll(pattern)) {
      const file = join(base, path);
      if (needed.has(file)) continue;
      needed.add(file);
      follow(readFileSync(join(folder, file), 'utf8'), /(?:from|import)\s*["'](\.\/[^"']+\.js)["']/g, 'assets');
    }
  };
  follow(readFileSync(join(folder, 'index.html'), 'utf8'), /(?:src|href)="\/?((?:\.\/)?assets\/[^"]+\.js)"/g, '.');
  expect(needed.size).toBeGreaterThan(0);
  const bytes = [...needed].reduce((sum, file) => sum + statSync(join(folder, `${file}.br`)).size, 0);
  expect(bytes).toBeLessThan(60_000);
  expect([...needed].filter((file) => /AreaBars|chart/.test(file))).toEqual([]);
});
