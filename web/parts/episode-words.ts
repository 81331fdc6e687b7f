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

/** How often it was so in the time that is told of, and how long together: "Was so 4 times in 30 days, together 2 h". */
export function timesWords(episodes: readonly PastFinding[], now: number, days: number): string {
  const sure = episodes.filter(({ endedAtMost }) => endedAtMost !== true);
  const ms = sure.reduce((sum, { since, endedAt }) => sum + (endedAt ?? now) - Math.max(since, now - days * dayMs), 0);
  const times = episodes.length === 1 ? 'once' : `${episodes.length} times`;
  const more = sure.length < episodes.length ? ' at least' : '';
  return `Was so ${times} before in ${days} days, together${more} ${lengthWords(ms)}`;
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
