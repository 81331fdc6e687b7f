import type { KeptAcknowledgement } from '#server/history/keeper.ts';
import { byWorst, type Level } from '#shared/level.ts';
import { subjectId, type Finding } from '#shared/finding.ts';
import { say, type Say, type SayContext } from '#shared/say.ts';
import type { Check } from './define-check.ts';
import { tell } from './told.ts';
import { shownEpisode, shownLevel, type Track } from './track.ts';

/** What a track becomes a finding with. */
export interface FindingContext extends SayContext {
  causes: ReadonlyMap<string, string>;
  explained: ReadonlyMap<string, number>;
  acknowledged(id: string): KeptAcknowledgement | undefined;
  checks: ReadonlyMap<string, Check>;
}

/** The finding that a track shows as, or null if it does not show. Its words are kept with the track. */
export function toFinding(track: Track, context: FindingContext): Finding | null {
  const shown = shownLevel(track);
  const episode = shownEpisode(track);
  if (shown === null || episode === null) return null;
  const { id, check, area, subject, verdict } = track;
  const acknowledged = stillMeant(context.acknowledged(id), shown.lastLevel ?? shown.level);
  track.told = tell(verdict ?? { say: lastKnown(track, context) }, track.told, context);
  return {
    id,
    episode: episodeId(id, episode.since),
    check,
    area,
    ...shown,
    subject,
    ...track.told.words,
    since: episode.since,
    ...(episode.atLeast ? { atLeast: true } : {}),
    cause: context.causes.get(id) ?? null,
    explains: context.explained.get(id) ?? 0,
    series: (verdict?.series ?? []).slice(0, 10),
    ...(context.checks.get(check)?.blinds === true && shown.level === 'bad' ? { blinds: true } : {}),
    ...(context.checks.get(check)?.latch === true ? { latch: true } : {}),
    ...(acknowledged === undefined ? {} : { acknowledged: { at: acknowledged.at, meaning: acknowledged.meaning } }),
  };
}

/** `id@since`. */
export function episodeId(id: string, since: number): string {
  return `${id}@${since}`;
}

/** What is said of an episode kept on disk while its subject has not been seen again. */
function lastKnown({ keptSay, subject, check }: Track, { checks }: FindingContext): Say {
  const about = checks.get(check)?.about ?? check;
  return keptSay ?? say('{subject}: {about}', { subject: subjectId(subject), about });
}

/** Who has seen a warning has not seen that it became bad: then it is as if nobody had acknowledged it. */
function stillMeant(made: KeptAcknowledgement | undefined, level: Level): KeptAcknowledgement | undefined {
  return made?.level !== undefined && byWorst(level, made.level) < 0 ? undefined : made;
}
