import { formatAt } from '#shared/format.ts';
import type { Stretch } from '#shared/history.ts';
import type { SayContext } from '#shared/say.ts';
import { lengthWords } from './length-words.ts';
import { pastRuns, type Run, type RunLevel } from './past-runs.ts';

const hourMs = 3_600_000;

const runWords: Record<RunLevel, string> = {
  bad: 'failing',
  warn: 'warning',
  unknown: 'unknown',
  gap: 'not watched',
};
const worstFirst: readonly RunLevel[] = ['bad', 'warn', 'unknown', 'gap'];

/** More times than these of one level are counted instead of named. */
const mostNamed = 2;

/** What a strip shows, in words: "failing for 40 min at 03:10, not watched 02:00 to 03:00", or "good all the time". */
export function stripWords(stretches: readonly Stretch[], from: number, context: SayContext): string {
  const runs = pastRuns(stretches, from, context.now);
  const told = worstFirst.flatMap((level) => {
    const some = runs.filter((run) => run.level === level);
    return some.length > mostNamed ? [countedWords(some, context)] : some.map((run) => runSaid(run, from, context));
  });
  return told.length === 0 ? 'good all the time' : told.join(', ');
}

function countedWords(runs: Run[], context: SayContext): string {
  const ms = runs.reduce((sum, { from, to }) => sum + (to ?? context.now) - from, 0);
  const [last] = runs.slice(-1);
  const when = last === undefined ? '' : `, last at ${at(last.from, context)}`;
  return `${runWords[last?.level ?? 'gap']} ${runs.length} times, together ${lengthWords(ms)}${when}`;
}

function runSaid({ level, from, to }: Run, begin: number, context: SayContext): string {
  const word = runWords[level];
  const first = from <= begin;
  if (to === null) return first ? `${word} all the time` : `${word} since ${at(from, context)}`;
  if (first) return `${word} until ${at(to, context)}`;
  if (to - from < hourMs) return `${word} for ${lengthWords(to - from)} at ${at(from, context)}`;
  return `${word} ${at(from, context)} to ${at(to, context)}`;
}

function at(time: number, { now, timeZone }: SayContext): string {
  return formatAt(time, now, timeZone);
}
