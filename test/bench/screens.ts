import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { startControlPlane, type ControlPlane } from '#test/cluster/control-plane.ts';
import { row, table } from './report.ts';
import { startWall, type WallProcess } from './wall-process.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 60);
const changesPerSecond = 10;
const manyScreens = 199;
const deafScreens = 50;

/** What the wall's process took over a stretch of time. */
interface Stretch {
  /** Percent of a core. */
  cpu: number;
  rssMb: number;
  /** Changes that a screen got each second, 0 without screens to ask. */
  changes: number;
}

/** One screen beside 200, then 50 that never read, while nodes change ten times a second on a real API server. */
export async function benchScreens(): Promise<void> {
  const plane = await startControlPlane({ nodes: 4 });
  try {
    // With nobody else writing, the nodes' status is ours alone.
    for (const name of ['kwok', 'kube-controller-manager'] as const) await plane.component(name).kill();
    const wall = await startWall(plane.kubeconfig(), { watchEventLoop: false });
    const stopChanges = changeNodes(plane);
    try {
      const one = await withScreens(wall, 1, false);
      const many = await withScreens(wall, manyScreens, false, 1);
      const deaf = await withScreens(wall, deafScreens, true);
      table(`Screens at ${changesPerSecond} changes a second, ${seconds} s each`, [
        row('changes a screen gets each second, 1 screen', '-', one.changes, null, ''),
        row(`the same, ${manyScreens + 1} screens`, '-', many.changes, null, ''),
        row('CPU with 1 screen, of a core', '-', one.cpu, null, '%'),
        row(`CPU more with ${manyScreens + 1} screens`, '6', many.cpu - one.cpu, null, '%'),
        row(`memory more with ${manyScreens + 1} screens`, '40', many.rssMb - one.rssMb, null, 'MB'),
        row(`memory more with ${deafScreens} that never read`, '40', deaf.rssMb - many.rssMb, null, 'MB'),
      ]);
    } finally {
      stopChanges();
      await wall.stop();
    }
  } finally {
    await plane.stop();
  }
}

/** Opens `count` screens beside `kept` open ones, lets them settle, and measures. */
async function withScreens(wall: WallProcess, count: number, deaf: boolean, kept = 0): Promise<Stretch> {
  const first = kept > 0 ? await openScreens(wall.url, kept, false) : null;
  const screens = await openScreens(wall.url, count, deaf);
  try {
    await pass(10);
    await screens.changes();
    const before = wall.usage();
    const startedAt = performance.now();
    await pass(seconds);
    const passed = (performance.now() - startedAt) / 1000;
    const after = wall.usage();
    const changes = deaf ? 0 : (await screens.changes()) / count / passed;
    return { cpu: ((after.cpuSeconds - before.cpuSeconds) / passed) * 100, rssMb: after.rssMb, changes };
  } finally {
    screens.close();
    first?.close();
    await pass(2);
  }
}

async function openScreens(url: string, count: number, deaf: boolean) {
  const program = join(import.meta.dirname, 'screen-clients.mjs');
  const child = spawn(process.execPath, [program, url, String(count), ...(deaf ? ['deaf'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as { open?: number; changes?: number };
  if ((await next()).open !== count) throw new Error(`only a part of ${count} screens could be opened`);
  return {
    async changes(): Promise<number> {
      child.kill('SIGUSR2');
      return (await next()).changes ?? 0;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

/** Ten times a second one of the nodes changes its mind. Returns the way to stop. */
function changeNodes(plane: ControlPlane): () => void {
  let count = 0;
  const timer = setInterval(() => {
    const status = count % 8 < 4 ? 'False' : 'True';
    plane
      .setNodeCondition(`nuc${count % 4}`, { type: 'Ready', status, reason: 'Bench' })
      .catch((error: unknown) => console.error(String(error)));
    count += 1;
  }, 1_000 / changesPerSecond);
  return () => clearInterval(timer);
}

function pass(forSeconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forSeconds * 1_000));
}
