import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findBrowser } from '../../.launch/browser.mjs';

/** The screens that the wall is made for. */
export const screens = {
  wall: { viewport: { width: 1920, height: 1080 } },
  uhd: { viewport: { width: 3840, height: 2160 } },
  pi: { viewport: { width: 800, height: 480 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>;

/** A page with what it complained about: errors, refused resources, requests to anywhere but the wall. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
  close(): Promise<void>;
}

/** Starts the Chromium that is there; throws if there is none. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chromium or Chrome can be had: see the README on tests');
  const args = ['--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'];
  return chromium.launch({ executablePath, args });
}

/** Opens a URL on a screen and collects complaints from the first byte on. */
export async function openWatched(browser: Browser, url: string, screen: BrowserContextOptions): Promise<WatchedPage> {
  const context = await browser.newContext(screen);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().includes('WebSocket connection'))
      complaints.push(`console: ${line.text()}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) complaints.push(`external: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** True if nothing of the page lies outside its screen, so that nothing scrolls. */
export function fitsItsScreen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return scrollWidth <= window.innerWidth && scrollHeight <= window.innerHeight;
  });
}

/** Names of areas whose texts are cut or run out of their tiles. */
export function overflowingTiles(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a.tile')]
      .filter((tile) => tile.scrollWidth > tile.clientWidth + 1 || tile.scrollHeight > tile.clientHeight + 1)
      .map((tile) => tile.innerText.split('\n')[0] ?? ''),
  );
}
