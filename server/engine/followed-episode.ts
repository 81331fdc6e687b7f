import type { Finding } from '#shared/finding.ts';
import type { PastFinding } from '#shared/history.ts';
import { byWorst, type Level } from '#shared/level.ts';
import { lastingSay } from './lasting-say.ts';

/** What a trouble brought about is over some time after the trouble itself: until then it is explained by it. */
const afterCauseMs = 2 * 60_000;

/** An episode that is open, as it is followed from judgement to judgement. Changed in place: it belongs to the stream alone. */
export interface FollowedEpisode {
  past: PastFinding;
  /** The level that was last shown; null if none was since this process watches. */
  level: Level | null;
  /** It was seen to last at the last look: if it is over now, it is over since now. */
  sure: boolean;
  /** Since when one that was explained has stood without a cause (epoch ms), null while it is explained. */
  aloneAt: number | null;
  /** It has been told that it began. */
  told: boolean;
  /** In which judgement it was last seen. */
  turn: number;
}

/** True for what an owner calls an incident: something that is, or was, bad and that nothing else explained. */
export function isIncident({ level, cause }: Pick<PastFinding, 'level' | 'cause'>): boolean {
  return level === 'bad' && cause === null;
}

/** An episode that a finding begins. */
export function beginning(finding: Finding): PastFinding {
  const { id, episode, check, area, level, lastLevel, say, since, atLeast, cause } = finding;
  return {
    ...{ episode, finding: id, check, area, level: lastLevel ?? level, say: lastingSay(say), since },
    ...(atLeast === true ? { atLeast } : {}),
    ...{ endedAt: null, cause },
  };
}

/** The episode after another look at its finding, and since when it is so; null if nothing of it is other than it was. */
export function nextOf(
  followed: FollowedEpisode,
  finding: Finding,
  now: number,
): { past: PastFinding; at: number } | null {
  const { past } = followed;
  const worse = finding.lastLevel === undefined && byWorst(finding.level, past.level) < 0;
  const { cause, at } = causeOf(followed, finding, now);
  if (!worse && cause === past.cause) return null;
  const words = worse ? { level: finding.level, say: lastingSay(finding.say) } : {};
  return { past: { ...past, ...words, cause }, at: worse ? now : at };
}

/**
 * What has been an incident stays one, even if it is explained later: it was told as one. What was explained and outlives its
 * cause is one of its own from then on.
 */
function causeOf(followed: FollowedEpisode, finding: Finding, now: number): { cause: string | null; at: number } {
  const { past } = followed;
  if (finding.cause !== null) {
    followed.aloneAt = null;
    return { cause: isIncident(past) ? null : (past.cause ?? finding.cause), at: now };
  }
  // While it cannot be seen, nor can what explains it.
  if (past.cause === null || finding.level === 'unknown') return { cause: past.cause, at: now };
  // Never later than now: the clock may have been ahead.
  followed.aloneAt = Math.min(followed.aloneAt ?? now, now);
  return { cause: now - followed.aloneAt < afterCauseMs ? past.cause : null, at: followed.aloneAt };
}

/** The episode as it ended. */
export function ended({ past, sure }: FollowedEpisode, now: number): PastFinding {
  return { ...past, endedAt: Math.max(now, past.since), ...(sure ? {} : { endedAtMost: true }) };
}
