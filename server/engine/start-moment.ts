import type { LevelStore } from '#server/history/history.ts';
import type { Moment } from '#shared/history.ts';
import { render, say, type SayContext } from '#shared/say.ts';
import { longestUptimeMs } from './uptime.ts';
import { wallSubject } from './take-over.ts';

// A restart that takes less is over before anybody asks.
const worthTellingMs = 60_000;

/** The wall's start, and since when nobody had watched: after a kill or a power cut nothing else tells of the end before. */
export function startMoment(levels: LevelStore, context: SayContext): Moment {
  const { now } = context;
  const last = levels.read(wallSubject, now - longestUptimeMs, now)?.at(-1)?.to ?? null;
  const text =
    last === null || now - last < worthTellingMs
      ? 'the wall started'
      : render(say('the wall started; nobody had watched since {last:at}', { last }), context);
  return { at: now, kind: 'start', text };
}
