import type { PastFinding } from '#shared/history.ts';
import { toldSentence } from './told.ts';
import type { SayContext } from '#shared/say.ts';
import { saidThen } from './episode-words.ts';
import type { Mark } from './moment-marks.ts';
import { subjectOf } from './series-order.ts';

/** Time in which something was wrong with what a chart shows, epoch ms; `to` null while it lasts. */
export interface Span {
  from: number;
  to: number | null;
  level: 'bad' | 'warn';
  episode: PastFinding;
}

/** More than these would be a curtain: the latest are drawn. */
const mostSpans = 60;
/** A finding is told when it has held for so long at most after it began. */
const sameMs = 10 * 60_000;

/** When the subject of a series was failing or in warning, whatever explained it, oldest first. */
export function spansOf(episodes: readonly PastFinding[], series: string): Span[] {
  const subject = subjectOf(series);
  if (subject === '') return [];
  return episodes
    .flatMap((episode): Span[] => {
      const { finding, level, since, endedAt } = episode;
      const isIts = finding.split('|')[1] === subject;
      return isIts && (level === 'bad' || level === 'warn') ? [{ from: since, to: endedAt, level, episode }] : [];
    })
    .toSorted((a, b) => a.from - b.from)
    .slice(-mostSpans);
}

/** Spans that touch a time, as what is told beside the moments of that time; those that a moment tells already are left out. */
export function spanMarks(
  spans: readonly Span[],
  time: { from: number; to: number },
  marks: readonly Mark[],
  context: SayContext,
): Mark[] {
  const isTold = (at: number) =>
    marks.some((mark) => (mark.begin === true || mark.here === true) && Math.abs(mark.at - at) < sameMs);
  return spans
    .filter(({ from, to }) => from < time.to && (to ?? Infinity) >= time.from && !isTold(from))
    .map(({ from, episode, level }) => ({ at: from, level, text: toldSentence(saidThen(episode), context) }));
}
