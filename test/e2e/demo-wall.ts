import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '#shared/board.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';

/** The wall with the demo cluster in a process of its own. */
export interface DemoWall {
  url: string;
  directory: string;
  board(): Promise<Board>;
  /** SIGSTOP: connections stay open, nothing is sent. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL, then start again on the same port. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the bundle with a scenario of the demo and waits until its tiles are judged. */
export async function startDemoWall(scenario: string): Promise<DemoWall> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const board = async () => (await (await fetch(`${url}/api/board`)).json()) as Board;
  const env = {
    CLUSTERWALL_DEMO: scenario,
    HOST: '127.0.0.1',
    PORT: String(port),
    CLUSTERWALL_DATA: join(directory, 'data'),
  };
  let child: ChildProcess;
  const begin = async () => {
    const main = join(import.meta.dirname, '../../dist/main.js');
    child = spawn(process.execPath, [main], {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await until('the demo serves a board', board, { withinMs: 45_000 });
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await ended;
  };
  await begin();
  return {
    url,
    directory,
    board,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      await begin();
    },
    async stop() {
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
