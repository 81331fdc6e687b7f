import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#test/cluster/until.ts';
import { startPrometheusWith } from '#test/http/prometheus-process.ts';
import { findPrometheus } from '../../.launch/prometheus.mjs';
import { findBlackbox, startBlackbox } from './blackbox.ts';
import { startMeasured, usageOf, type MeasuredProcess } from './measured-process.ts';
import type { ProbeTargets } from './probe-targets.ts';
import type { ProbingFigures } from './probing-process.ts';
import { row, table } from './report.ts';

const minutes = Number(process.env['BENCH_MINUTES'] ?? 5);
const [services, registries] = [200, 5];
// All are probed at once at first, then each finds its place; code is compiled meanwhile.
const settleMs = 100_000;
// As `npm start` runs the wall.
const flags = ['--max-semi-space-size=2', '--max-old-space-size=128'];

/**
 * What 200 services every 30 s and 5 registries every 10 s cost, beside the same process that probes nothing, and beside what
 * an owner would else run: Debian's blackbox exporter driven by Debian's Prometheus. Real servers, real time, all at once.
 */
export async function benchProbes(): Promise<void> {
  const folder = findPrometheus();
  if (folder === undefined) throw new Error('there is no Prometheus to compare with: "apt-get install prometheus"');
  findBlackbox();
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-bench-'));
  const child = fork(join(import.meta.dirname, 'probe-targets.ts'), [String(services), String(registries)]);
  const stops: (() => unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
    () => child.disconnect(),
  ];
  try {
    const targets = await new Promise<ProbeTargets>((resolve, reject) => {
      child.once('message', (message) => resolve(message as ProbeTargets));
      child.once('exit', () => reject(new Error('the servers did not start')));
    });
    const ours = startProbing(directory, 'ours', targets);
    const idle = startProbing(directory, 'idle', { ...targets, services: [], registries: [] });
    stops.push(ours.process.stop, idle.process.stop);
    const blackbox = await startBlackbox(targets);
    stops.push(blackbox.stop);
    const prometheus = await startPrometheusWith(folder, { scrape_configs: blackbox.scrapes });
    stops.push(prometheus.stop);
    await sleep(settleMs);
    await ours.figures();
    const pids = [ours.process.child.pid!, idle.process.child.pid!, blackbox.pid, prometheus.pid];
    const begun = pids.map(figuresOf);
    await sleep(minutes * 60_000);
    const [own, none, box, prom] = begun.map((ended) => ended());
    const probed = await prometheus.query('count(probe_success == 1)');
    if (probed[0]?.value !== services + registries) throw new Error(`not all are well: ${JSON.stringify(probed)}`);
    report({ own: own!, none: none!, both: sum(box!, prom!) }, await ours.figures());
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

interface Probing {
  process: MeasuredProcess;
  /** Since the last call. */
  figures(): Promise<ProbingFigures>;
}

function startProbing(directory: string, name: string, targets: ProbeTargets): Probing {
  const [targetsFile, reportFile] = [join(directory, `${name}.json`), join(directory, `${name}-report.json`)];
  writeFileSync(targetsFile, JSON.stringify(targets));
  const script = join(import.meta.dirname, 'probing-process.ts');
  const process = startMeasured([...flags, script, targetsFile, reportFile], { MALLOC_ARENA_MAX: '1' }, false);
  return {
    process,
    async figures() {
      rmSync(reportFile, { force: true });
      process.child.kill('SIGUSR2');
      return until(
        'it reports',
        () => existsSync(reportFile) && (JSON.parse(readFileSync(reportFile, 'utf8')) as ProbingFigures),
      );
    },
  };
}

/** What a process takes: memory now, and the share of a core since the first call. */
interface Figures {
  rssMb: number;
  percent: number;
}

function figuresOf(pid: number): () => Figures {
  const [begun, at] = [usageOf(pid).cpuSeconds, performance.now()];
  return () => {
    const { cpuSeconds, rssMb } = usageOf(pid);
    return { rssMb, percent: ((cpuSeconds - begun) / ((performance.now() - at) / 1_000)) * 100 };
  };
}

function sum(a: Figures, b: Figures): Figures {
  return { rssMb: a.rssMb + b.rssMb, percent: a.percent + b.percent };
}

function report({ own, none, both }: Record<'own' | 'none' | 'both', Figures>, figures: ProbingFigures): void {
  const { asked, failed, peak, delaysMs, outcomes } = figures;
  const p99 = delaysMs.toSorted((a, b) => a - b)[Math.floor(delaysMs.length * 0.99)] ?? NaN;
  const cpuMs = (((own.percent - none.percent) / 100) * minutes * 60_000) / asked;
  const title = `${services} services every 30 s and ${registries} registries every 10 s, ${minutes} minutes (${asked} askings); baseline: Debian's blackbox exporter and Prometheus`;
  table(title, [
    row('share of a core', '3', own.percent, both.percent, '%'),
    row('of that, for probes', '-', own.percent - none.percent, null, '%'),
    row('CPU of one asking', '-', cpuMs, null, 'ms'),
    row('memory of the process', '-', own.rssMb, both.rssMb, 'MB'),
    row('more than the same process that probes nothing', '30', own.rssMb - none.rssMb, null, 'MB'),
    row('most at once', '16', peak, null, ''),
    row('later than its turn, 99th percentile', '1000', p99, null, 'ms'),
  ]);
  if (failed.length > 0) throw new Error(`${failed.length} askings failed: ${failed.slice(0, 3).join('; ')}`);
  if (outcomes['up'] !== services + registries) throw new Error(`not all are up: ${JSON.stringify(outcomes)}`);
}
