import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleMs } from '#server/history/history.ts';
import { prometheusText, prometheusType } from '#server/http/prometheus-text.ts';
import { seriesMetrics } from '#server/http/series-metrics.ts';
import { startPrometheus } from '#test/http/prometheus-process.ts';
import { findPrometheus } from '../../.launch/prometheus.mjs';
import { startMeasured, usageOf } from './measured-process.ts';
import { ioOf } from './process-io.ts';
import { row, table } from './report.ts';
import { seriesLoad } from './series-load.ts';

const minutes = Number(process.env['BENCH_MINUTES'] ?? 10);
const count = 200;
const daySeconds = 86_400;
// What both do once at the start (a database, its ballast, a first segment) belongs to no day.
const settleMs = 150_000;

/**
 * What an owner would else run for the history: a Prometheus that scrapes the same 200 series every 15 s, beside a process of
 * ours that keeps them. Real time, both at once on one disk; in some minutes neither Prometheus' blocks of two hours nor our
 * roll-ups of an hour are written, so that a day of both is more.
 */
export async function benchPrometheus(): Promise<void> {
  const folder = findPrometheus();
  if (folder === undefined) {
    throw new Error(
      'there is no Prometheus: "apt-get install prometheus", or set CLUSTERWALL_PROMETHEUS to its folder',
    );
  }
  const directory = mkdtempSync(join(process.env['BENCH_DIRECTORY'] ?? tmpdir(), 'clusterwall-bench-'));
  const door = await metricsDoor();
  const writer = join(import.meta.dirname, 'history-writer.ts');
  const ours = startMeasured([writer, directory, String(count)], {}, false);
  const idle = startMeasured([writer, '', String(count)], {}, false);
  const theirs = await startPrometheus(folder, `127.0.0.1:${(door.address() as AddressInfo).port}`, sampleMs);
  try {
    await sleep(settleMs);
    const [own, other] = [figuresOf(ours.child.pid!), figuresOf(theirs.pid)];
    await sleep(minutes * 60_000);
    const taken = await theirs.query('count(clusterwall_series_value)');
    if (taken[0]?.value !== count) throw new Error(`Prometheus has not all series: ${JSON.stringify(taken)}`);
    report(own(), other(), usageOf(idle.child.pid!).rssMb);
  } finally {
    await Promise.all([ours.stop(), idle.stop(), theirs.stop()]);
    door.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What a process takes: memory now, and what it writes and computes in a day at the pace since the first call. */
interface Figures {
  rssMb: number;
  writtenMb: number;
  handedMb: number;
  cpuSeconds: number;
}

function figuresOf(pid: number): () => Figures {
  const begun = { io: ioOf(pid), cpu: usageOf(pid).cpuSeconds, at: performance.now() };
  return () => {
    const [io, usage] = [ioOf(pid), usageOf(pid)];
    const days = (performance.now() - begun.at) / 1000 / daySeconds;
    return {
      rssMb: usage.rssMb,
      writtenMb: (io.written - begun.io.written) / days / 1e6,
      handedMb: (io.handed - begun.io.handed) / days / 1e6,
      cpuSeconds: (usage.cpuSeconds - begun.cpu) / days,
    };
  };
}

function report(own: Figures, other: Figures, idleMb: number): void {
  const title = `${count} series every ${sampleMs / 1000} s, ${minutes} minutes of real time; baseline: Debian's Prometheus`;
  table(title, [
    row('memory of the process', '-', own.rssMb, other.rssMb, 'MB'),
    row('of it for the history', '-', Math.max(0.01, own.rssMb - idleMb), other.rssMb, 'MB'),
    row('written to storage a day, at this pace', '50', own.writtenMb, other.writtenMb, 'MB'),
    row('handed to the kernel a day, at this pace', '-', own.handedMb, other.handedMb, 'MB'),
    row('CPU time a day, at this pace', '-', own.cpuSeconds, other.cpuSeconds, 's'),
  ]);
}

/** The same series as `/metrics` tells them. */
async function metricsDoor(): Promise<Server> {
  const server = createServer((_, answer) => {
    const at = Date.now();
    const measured = seriesLoad(at, count).map((sample) => ({ ...sample, unit: 'percent' as const, at }));
    answer.setHeader('content-type', prometheusType).end(prometheusText(seriesMetrics(measured, at)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
