import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manyRows, manyWrong } from '#test/web/scenes-many.ts';
import { nodeLost, tenGood } from '#test/web/scenes.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from './browser.ts';
import { startSceneWall, type SceneWall } from './scene-wall.ts';

let browser: Browser;
let wall: SceneWall;
let opened: WatchedPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  wall = await startSceneWall(manyWrong(Date.now()));
});
afterEach(async () => {
  await opened?.close();
  await wall.close();
});

async function open(path = '', screen: keyof typeof screens = 'laptop'): Promise<Page> {
  opened = await openWatched(browser, wall.url + path, screens[screen]);
  await opened.page.locator('main').waitFor();
  return opened.page;
}

/** What axe finds against WCAG 2.2 AA, targets of 24 px among it. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .options({ rules: { 'target-size': { enabled: true } } })
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
const finding = `#/findings/${encodeURIComponent('workloads/crash-looping|StatefulSet/db/postgres')}`;

describe('axe finds no fault', () => {
  test.each(['laptop', 'pi', 'phone'] as const)('on the wall with thirteen things wrong, %s', async (screen) => {
    const page = await open('', screen);
    await page.locator('a[href="#/areas/workloads"]').waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test.each(['laptop', 'phone'] as const)(
    'on the page of an area with its rows, %s',
    async (screen) => {
      wall.show(manyRows(Date.now(), 500));
      const page = await open('#/areas/nodes', screen);
      await page.getByRole('rowheader').first().waitFor();
      expect(await faults(page)).toEqual([]);
      // Each cell of a hundred rows is looked at, which a busy machine takes a minute for.
    },
    180_000,
  );

  test.each(['laptop', 'phone'] as const)('on the page of an area with findings, %s', async (screen) => {
    const page = await open('#/areas/workloads', screen);
    await page.locator('article').first().waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test.each(['laptop', 'phone'] as const)('on the page of a finding, %s', async (screen) => {
    const page = await open(finding, screen);
    await page.getByText('listening on IPv4 address').waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test('without contact, on the wall and on a page', async () => {
    const page = await open();
    await page.locator('a.tile').first().waitFor();
    const other = await openWatched(browser, `${wall.url}#/areas/workloads`, screens.phone);
    await other.page.locator('article').first().waitFor();
    await wall.close();
    for (const each of [page, other.page]) {
      await each.getByRole('alert').waitFor({ timeout: 20_000 });
      expect(await faults(each)).toEqual([]);
    }
    await other.close();
    wall = await startSceneWall(tenGood(Date.now()));
  });
});

test('another level is announced once, while ages and figures go on unannounced', async () => {
  wall.show(tenGood(Date.now()));
  const page = await open();
  await page.locator('a.tile').first().waitFor();
  await page.evaluate(() => {
    const heard: string[] = [];
    const regions = '[role="status"], [role="alert"], [aria-live]';
    const hear = ({ target, addedNodes }: MutationRecord) => {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest(regions) ?? [...addedNodes].find((node) => (node as Element).matches?.(regions));
      if (region) heard.push(region.textContent ?? '');
    };
    new MutationObserver((records) => records.forEach(hear)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    Object.assign(window, { heard });
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  const age = () => page.locator('a[href="#/areas/nodes"] .detail').innerText();
  for (let i = 0; i < 3; i += 1) {
    const before = await age();
    await expect.poll(age).not.toBe(before);
  }
  expect(await heard()).toEqual([]);
  wall.show(nodeLost(Date.now()));
  await expect.poll(heard).toEqual([expect.stringMatching(/^nuc2 has sent no heartbeat.*Nodes: failing/)]);
  for (let i = 1; i <= 3; i += 1) {
    wall.change((board) => ({
      ...board,
      tiles: board.tiles.map((tile) => ({ ...tile, figure: { ...tile.figure, value: String(40 + i) } })),
    }));
    await page
      .locator('.figure')
      .getByText(String(40 + i), { exact: true })
      .first()
      .waitFor();
  }
  expect(await heard()).toHaveLength(1);
});

describe('with the keyboard alone', () => {
  test('the focus goes through headline and tiles in their order and can be seen', async () => {
    const page = await open();
    await page.locator('a[href="#/areas/gitops"]').waitFor();
    const order: string[] = [];
    for (let i = 0; i < 11; i += 1) {
      await page.keyboard.press('Tab');
      const { href, outline } = await page.evaluate(() => ({
        href: document.activeElement?.getAttribute('href') ?? '',
        outline: parseFloat(getComputedStyle(document.activeElement!).outlineWidth),
      }));
      expect(outline, href).toBeGreaterThanOrEqual(2);
      order.push(href.replace('#/areas/', ''));
    }
    expect(order[0]).toBe(finding);
    expect(order.slice(1)).toEqual(
      'control-plane nodes workloads jobs certificates storage backups registry services gitops'.split(' '),
    );
  });

  test('a page opens on its heading, and Escape leads back to the tile one came from', async () => {
    const page = await open();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim().split('\n')[0] ?? '');
    await page.locator('a[href="#/areas/workloads"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Workloads');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.keyboard.press('Escape');
    await page.locator('main.wall').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('href')))
      .toBe('#/areas/workloads');
    await page.goBack();
    await page.locator('main.page').waitFor();
    await page.goBack();
    await page.locator('main.wall').waitFor();
  });

  test('no button and no link that stands alone is smaller than 24 px', async () => {
    const small = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, nav a, .back, input, li a')]
          .filter((target) => target.closest('[inert]') === null)
          .filter((target) => {
            const { width, height } = target.getBoundingClientRect();
            return width < 24 || height < 24;
          })
          .map((target) => target.outerHTML.slice(0, 120)),
      );
    for (const [path, screen] of [
      ['', 'pi'],
      ['', 'phone'],
      ['#/areas/nodes', 'phone'],
      [finding, 'pi'],
    ] as const) {
      const page = await open(path, screen);
      await page.locator('main a').first().waitFor();
      expect(await small(page), `${path} ${screen}`).toEqual([]);
      await opened?.close();
    }
    await open();
  });
});

test('whoever wants less motion gets none', async () => {
  opened = await openWatched(browser, `${wall.url}?kiosk&night=0-24`, {
    ...screens.laptop,
    reducedMotion: 'reduce',
  });
  await opened.page.locator('a.tile').first().waitFor();
  const moving = await opened.page.evaluate(() => {
    const all = [...document.querySelectorAll('*')].flatMap((element) => [
      getComputedStyle(element),
      getComputedStyle(element, '::after'),
    ]);
    return all.filter(
      ({ transitionDuration, animationName }) => transitionDuration !== '0s' || animationName !== 'none',
    ).length;
  });
  expect(moving).toBe(0);
});
