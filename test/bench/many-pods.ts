import { join } from 'node:path';
import { startControlPlane, type ControlPlane } from '#test/cluster/control-plane.ts';
import { until } from '#test/cluster/until.ts';
import { startMeasured, type MeasuredProcess } from './measured-process.ts';
import { changePods, createPods, podBytes } from './pod-load.ts';
import { row, table } from './report.ts';
import { startWall } from './wall-process.ts';

const pods = 5_000;
const perSecond = 500;
const seconds = 20;

interface Figures {
  peakRssMb: number;
  syncBlockMs: number;
  blockMs: number;
  changesCpu: number;
  changesPerSecond: number;
}

/** 5,000 pods on the real API server, then 500 changes/s for 20 s: the wall beside client-node's informer. */
export async function benchManyPods(): Promise<void> {
  const plane = await startControlPlane({ withKwok: false });
  try {
    await withoutControllers(plane);
    await createPods(plane, pods);
    const bytes = await podBytes(plane);
    const wall = await measure(plane, () => startWall(plane.kubeconfig(), { watchEventLoop: true }));
    const informer = await measure(plane, () => startInformer(plane));
    print(bytes, wall, informer);
  } finally {
    await plane.stop();
  }
}

async function withoutControllers(plane: ControlPlane): Promise<void> {
  // Their garbage collection would delete pods of nodes that do not exist.
  await plane.component('kube-controller-manager').kill();
  await plane.component('kube-scheduler').kill();
}

async function measure(plane: ControlPlane, start: () => Promise<MeasuredProcess>): Promise<Figures> {
  const measured = await start();
  try {
    await settle();
    const syncBlockMs = await measured.longestBlockMs();
    const before = measured.usage();
    const { changes, tookMs } = await changePods(plane, pods, perSecond, seconds);
    await settle();
    const after = measured.usage();
    return {
      peakRssMb: after.peakRssMb,
      syncBlockMs,
      blockMs: await measured.longestBlockMs(),
      changesCpu: after.cpuSeconds - before.cpuSeconds,
      changesPerSecond: changes / (tookMs / 1000),
    };
  } finally {
    await measured.stop();
  }
}

/** Time for the last events to arrive; nothing to wait on, since the process is looked at from outside. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000));
}

async function startInformer(plane: ControlPlane): Promise<MeasuredProcess> {
  const script = join(import.meta.dirname, 'informer.mjs');
  const measured = startMeasured([script], { KUBECONFIG: plane.kubeconfig() }, true);
  await until('the informer has listed', () => measured.usage().cpuSeconds > 1, { withinMs: 60_000 });
  return measured;
}

function print(bytes: number, wall: Figures, informer: Figures): void {
  const line = (name: string, bar: string, value: (figures: Figures) => number, unit: string) =>
    row(name, bar, value(wall), value(informer), unit);
  table(`${pods} pods of ${(bytes / 1000).toFixed(1)} kB, then ${perSecond} changes/s for ${seconds} s`, [
    line('peak memory', '135', ({ peakRssMb }) => peakRssMb, 'MB'),
    line('longest event-loop block, start and first sync', '20', ({ syncBlockMs }) => syncBlockMs, 'ms'),
    line('longest event-loop block, changes', '20', ({ blockMs }) => blockMs, 'ms'),
    line('CPU of 10,000 changes', '1.3', ({ changesCpu }) => changesCpu, 's'),
    line('changes the API server managed', '-', ({ changesPerSecond }) => changesPerSecond, '/s'),
  ]);
}
