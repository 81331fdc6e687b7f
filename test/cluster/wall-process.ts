import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '#shared/area.ts';
import type { Board, Tile } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import type { EpisodesAnswer, PastFinding } from '#shared/history.ts';
import { freePort } from './free-port.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import { until } from './until.ts';

/** The wall in a process of its own, as users run it, and what its board said while it was looked at. */
export interface WallProcess {
  url: string;
  board(): Promise<Board>;
  /** Waits until the board is so; returns how many ms that took. Throws with the board's headline if it does not come. */
  sees(what: string, condition: (board: Board) => unknown, withinMs: number): Promise<number>;
  /** Holds that a condition is true of every board for a time (looked at every 200 ms). */
  keeps(what: string, condition: (board: Board) => boolean, forMs: number): Promise<void>;
  /** SIGKILL and start again with the same data directory, or SIGTERM first if told so; `meanwhile` is done while it is off. */
  restart(how: 'SIGKILL' | 'SIGTERM', meanwhile?: () => void | Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the bundle of dist/ on a kubeconfig, perhaps in a network of its own, and waits until it serves a board. Needs a build. */
export async function startWall(
  kubeconfig: string,
  env: Record<string, string> = {},
  network?: NetworkNamespace,
): Promise<WallProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-wall-'));
  const port = await freePort();
  const host = network?.address ?? '127.0.0.1';
  const url = `http://${host}:${port}`;
  const own = {
    KUBECONFIG: kubeconfig,
    HOST: host,
    PORT: String(port),
    CLUSTERWALL_DATA: join(directory, 'data'),
  };
  const begin = () => beginProcess(directory, { ...own, ...env }, network?.spawn ?? spawn);
  const board = async () => (await (await fetch(`${url}/api/board`)).json()) as Board;
  const served = () => Promise.race([until('the wall serves a board', board, { withinMs: 15_000 }), running.endsEarly]);
  let running = begin();
  await served();

  return {
    url,
    board,
    async sees(what, condition, withinMs) {
      const startedAt = performance.now();
      let last: Board | undefined;
      const holds = async () => condition((last = await board()));
      await until(what, holds, { withinMs, everyMs: 100 }).catch((error: unknown) => {
        throw new Error(`${String(error)}; the wall says ${summary(last)}`, { cause: error });
      });
      return performance.now() - startedAt;
    },
    async keeps(what, condition, forMs) {
      const deadline = Date.now() + forMs;
      while (Date.now() < deadline) {
        const seen = await board();
        if (!condition(seen)) throw new Error(`it did not stay so that ${what}; the wall says ${summary(seen)}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    async restart(how, meanwhile) {
      await running.end(how);
      await meanwhile?.();
      running = begin();
      await served();
    },
    async stop() {
      await running.end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The tile of an area. */
export function tileOf(board: Board, area: Area): Tile {
  return board.tiles.find((tile) => tile.area === area)!;
}

/** All sources but those of kubelets, since pretended nodes have none that measures, and of kinds that are not installed. */
export function apiSources(board: Board): Board['sources'] {
  return board.sources.filter(({ name, state }) => !/^kubelet(-certificates)?\//.test(name) && state !== 'absent');
}

/** Findings of one check. */
export function findingsOf(board: Board, check: string): Finding[] {
  return board.findings.filter((finding) => finding.check === check);
}

/** All episodes of a finding that the history knows, newest first. */
export async function episodesOf(wall: WallProcess, finding: string): Promise<PastFinding[]> {
  const answer = await fetch(`${wall.url}/api/episodes?finding=${encodeURIComponent(finding)}`);
  if (!answer.ok) throw new Error(`/api/episodes?finding=${finding} answers ${answer.status}`);
  return ((await answer.json()) as EpisodesAnswer).episodes;
}

/** A line for the log of the run: what was seen after how long, beside its bar. */
export function seenAfter(what: string, ms: number, barMs: number): void {
  console.log(`  seen: ${what} after ${(ms / 1000).toFixed(1)} s (bar ${barMs / 1000} s)`);
}

function summary(board: Board | undefined): string {
  if (board === undefined) return 'nothing';
  const tiles = board.tiles.filter(({ level }) => level !== 'unwatched').map(({ area, level }) => `${area} ${level}`);
  const findings = board.findings.map(({ level, id, sentence }) => `[${level}] ${id}: ${sentence}`);
  const sources = board.sources.map(({ name, state, reason }) => `${name} ${state}${reason ? ` (${reason})` : ''}`);
  return [`"${board.headline.text}"`, tiles.join(', '), ...findings, sources.join(', ')].join('\n    ');
}

function beginProcess(directory: string, env: Record<string, string>, start: NetworkNamespace['spawn']) {
  const flags = ['--max-semi-space-size=2', '--max-old-space-size=128'];
  const child = start(process.execPath, [...flags, join(import.meta.dirname, '../../dist/main.js')], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let wanted = false;
  const endsEarly = ended.then((code) => {
    if (!wanted) throw new Error(`the wall ended with exit code ${code}: ${said}`);
  });
  // Whoever waits for it is told; later it shows in a board that does not come.
  endsEarly.catch((error: unknown) => console.error(String(error)));
  return {
    endsEarly,
    async end(signal: 'SIGKILL' | 'SIGTERM') {
      wanted = true;
      child.kill(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(patience);
    },
  };
}
