import { areas } from '#shared/area.ts';
import type { Moment, PastFinding, Stretch } from '#shared/history.ts';
import type { ClusterHistory, LevelStore } from '#server/history/history.ts';

const most = 500;

/** The subject under which the headline's level is recorded. */
export const wallSubject = 'wall';

/**
 * Takes what was recorded from `since` on (epoch ms), while it was not known whose it is, over into the history of the cluster that
 * it turned out to be: levels, moments and episodes that are over. An episode of a finding that is open there began there, not
 * here: it is left behind with the moment of its beginning.
 */
export function takeOver(from: ClusterHistory, to: ClusterHistory, since: number): void {
  const there = new Set(to.episodes.open().map(({ finding }) => finding));
  const episodes = from.episodes.read({ from: since, to: Infinity, most });
  const isNew = ({ finding, endedAt }: PastFinding) => endedAt !== null || !there.has(finding);
  const taken = episodes.filter(isNew);
  for (const episode of taken) to.episodes.put(episode);
  const begunThere = ({ kind, finding }: Moment) =>
    kind === 'incident-begin' && episodes.some((each) => each.finding === finding && !isNew(each));
  for (const moment of from.moments.read(since, Infinity, most)) if (!begunThere(moment)) to.moments.add(moment);
  const findings = new Set(taken.map(({ finding }) => finding));
  replayLevels(from.levels, to.levels, [...areas, wallSubject, ...findings], since);
}

interface Step {
  at: number;
  subject: string;
  /** Null where a stretch ended and nothing followed: nobody watched from then on. */
  level: Stretch['level'] | null;
}

/** Levels are recorded in the order of time; what is older than what stands there already stays behind. */
function replayLevels(from: LevelStore, to: LevelStore, subjects: readonly string[], since: number): void {
  const last = to.read(wallSubject, since, Infinity)?.at(-1);
  const begin = Math.max(since, last?.to ?? last?.from ?? since);
  const steps = subjects.flatMap((subject) => stepsOf(subject, from.read(subject, begin, Infinity) ?? []));
  for (const { at, subject, level } of steps.toSorted((a, b) => a.at - b.at)) {
    if (at < begin) continue;
    if (level === null) to.pause(at);
    else to.record(subject, level, at);
  }
}

function stepsOf(subject: string, stretches: readonly Stretch[]): Step[] {
  return stretches.flatMap(({ level, from, to }, i) => {
    const begun = { at: from, subject, level };
    const goesOn = to === null || stretches[i + 1]?.from === to;
    return goesOn ? [begun] : [begun, { at: to, subject, level: null }];
  });
}
