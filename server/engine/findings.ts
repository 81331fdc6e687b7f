import { subjectId, type Evidence, type Finding } from '#shared/finding.ts';
import { say, type Say, type SayContext } from '#shared/say.ts';
import type { KeptAcknowledgement } from '#server/history/keeper.ts';
import { boundSay, cutText } from './bounded.ts';
import type { Check } from './define-check.ts';
import { shownEpisode, shownLevel, type Track } from './track.ts';

/** What the board holds of one finding; its own door has the rest. */
const boardEvidence = { count: 3, length: 200 };
const maxSentence = 500;
/** Its own door is bounded as well. */
const allEvidence = { count: 200, length: 4_000 };

/** What a track becomes a finding with. */
export interface FindingContext extends SayContext {
  causes: ReadonlyMap<string, string>;
  explained: ReadonlyMap<string, number>;
  acknowledged(id: string): KeptAcknowledgement | undefined;
  checks: ReadonlyMap<string, Check>;
}

/** The finding that a track shows as, or null if it does not show. */
export function toFinding(track: Track, context: FindingContext): Finding | null {
  const shown = shownLevel(track);
  const episode = shownEpisode(track);
  if (shown === null || episode === null) return null;
  const { id, check, area, subject, verdict } = track;
  const sentence = boundSay(verdict?.say ?? lastKnown(track, context), maxSentence, context);
  const acknowledged = context.acknowledged(id);
  return {
    id,
    episode: episodeId(id, episode.since),
    check,
    area,
    ...shown,
    subject,
    sentence: sentence.text,
    say: sentence.say,
    since: episode.since,
    ...(episode.atLeast ? { atLeast: true } : {}),
    evidence: evidenceOf(track, context, boardEvidence),
    steps: (verdict?.steps ?? []).slice(0, 10).map(({ say, command }) => ({
      say: cutText(say, 500),
      ...(command === undefined ? {} : { command: command.slice(0, 2_000) }),
    })),
    cause: context.causes.get(id) ?? null,
    explains: context.explained.get(id) ?? 0,
    series: (verdict?.series ?? []).slice(0, 10),
    ...(context.checks.get(check)?.latch === true ? { latch: true } : {}),
    ...(acknowledged === undefined ? {} : { acknowledged: { at: acknowledged.at, meaning: acknowledged.meaning } }),
  };
}

/** All evidence of a track, for the finding's own door. */
export function wholeEvidence(track: Track, context: SayContext): Evidence[] {
  return evidenceOf(track, context, allEvidence);
}

/** `id@since`. */
export function episodeId(id: string, since: number): string {
  return `${id}@${since}`;
}

function evidenceOf({ verdict }: Track, context: SayContext, most: typeof boardEvidence): Evidence[] {
  return (verdict?.evidence ?? []).slice(0, most.count).map(({ kind, say }) => {
    const bound = boundSay(say, most.length, context);
    return { kind, text: bound.text, say: bound.say };
  });
}

/** What is said of an episode kept on disk while its subject has not been seen again. */
function lastKnown({ keptSay, subject, check }: Track, { checks }: FindingContext): Say {
  const about = checks.get(check)?.about ?? check;
  return keptSay ?? say('{subject}: {about}', { subject: subjectId(subject), about });
}
