import type { Page } from 'playwright-core';
import { startControlPlane, type ControlPlane } from '#test/cluster/control-plane.ts';
import { openPage } from './page.ts';
import { row, table } from './report.ts';
import { startWall } from './wall-process.ts';

const changes = 200;

/** From the API server's change to the changed pixel: a node's readiness and the figure on its tile, 200 times. */
export async function benchChangeToPixel(): Promise<void> {
  const plane = await startControlPlane({ nodes: 4 });
  try {
    // With nobody else writing, the node's status is ours alone; the API server is the real one.
    for (const name of ['kwok', 'kube-controller-manager'] as const) await plane.component(name).kill();
    const wall = await startWall(plane.kubeconfig(), { watchEventLoop: false });
    const { page, close } = await openPage(wall.url);
    try {
      const delays = await measureDelays(plane, page);
      delays.sort((a, b) => a - b);
      table(`From the API server's change to the changed pixel, ${changes} changes`, [
        row('median', '150', delays[Math.floor(changes * 0.5)]!, null, 'ms'),
        row('99th percentile', '300', delays[Math.floor(changes * 0.99) - 1]!, null, 'ms'),
        row('slowest', '-', delays.at(-1)!, null, 'ms'),
      ]);
    } finally {
      await close();
      await wall.stop();
    }
  } finally {
    await plane.stop();
  }
}

async function measureDelays(plane: ControlPlane, page: Page): Promise<number[]> {
  const figure = page.locator('a[href="#/areas/nodes"] .figure b').first();
  await figure.getByText('4', { exact: true }).waitFor();
  const delays: number[] = [];
  for (let i = 0; i < changes; i += 1) {
    const ready = i % 2 === 1;
    const painted = page.evaluate(waitForFigure, ready ? '4' : '3');
    // Spread over the 100 ms in which changes are gathered, so that no phase is favoured.
    await new Promise((resolve) => setTimeout(resolve, 150 + ((i * 37) % 100)));
    const sentAt = Date.now();
    await plane.setNodeCondition('nuc3', { type: 'Ready', status: ready ? 'True' : 'False', reason: 'Bench' });
    delays.push((await painted) - sentAt);
  }
  return delays;
}

/** Runs in the page: resolves with the epoch ms of the frame that shows the figure. */
function waitForFigure(wanted: string): Promise<number> {
  const shown = () => document.querySelector('a[href="#/areas/nodes"] .figure b')?.textContent.trim() === wanted;
  return new Promise((resolve) => {
    const look = () => {
      if (!shown()) return;
      observer.disconnect();
      // The frame after this one has been painted when the next one begins.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  });
}
