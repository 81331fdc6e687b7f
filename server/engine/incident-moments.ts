import type { Moment } from '#shared/history.ts';
import { render, type SayContext } from '#shared/say.ts';
import { cutText } from './bounded.ts';
import type { EpisodeEvent } from './episode-stream.ts';
import { isIncident } from './followed-episode.ts';

/** What the timeline tells of an episode: that an incident began, or is over. Null if it is none, or was told. */
export function incidentMoment({ is, at, finding, before }: EpisodeEvent, context: SayContext): Moment | null {
  if (!isIncident(finding)) return null;
  const text = cutText(render(finding.say, context), 200);
  if (is === 'ended') {
    const over = finding.endedAtMost === true ? 'over by then' : 'over';
    return { at, kind: 'incident-end', text: `${over}: ${text}`, level: 'ok', finding: finding.finding };
  }
  if (before !== null && isIncident(before)) return null;
  return { at, kind: 'incident-begin', text, level: 'bad', finding: finding.finding };
}
