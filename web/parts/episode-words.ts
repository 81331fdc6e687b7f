import { formatAt } from '#shared/format.ts';
import type { PastFinding } from '#shared/history.ts';
import type { Say, SayContext } from '#shared/say.ts';
import { lengthWords } from './length-words.ts';

const dayMs = 86_400_000;

/** When an episode was: "12 Nov 03:10, for 40 min"; what is not known exactly is said. */
export function episodeWords({ since, atLeast, endedAt, endedAtMost }: PastFinding, context: SayContext): string {
  const begun = `${formatAt(since, context.now, context.timeZone)}${atLeast ? ' or before' : ''}`;
  if (endedAt === null) return `since ${begun}, ${lengthWords(context.now - since)} up to now`;
  const lasted = lengthWords(endedAt - since);
  if (endedAtMost)
    return `${begun}, ended while the wall was off, by ${formatAt(endedAt, context.now, context.timeZone)}`;
  return `${begun}, for ${atLeast ? 'at least ' : ''}${lasted}`;
}

/** How often it was so in the time that is told of, and how long together as far as that is known: "Was so 4 times before in 30 days, together 2 h". */
export function timesWords(episodes: readonly PastFinding[], now: number, days: number): string {
  const times = episodes.length === 1 ? 'once' : `${episodes.length} times`;
  return [`Was so ${times} before in ${days} days`, togetherWords(episodes, now, now - days * dayMs)].join(', ');
}

function togetherWords(episodes: readonly PastFinding[], now: number, from: number): string {
  const msOf = (some: readonly PastFinding[]) =>
    some.reduce((sum, { since, endedAt }) => sum + (endedAt ?? now) - Math.max(since, from), 0);
  const sure = episodes.filter(({ endedAtMost }) => endedAtMost !== true);
  const [leastMs, mostMs] = [msOf(sure), msOf(episodes)];
  // What began before anyone looked may have lasted longer than all that is known.
  const open = episodes.some(({ since, atLeast }) => atLeast === true && since > from);
  if (open && leastMs === 0) return 'for how long is not known';
  if (open) return `together at least ${lengthWords(leastMs)}`;
  if (sure.length === episodes.length) return `together ${lengthWords(leastMs)}`;
  if (leastMs === 0) return `together at most ${lengthWords(mostMs)}`;
  return `together between ${lengthWords(leastMs)} and ${lengthWords(mostMs)}`;
}

/** A sentence of the past as it read when it was over: ages in it are those of then. */
export function saidThen({ say, endedAt }: PastFinding): Say {
  if (endedAt === null) return say;
  const values = { ...say.values };
  const template = say.template.replaceAll(/\{([A-Za-z0-9]+):age\}/g, (whole, name: string) => {
    const value = values[name];
    if (typeof value !== 'number') return whole;
    values[`${name}Then`] = Math.max(0, endedAt - value);
    return `{${name}Then:duration}`;
  });
  return { template, values };
}
