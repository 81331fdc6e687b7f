import { join } from 'node:path';
import type { Board } from '#shared/board.ts';
import { buildApp } from '#server/app.ts';
import { diffBoards } from '#server/engine/diff.ts';
import type { WallView } from '#server/http/wall-view.ts';
import type { Change } from '#shared/change.ts';
import { answerHistory, answerSeries } from '#test/web/chart-fixtures.ts';
import { answerEpisodes, answerUptime } from '#test/web/past-fixtures.ts';
import { answerArea, answerLevels, type Scene } from '#test/web/fixtures.ts';

/** The wall's own doors, socket and page over a scene that the test chooses; no cluster stands behind them. */
export interface SceneWall {
  url: string;
  port: number;
  /** Replaces the scene; what differs goes over the socket as a change. */
  show(scene: Scene): void;
  /** Replaces the board alone, with the next revision. */
  change(next: (board: Board) => Board): Board;
  close(): Promise<void>;
}

/** What a scene wall can be told beside its scene. */
export interface SceneOptions {
  port?: number;
  build?: string;
  pageDirectory?: string;
  /** When it says it last judged; now, if not told. */
  judgedAt?: () => number;
  /** What is measured and what was, if it is other than that of the fixtures. */
  measured?: Pick<WallView, 'series' | 'history'>;
}

const builtPage = join(import.meta.dirname, '../../dist/web');

/** Listens on 127.0.0.1. Needs the built page. */
export async function startSceneWall(scene: Scene, options: SceneOptions = {}): Promise<SceneWall> {
  const { port = 0, build = 'scene', pageDirectory = builtPage, judgedAt = Date.now } = options;
  const measured = options.measured ?? { history: answerHistory, series: (area) => answerSeries(area) };
  const listeners = new Set<(change: Change) => void>();
  let shown: Scene = { ...scene, board: { ...scene.board, build } };
  const change = (next: (board: Board) => Board): Board => {
    const before = shown.board;
    const board = { ...next(before), build, revision: before.revision + 1, judgedAt: Date.now() };
    shown = { ...shown, board };
    const difference = diffBoards(before, board);
    for (const listener of listeners) listener(difference);
    return board;
  };
  const view = { ...viewOf(() => shown, listeners, judgedAt), ...measured };
  const app = await buildApp({ view, pageDirectory, build, log: console.error });
  const url = await app.listen({ port, host: '127.0.0.1' });
  return {
    url: `${url}/`,
    port: Number(new URL(url).port),
    change,
    show(next) {
      shown = { ...next, board: shown.board };
      change(() => next.board);
    },
    close: () => app.close(),
  };
}

function viewOf(shown: () => Scene, listeners: Set<(change: Change) => void>, judgedAt: () => number): WallView {
  return {
    board: () => shown().board,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    judgedAt,
    area: (area) => answerArea(shown(), area),
    areaMeasured: (area) => Promise.resolve({ area, at: Date.now(), rows: shown().measured?.[area] ?? {} }),
    finding(id) {
      const found = shown().board.findings.find((finding) => finding.id === id);
      return found === undefined ? null : { ...found, evidence: shown().evidence?.[id] ?? found.evidence };
    },
    levels: (subject, from) => answerLevels(subject, Date.now(), from),
    history: () => null,
    uptime: (subject) => answerUptime(subject, Date.now()),
    series: () => ({ series: [] }),
    measured: () => [],
    episodes: (asked) => answerEpisodes(Date.now(), asked),
    moments: () => ({ moments: shown().moments }),
    acknowledge: () => 'no-such-finding',
    takeBack: () => 'no-such-finding',
  };
}
