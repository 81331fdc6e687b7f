import type { AreaAnswer, AreaMeasured } from '#shared/area-rows.ts';
import type { Area } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { Change } from '#shared/change.ts';
import type { Evidence, Finding, Meaning } from '#shared/finding.ts';
import type {
  EpisodesAnswer,
  HistoryAnswer,
  LevelsAnswer,
  MomentsAnswer,
  SeriesAnswer,
  SeriesUnit,
  UptimeAnswer,
} from '#shared/history.ts';

/** One finding with all its evidence. */
export interface FindingAnswer extends Omit<Finding, 'evidence'> {
  evidence: Evidence[];
}

/** What became of an acknowledgement. */
export type AcknowledgeOutcome = 'done' | 'no-such-finding' | 'other-episode';

/** What a series measured last. `at` is when, epoch ms. */
export interface MeasuredValue {
  series: string;
  unit: SeriesUnit;
  value: number;
  at: number;
}

/** The wall as the doors may see it: to read, and to acknowledge. */
export interface WallView {
  board(): Board;
  /** Called with every change, at most every 100 ms after the first. Returns the way to stop. */
  onChange(listener: (change: Change) => void): () => void;
  /** When the board was last judged (epoch ms), 0 if never. */
  judgedAt(): number;
  area(area: Area): AreaAnswer;
  /** What was measured of its rows, at most a minute old. Rejects only if something of ours is broken. */
  areaMeasured(area: Area): Promise<AreaMeasured>;
  finding(id: string): FindingAnswer | null;
  /** Null if the subject (an area, `wall`, or a finding's id) is not known. `to` is Infinity for all up to now. */
  levels(subject: string, from: number, to: number): LevelsAnswer | null;
  /** Null if there is no such series. */
  history(series: string, from: number, to: number, points: number): HistoryAnswer | null;
  /** Of the last 24 h, 7 d and 30 d; null as of `levels`. */
  uptime(subject: string): UptimeAnswer | null;
  series(area: Area): SeriesAnswer;
  /** What was measured by the last sample, at most 1,000 series; nothing of those it did not measure. */
  measured(): readonly MeasuredValue[];
  /** At most 500, newest first. */
  episodes(asked: { from: number; to: number; area?: Area; finding?: string }): EpisodesAnswer;
  moments(from: number, to: number): MomentsAnswer;
  acknowledge(finding: string, episode: string | undefined, meaning: Meaning): AcknowledgeOutcome;
  takeBack(finding: string): AcknowledgeOutcome;
}
