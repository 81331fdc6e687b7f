import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../../.launch/browser.mjs';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startWall, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let wall: WallProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chromium or Chrome can be had: see the README on tests');
  plane = await startControlPlane({ nodes: 4 });
  wall = await startWall(plane.kubeconfig());
  browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage', '--disable-gpu'] });
  page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(wall.url);
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
  await plane?.stop();
});

test('from kubectl to the pixel: a cordon, a dead API server and its return are on the page without a reload', async () => {
  const nodes = page.locator('a[href="#/areas/nodes"]').first();
  const controlPlane = page.locator('a[href="#/areas/control-plane"]').first();
  const levelOf = (tile: typeof nodes) => tile.getAttribute('data-level');
  await expect.poll(() => levelOf(nodes), { timeout: 30_000 }).toBe('ok');
  expect(await nodes.innerText()).toMatch(/4\s*of 4 ready/);
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));

  await plane.kubectl(['cordon', 'nuc3']);
  await expect.poll(() => nodes.innerText(), { timeout: 5_000 }).toMatch(/cordoned/);
  await plane.kubectl(['uncordon', 'nuc3']);
  await plane.kubectl(['patch', 'node', 'nuc3', '--subresource=status', '--type=strategic', '-p', notReady]);
  await expect.poll(() => page.locator('body').innerText(), { timeout: 5_000 }).toMatch(/nuc3 .*not ready/i);
  expect(await levelOf(nodes)).toBe('bad');

  await plane.component('kube-apiserver').kill();
  await expect.poll(() => levelOf(controlPlane), { timeout: 6_000 }).toBe('bad');
  await expect.poll(() => levelOf(nodes), { timeout: 15_000 }).toBe('unknown');
  await plane.component('kube-apiserver').start();
  await expect.poll(() => levelOf(controlPlane), { timeout: 15_000 }).toBe('ok');
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
});

const notReady = JSON.stringify({
  status: {
    conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'PLEG is not healthy' }],
  },
});
