import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One series of an answer: its labels, and its value as of now. */
export interface FoundValue {
  labels: Record<string, string>;
  value: number;
}

/** A Prometheus of its own, with its own configuration and data. */
export interface PrometheusProcess {
  readonly pid: number;
  /** Where its data are. */
  readonly directory: string;
  /** The series that an expression gives now. Throws with Prometheus' words if it is none. */
  query(expression: string): Promise<FoundValue[]>;
  stop(): Promise<void>;
}

/** Starts the Prometheus of `folder`, which asks `target` (host:port) for its metrics every `everyMs`. */
export function startPrometheus(folder: string, target: string, everyMs: number): Promise<PrometheusProcess> {
  const jobs = [{ job_name: 'clusterwall', static_configs: [{ targets: [target] }] }];
  return startPrometheusWith(folder, { global: { scrape_interval: `${everyMs}ms` }, scrape_configs: jobs });
}

/** Starts the Prometheus of `folder` with a configuration. */
export async function startPrometheusWith(folder: string, config: object): Promise<PrometheusProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-prometheus-'));
  const configFile = join(directory, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config));
  const data = join(directory, 'data');
  const child = spawn(
    join(folder, 'prometheus'),
    [`--config.file=${configFile}`, `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const lines: string[] = [];
  const address = await Promise.race([listening(createInterface(child.stderr), lines), ended.then(() => '')]);
  if (address === '') {
    await stop();
    throw new Error(`prometheus ended: ${lines.slice(-5).join('\n')}`);
  }
  return { pid: child.pid!, directory: data, stop, query: (expression) => query(address, expression) };
}

/** The address it says it listens on; its lines are read on, so that it never waits for us. */
function listening(lines: ReturnType<typeof createInterface>, read: string[]): Promise<string> {
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      read.splice(0, read.length - 20);
      read.push(line);
      const [, address] = /msg="Listening on" address=(\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

async function query(address: string, expression: string): Promise<FoundValue[]> {
  const answer = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const told = (await answer.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (told.data === undefined) throw new Error(told.error ?? `${answer.status} without words`);
  return told.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
