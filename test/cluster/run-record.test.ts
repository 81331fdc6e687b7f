import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bornAt, clearLeftOvers } from './run-record.ts';
import { until } from './until.ts';

// A launcher that starts something long, says its pid and waits to be ended.
const LAUNCHER = `
  const { startProcessGroup } = await import(process.argv[1]);
  const group = await startProcessGroup({ name: 'sleep', command: 'sleep', args: ['600'], logFile: process.argv[2] });
  console.log(group.pid);
  setInterval(() => undefined, 1000);
`;

const cache = process.env.XDG_CACHE_HOME;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-run-record-'));
  // Records of their own: those of a run that goes on beside this one are none of our business.
  process.env.XDG_CACHE_HOME = directory;
});

afterAll(() => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  rmSync(directory, { recursive: true, force: true });
});

async function launch() {
  const module = join(import.meta.dirname, 'process-group.ts');
  const args = ['--input-type=module', '-e', LAUNCHER, module, join(directory, 'log')];
  const launcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(launcher.stdout, 'data')) as [Buffer];
  const end = async (signal: NodeJS.Signals) => {
    launcher.kill(signal);
    await once(launcher, 'exit');
  };
  return { pid: Number(said.toString()), end };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} to the launcher ends what it started`, async () => {
    const { pid, end } = await launch();
    expect(bornAt(pid)).toBeDefined();
    await end(signal);
    await until('the process is gone', () => bornAt(pid) === undefined);
    expect(clearLeftOvers()).toEqual([]);
  });
}

test('what a killed launcher left is cleared by the next, and only once it is dead', async () => {
  const { pid, end } = await launch();
  expect(clearLeftOvers()).toEqual([]);
  await end('SIGKILL');
  expect(bornAt(pid)).toBeDefined();
  expect(clearLeftOvers()).toEqual(['cleared a left-over process: sleep']);
  await until('the process is gone', () => bornAt(pid) === undefined);
});
