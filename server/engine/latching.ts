import type { Subject } from '#shared/finding.ts';
import type { Check } from './define-check.ts';
import type { Endings, Tracks } from './episodes.ts';
import { episodeId } from './findings.ts';
import type { Past } from './past.ts';
import type { CheckRun } from './run-checks.ts';
import { shownEpisode, type Track } from './track.ts';

/** A check that holds what it found in its own memory until somebody acknowledges it: its verdict alone tells whether it is over. */
export function isHeldByMemory({ latch, remembers }: Check): boolean {
  return latch === true && remembers?.acknowledged !== undefined;
}

/** How checks call a subject in what they remember: `namespace/name`, or `name`. */
export function memorySubject({ namespace, name }: Subject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** What of a check has an open episode, as its memory names it. */
export function openSubjects(tracks: Tracks | undefined): ReadonlySet<string> {
  return new Set(
    [...(tracks?.values() ?? [])].flatMap(({ episode, subject }) => (episode === null ? [] : memorySubject(subject))),
  );
}

/** Which findings of these checks only an acknowledgement ends, and which of those are acknowledged. */
export function latchingOf(checks: ReadonlyMap<string, Check>, { acknowledgements }: Past): Endings {
  const checkOf = ({ check }: Track) => checks.get(check);
  return {
    latched(track) {
      const check = checkOf(track);
      return check?.latch === true && !isHeldByMemory(check) && !acknowledgements.has(track.id);
    },
    letGo(track) {
      const check = checkOf(track);
      const episode = shownEpisode(track);
      if (check === undefined || episode === null || !isHeldByMemory(check)) return false;
      return acknowledgements.get(track.id)?.episode === episodeId(track.id, episode.since);
    },
  };
}

/** True if a check that holds what it found says other subjects than before, or remembers something else of one of them. */
export function isHeldChanged(before: CheckRun | undefined, after: CheckRun | undefined): boolean {
  if (after === undefined || before === after || !isHeldByMemory(after.check)) return false;
  const [was, is] = [heldBy(before), heldBy(after)];
  return was.size !== is.size || [...is].some(([id, memory]) => !was.has(id) || !Object.is(was.get(id), memory));
}

function heldBy(run: CheckRun | undefined): ReadonlyMap<string, unknown> {
  const troubled = [...(run?.verdicts.troubled.values() ?? [])];
  return new Map(troubled.map(({ id, verdict }) => [id, run?.memory.get(memorySubject(verdict.subject))]));
}
