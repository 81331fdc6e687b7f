import type { Area } from '#shared/area.ts';
import type { Finding, Subject } from '#shared/finding.ts';
import type { Level } from '#shared/level.ts';
import type { Verdict } from './define-check.ts';
import type { Told } from './told.ts';
import { isWaiting, type Hold } from './hold.ts';

/** A stretch of something not being ok. Times epoch ms. */
export interface Episode {
  since: number;
  /** It was so when we first looked: it began at `since` or earlier. */
  atLeast: boolean;
  /** When we first saw it. */
  seenAt: number;
}

/** What is followed of one verdict's id from judgement to judgement, as long as anything about it is not ok. */
export interface Track {
  id: string;
  check: string;
  area: Area;
  subject: Subject;
  hold: Hold;
  /** `known`: judged by fresh sources; `unknown`: the check itself cannot tell; `blind`: its sources are not fresh. */
  state: 'known' | 'unknown' | 'blind';
  /** The level of the last verdict. */
  raw: Level;
  /** The last verdict that was not ok, null if only its episode was kept on disk. */
  verdict: Verdict | null;
  /** The sources it was judged by; null after a restart. */
  sources: readonly string[] | null;
  /** The sources it was judged by before the restart, as far as that was kept. Counts while `sources` is null. */
  keptSources?: readonly string[];
  /** When the verdicts left ok, while that waits to count. */
  left: { at: number; atLeast: boolean } | null;
  /** The episode of a level that counts. */
  episode: Episode | null;
  /** Since when it has been unknown without an episode. */
  unknown: Episode | null;
  /** What was kept of its sentence, for as long as there is no verdict. */
  keptSay?: Verdict['say'];
  /** Its words as they were last rendered. */
  told?: Told;
}

/** How a track shows as a finding, or null if it does not. */
export function shownLevel(track: Track): Pick<Finding, 'level' | 'lastLevel'> | null {
  const { counted } = track.hold;
  if (track.state === 'known') return counted === 'ok' ? null : { level: counted };
  if (track.episode !== null && counted !== 'ok') return { level: 'unknown', lastLevel: counted };
  return track.state === 'unknown' && track.unknown !== null ? { level: 'unknown' } : null;
}

/** The episode that a shown track is in. */
export function shownEpisode(track: Track): Episode | null {
  return track.episode ?? track.unknown;
}

/** True if nothing of it needs to be followed any more. */
export function isDone(track: Track): boolean {
  const quiet = track.hold.counted === 'ok' && !isWaiting(track.hold);
  return quiet && track.episode === null && track.unknown === null;
}
