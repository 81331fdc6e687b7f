import type { Board } from '#shared/board.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import { startMeasured, type MeasuredProcess } from './measured-process.ts';

/** The wall as users run it: the bundle with the flags of `npm start`. */
export interface WallProcess extends MeasuredProcess {
  url: string;
  board(): Promise<Board>;
}

/** Starts the wall on a cluster and waits until a source is synced. Needs `npm run build` first. */
export async function startWall(kubeconfig: string, options: { watchEventLoop: boolean }): Promise<WallProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const measured = startMeasured(
    ['--max-semi-space-size=2', '--max-old-space-size=128', 'dist/main.js'],
    {
      KUBECONFIG: kubeconfig,
      PORT: String(port),
      HOST: '127.0.0.1',
      CLUSTERWALL_DEMO: '',
      CLUSTERWALL_CONFIG: '',
      MALLOC_ARENA_MAX: '1',
    },
    options.watchEventLoop,
  );
  const board = async () => (await (await fetch(`${url}/api/board`)).json()) as Board;
  await until('the wall watches pods', async () => isSynced(await board(), 'pods'), { withinMs: 60_000, everyMs: 50 });
  return { ...measured, usage: measured.usage, url, board };
}

function isSynced(board: Board, source: string): boolean {
  return board.sources.some(({ name, state }) => name === source && state === 'synced');
}
