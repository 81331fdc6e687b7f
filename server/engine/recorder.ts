import type { ClusterHistory } from '#server/history/history.ts';
import type { Board } from '#shared/board.ts';
import type { Moment } from '#shared/history.ts';
import type { Judgement } from './judgement.ts';
import type { Sampler } from './sampler.ts';
import type { Timeline } from './timeline.ts';

/** Longer than this between two judgements (a suspended machine), and nobody watched. */
const gapMs = 15_000;

/** Writes what boards say into the history: levels, moments, series. */
export interface Recorder {
  record(board: Board, judgement: Judgement): void;
  /** A new history begins with this moment; nothing of an old one is mixed in. */
  begin(moment: Moment): void;
}

/** A recorder into these. */
export function createRecorder(parts: {
  history: () => ClusterHistory;
  sampler: Sampler;
  timeline: Timeline;
}): Recorder {
  const { history, sampler, timeline } = parts;
  let shown = new Set<string>();
  let lastAt: number | null = null;

  return {
    record(board, { snapshot, findings }) {
      const { levels, series } = history();
      const at = snapshot.now;
      if (lastAt !== null && at - lastAt > gapMs) levels.pause(lastAt);
      lastAt = at;
      for (const { area, level } of board.tiles) levels.record(area, level, at);
      const after = new Set(findings.map(({ id }) => id));
      for (const { id, level } of findings) levels.record(id, level, at);
      for (const id of shown) if (!after.has(id)) levels.record(id, 'ok', at);
      shown = after;
      timeline.notice(snapshot, findings, board.timeZone);
      sampler.sample(snapshot, series);
    },
    begin(moment) {
      shown = new Set();
      sampler.clear();
      timeline.clear();
      history().moments.add(moment);
    },
  };
}
