import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Board } from '#shared/board.ts';

/** How the process ended, and all it said until then. */
export interface Ended {
  code: number | null;
  afterMs: number;
  out: string;
  err: string;
}

/** The wall in a process of its own, with nothing of ours in its environment. */
export interface WallChild {
  /** The folder it runs in, its HOME too. */
  folder: string;
  ended: Promise<Ended>;
  /** What it has said so far on both streams. */
  said(): string;
  /** The address it says it can be opened at. Rejects if it ends before. */
  url(): Promise<string>;
  board(): Promise<Board>;
  signal(name: NodeJS.Signals): void;
}

const unbundled = join(import.meta.dirname, '../../server/main.ts');

/** A folder that is gone after the test. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clusterwall-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A cluster whose API nobody answers for. */
export function deadCluster(folder: string): { KUBECONFIG: string } {
  const file = join(folder, 'config');
  const cluster = { name: 'c', cluster: { server: 'http://127.0.0.1:9' } };
  const context = { name: 'homelab', context: { cluster: 'c', user: 'u' } };
  const content = {
    'current-context': 'homelab',
    clusters: [cluster],
    users: [{ name: 'u', user: {} }],
    contexts: [context],
  };
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...content }));
  return { KUBECONFIG: file };
}

/** Starts the wall; after the test it is ended. `PORT` is any free one unless told. */
export function startWall(env: Record<string, string> = {}, folder = folderOfTest(), program = unbundled): WallChild {
  const begunAt = performance.now();
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (err += String(text)));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, afterMs: performance.now() - begunAt, out, err })),
  );
  const url = () =>
    vi.waitFor(
      () => {
        const found = /open (http:\S+)/.exec(out)?.[1];
        if (found === undefined) throw new Error(`it has not said where it can be opened, only: ${out}${err}`);
        return found;
      },
      { timeout: 15_000, interval: 50 },
    );
  return {
    folder,
    ended,
    said: () => out + err,
    url,
    board: async () => (await (await fetch(`${await url()}/api/board`)).json()) as Board,
    signal: (name) => void child.kill(name),
  };
}
