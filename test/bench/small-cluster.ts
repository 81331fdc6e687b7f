import { startControlPlane } from '#test/cluster/control-plane.ts';
import { until } from '#test/cluster/until.ts';
import { openPage } from './page.ts';
import { row, table } from './report.ts';
import { startWall } from './wall-process.ts';

const minutes = Number(process.env['BENCH_MINUTES'] ?? 10);

/** 4 nodes, 100 pods, one screen: memory after ten minutes and CPU at rest over the last half of them. */
export async function benchSmallCluster(): Promise<void> {
  const plane = await startControlPlane({ nodes: 4 });
  try {
    await plane.apply(deployment(100));
    await until('100 pods run', async () => (await runningPods(plane.request)) >= 100, { withinMs: 120_000 });
    const wall = await startWall(plane.kubeconfig(), { watchEventLoop: false });
    const page = await openPage(wall.url);
    try {
      await minutesPass(minutes / 2);
      const before = wall.usage();
      const startedAt = performance.now();
      await minutesPass(minutes / 2);
      const after = wall.usage();
      const share = ((after.cpuSeconds - before.cpuSeconds) / ((performance.now() - startedAt) / 1000)) * 100;
      table(`4 nodes, 100 pods, one screen, ${minutes} minutes`, [
        row('memory at the end', '125', after.rssMb, null, 'MB'),
        row('peak memory', '-', after.peakRssMb, null, 'MB'),
        row('CPU at rest, of a core', '0.7', share, null, '%'),
      ]);
    } finally {
      await page.close();
      await wall.stop();
    }
  } finally {
    await plane.stop();
  }
}

function minutesPass(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 60_000));
}

async function runningPods(request: (method: string, path: string) => Promise<unknown>): Promise<number> {
  const path = '/api/v1/namespaces/default/pods?fieldSelector=status.phase=Running';
  return ((await request('GET', path)) as { items: unknown[] }).items.length;
}

function deployment(replicas: number): object {
  const labels = { app: 'web' };
  const containers = [{ name: 'web', image: 'registry.example/web:1' }];
  const template = { metadata: { labels }, spec: { automountServiceAccountToken: false, containers } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec };
}
