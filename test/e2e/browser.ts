import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findBrowser } from '../../.launch/browser.mjs';

/** The screens that the wall is made for. */
export const screens = {
  wall: { viewport: { width: 1920, height: 1080 } },
  uhd: { viewport: { width: 3840, height: 2160 } },
  laptop: { viewport: { width: 1280, height: 800 } },
  tablet: { viewport: { width: 1024, height: 600 }, hasTouch: true },
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

/** Texts of the wall of which a part cannot be seen: cut by their own box, or standing outside of their tile or the screen. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const own = (element: HTMLElement) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '');
    const cut = (element: HTMLElement) => {
      const { overflowX, overflowY, fontSize } = getComputedStyle(element);
      // Tails of letters may hang out of a tight line without being cut; another line is a whole font size.
      const tails = parseFloat(fontSize) / 2;
      const wide = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
      return wide || (overflowY !== 'visible' && element.scrollHeight > element.clientHeight + tails);
    };
    const outside = (element: HTMLElement) => {
      const box = element.getBoundingClientRect();
      const room = (element.closest('a.tile') ?? document.documentElement).getBoundingClientRect();
      return box.left < room.left - 1 || box.right > room.right + 1 || box.bottom > room.bottom + 1;
    };
    return [...document.querySelectorAll<HTMLElement>('main.wall *')]
      .filter((element) => own(element) && element.closest('.spoken, [inert], canvas, svg') === null)
      .filter((element) => cut(element) || outside(element))
      .map((element) => `${element.className || element.tagName}: ${element.innerText}`);
  });
}

/** Pairs of the wall's parts, and of the parts of a tile, that cover each other. */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const groups = [...document.querySelectorAll('main.wall, .explanation, .beside, .grid, a.tile .inside')];
    const name = (element: Element) => `${element.className || element.tagName} ${element.textContent?.slice(0, 30)}`;
    return groups.flatMap((group) => {
      const parts = [...group.children].filter((part) => !part.matches('.spoken'));
      return parts.flatMap((one, i) =>
        parts.slice(i + 1).flatMap((other) => {
          const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          return wide > 1 && high > 1 ? [`${name(one)} and ${name(other)}`] : [];
        }),
      );
    });
  });
}
