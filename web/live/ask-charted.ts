import type { HistoryAnswer } from '#shared/history.ts';
import { rangeMs, type RangeName } from '#web/parts/chart-range.ts';
import { askHistory, type Answer } from './doors.ts';

/** A wall that has not measured for long shows the last hour, in which a few minutes can be seen. */
const hourMs = 3_600_000;
const hourPoints = 240;
const fewPoints = 20;

/** A history and the time that it is of, epoch ms. */
export interface Answered {
  history: HistoryAnswer;
  from: number;
  to: number;
}

/** Asks what a series was over a range up to `now` (epoch ms), in at most so many points. */
export async function askCharted(
  series: string,
  range: RangeName,
  now: number,
  points: number,
): Promise<Answer<Answered>> {
  const whole = await over(series, now - rangeMs[range], now, points);
  if (!whole.ok || rangeMs[range] > rangeMs['24h']) return whole;
  const few = whole.value.history.points.filter(([, , average]) => average !== null).length < fewPoints;
  return few ? over(series, now - hourMs, now, hourPoints) : whole;
}

async function over(series: string, from: number, to: number, points: number): Promise<Answer<Answered>> {
  const answer = await askHistory(series, from, to, points);
  return answer.ok ? { ok: true, value: { history: answer.value, from, to } } : answer;
}
