import { holdOn, heldAt, restingHold, type KnownLevel } from './hold.ts';
import type { CheckRun } from './run-checks.ts';
import { beginEpisode, startedAt } from './since.ts';
import { isDone, type Track } from './track.ts';
import { fineVerdicts, type JudgedVerdict, type VerdictList } from './verdict-list.ts';

/** Tracks of one check by id. Changed in place: they belong to the engine alone. */
export type Tracks = Map<string, Track>;

/** How the episodes of a check end, where its verdict alone does not tell. */
export interface Endings {
  /** Only an acknowledgement ends it. */
  latched(track: Track): boolean;
  /** It was acknowledged, and the check itself has let go what it held: it is over as soon as the check does not say it any more. */
  letGo(track: Track): boolean;
}

/** Verdicts alone tell. */
export const byVerdict: Endings = { latched: () => false, letGo: () => false };

/** Takes up what a check's judgement came to: levels held, episodes begun and ended (law 7). */
export function followVerdicts(tracks: Tracks, run: CheckRun, endings: Endings): void {
  const { troubled } = run.verdicts;
  endLetGo(tracks, run, endings);
  const fine = fineAgain(tracks, run.verdicts);
  for (const judged of troubled.values()) {
    if (judged.missing.length === 0 && !tracks.has(judged.id)) tracks.set(judged.id, newTrack(run, judged));
  }
  for (const track of tracks.values()) {
    const judged = troubled.get(track.id) ?? fine.get(track.id);
    if (judged === undefined) followMissing(track, run, endings);
    else follow(track, run, judged, endings);
    if (isDone(track)) tracks.delete(track.id);
  }
}

/** What was let go needs neither a fresh source nor its holding time to be over: it was said to be. */
function endLetGo(tracks: Tracks, { failure, verdicts }: CheckRun, { letGo }: Endings): void {
  if (failure !== '') return;
  for (const track of tracks.values()) {
    const level = verdicts.troubled.get(track.id)?.verdict.level ?? 'ok';
    if ((level === 'ok' || level === 'unknown') && letGo(track)) tracks.delete(track.id);
  }
}

/** What is followed and is fine now. All else that is fine was so before and needs no look. */
function fineAgain(tracks: Tracks, verdicts: VerdictList): ReadonlyMap<string, JudgedVerdict> {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const { id, subject } of tracks.values()) {
    if (verdicts.troubled.has(id)) continue;
    ids.add(id);
    // A subject that was read back from its id may have part of its name as its namespace.
    names.add(subject.name).add(`${subject.namespace}/${subject.name}`);
  }
  return fineVerdicts(verdicts, ids, names);
}

function follow(track: Track, run: CheckRun, judged: JudgedVerdict, endings: Endings): void {
  const { level } = judged.verdict;
  if (judged.missing.length > 0) goBlind(track);
  else if (level === 'unknown') goUnknown(track, run, judged);
  else goKnown(track, run, level, judged, endings);
}

/** A verdict that still waits counts at once, because it explains what counts already. */
export function countAtOnce(track: Track, now: number): void {
  if (track.state !== 'known' || track.raw === 'unknown' || track.raw === 'ok' || track.hold.counted !== 'ok') return;
  track.hold = heldAt(track.raw);
  track.episode = beginEpisode(track.verdict, track.left ?? { at: now, atLeast: false }, now);
  track.left = null;
}

function newTrack({ check, area }: CheckRun, { id, verdict }: JudgedVerdict): Track {
  return {
    id,
    check: check.check,
    area,
    subject: verdict.subject,
    hold: restingHold,
    state: 'known',
    raw: 'ok',
    verdict: null,
    sources: [],
    left: null,
    episode: null,
    unknown: null,
  };
}

/** No verdict of it: its subject is gone, or it cannot be seen. */
function followMissing(track: Track, run: CheckRun, endings: Endings): void {
  // What was unknown before the start, and is not looked at yet, is what it was.
  if (track.unknown !== null && isNotLookedAtYet(track, run)) return;
  const unseen = run.failure !== '' || isUnseen(track, run);
  if (unseen) goBlind(track);
  else goKnown(track, run, 'ok', null, endings);
}

/** True for what was kept of before the start, while nothing can be said of it or the probe it was judged by has not looked at all. */
function isNotLookedAtYet({ id, sources, keptSources = [] }: Track, { verdicts, stillLooking }: CheckRun): boolean {
  return sources === null && (verdicts.unseen.has(id) || keptSources.some((name) => stillLooking.has(name)));
}

function isUnseen(track: Track, run: CheckRun): boolean {
  const { sources, keptSources } = track;
  const { check, blind, awaited, believed, looked, verdicts } = run;
  if (verdicts.unseen.has(track.id) || isNotLookedAtYet(track, run)) return true;
  if (sources !== null) return sources.some((name) => awaited.has(name));
  if (blind.length > 0) return true;
  if (check.judgesStale === true) return false;
  if (keptSources === undefined) return looked.notYet.length > 0;
  // After a start its source may not be declared yet.
  return keptSources.some((name) => awaited.has(name) || (!looked.settled && !believed.has(name)));
}

function goBlind(track: Track): void {
  track.state = 'blind';
  // A subject without an episode is one of the many that its source's own finding stands for.
  track.unknown = null;
}

function goUnknown(track: Track, run: CheckRun, judged: JudgedVerdict): void {
  track.state = 'unknown';
  track.raw = 'unknown';
  track.verdict = judged.verdict;
  track.sources = judged.sources;
  if (track.episode !== null || track.unknown !== null) return;
  track.unknown = beginEpisode(judged.verdict, { at: run.at, atLeast: isFirstLook(run, judged.sources) }, run.at);
}

function goKnown(
  track: Track,
  run: CheckRun,
  level: KnownLevel,
  judged: JudgedVerdict | null,
  { latched }: Endings,
): void {
  const first = isFirstLook(run, judged?.sources ?? []);
  // Only time in which the level was known before as well counts towards holding.
  const heldMs = track.state === 'known' ? run.elapsedMs : 0;
  // By the object's own time it may have been so for long already; what is said of a trouble says nothing of its end.
  const own = isMilder(level, track.hold.counted) ? null : startedAt(judged?.verdict ?? null, run.at);
  const credit = own === null ? 0 : run.at - own;
  const hold = holdOn(track.hold, level, heldMs, run, credit);
  if (level !== 'ok' && judged !== null) track.verdict = judged.verdict;
  if (judged !== null) track.sources = judged.sources;
  track.state = 'known';
  track.raw = level;
  track.unknown = null;
  if (!(isMilder(hold.counted, track.hold.counted) && latched(track))) track.hold = hold;
  settleEpisode(track, run, first);
}

function settleEpisode(track: Track, { at }: CheckRun, first: boolean): void {
  if (track.raw === 'ok') track.left = null;
  else if (track.episode === null) track.left ??= { at, atLeast: first };
  if (track.hold.counted === 'ok') track.episode = null;
  else if (track.episode === null) {
    track.episode = beginEpisode(track.verdict, track.left ?? { at, atLeast: first }, at);
    track.left = null;
  }
}

/** True if nobody could have seen before whether it was so. */
function isFirstLook({ believedBefore }: CheckRun, sources: readonly string[]): boolean {
  return believedBefore === null || sources.some((name) => !believedBefore.has(name));
}

function isMilder(a: KnownLevel, b: KnownLevel): boolean {
  const order: KnownLevel[] = ['ok', 'notice', 'warn', 'bad'];
  return order.indexOf(a) < order.indexOf(b);
}
