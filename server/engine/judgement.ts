import type { FactKind } from '#server/facts/fact.ts';
import type { Area } from '#shared/area.ts';
import { findingId, subjectId, type Finding } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import type { Say, SayContext } from '#shared/say.ts';
import { countExplained, workOutCauses } from './causes.ts';
import type { Dirty } from './cycle.ts';
import type { Check } from './define-check.ts';
import type { TileDefinition } from './define-tile.ts';
import type { EngineConfig } from './engine-config.ts';
import { byVerdict, countAtOnce, followVerdicts, type Endings } from './episodes.ts';
import { countPartlySeen, figureOf, missingForFigure } from './area-states.ts';
import { episodeId, toFinding } from './findings.ts';
import type { ShownFigure } from './figures.ts';
import type { SourcesOf } from './freshness.ts';
import { isIgnored } from './ignored.ts';
import { isHeldChanged, latchingOf, openSubjects } from './latching.ts';
import { newsAmong } from './news.ts';
import type { Past } from './past.ts';
import { rankFindings } from './ranking.ts';
import { blindingRoots } from './roots.ts';
import { runCheck, type CheckRun, type RunContext } from './run-checks.ts';
import { silentSources } from './seen-sources.ts';
import type { Snapshot } from './snapshot.ts';
import type { AreaState } from './tiles.ts';
import { shownEpisode, shownLevel, type Track } from './track.ts';
import type { Turn } from './turn.ts';
import { unseenCheck, unseenOf, unseenRun } from './unseen.ts';
import { saysAnything } from './verdict-list.ts';

/** What goes from one judgement to the next beside the past of the cluster: results that need not be made again. */
export interface Results {
  runs: Map<string, CheckRun>;
  figures: Map<Area, ShownFigure>;
}

/** What one judgement came to. */
export interface Judgement {
  snapshot: Snapshot;
  /** All findings, ranked, also those that the board will omit. */
  findings: Finding[];
  /** How many verdicts of a check were too many to follow. */
  omitted: Record<string, number>;
  areas: Map<Area, AreaState>;
  /** What each check said, by its name. */
  runs: ReadonlyMap<string, CheckRun>;
  /** What a check holds until it is acknowledged is another than before: a kill must not lose it. */
  heldChanged: boolean;
  /** What goes on being seen of each area while the API is blind, the last of them first; empty while it is not. */
  stillAnswers: readonly Say[];
}

/** What a judgement judges by. */
export interface JudgeContext extends SayContext {
  snapshot: Snapshot;
  config: EngineConfig;
  past: Past;
  results: Results;
  sourcesOf: SourcesOf;
  trendsOf: NonNullable<RunContext['trendsOf']>;
  /** What the timeline tells of the last 24 h. */
  moments: readonly Moment[];
  /** Told of a check, rule or figure that threw. */
  failed(what: string, error: unknown): void;
}

/** The checks and tiles of a wall, in the order of their areas. */
export interface Rules {
  tiles: readonly TileDefinition[];
  /** All checks, the areas' own `unseen` ones too. */
  checks: ReadonlyMap<string, Check>;
}

/** The rules of these tiles. */
export function rulesOf(tiles: readonly TileDefinition[]): Rules {
  const all = tiles.flatMap((tile) => [...tile.checks, unseenCheck(tile.area)]);
  return { tiles, checks: new Map(all.map((check) => [check.check, check])) };
}

/** So many findings are put into words in one piece of a turn: a millisecond or two, the first ones much longer. */
const piece = 10;

/** Judges what is dirty and puts it together with what is not (laws 2, 6 to 9). */
export function* judgeAll(rules: Rules, dirty: Dirty, context: JudgeContext): Turn<Judgement> {
  const { snapshot, past, results } = context;
  const endings = latchingOf(rules.checks, past);
  let heldChanged = false;
  for (const tile of rules.tiles) {
    yield* prepare(tile, context);
    for (const check of tile.checks) {
      const before = results.runs.get(check.check);
      judgeCheck(check, tile.area, dirty, context, endings);
      heldChanged ||= isHeldChanged(before, results.runs.get(check.check));
      yield;
    }
    judgeFigure(tile, dirty, context);
    yield;
  }
  const unseenCounts = new Map(rules.tiles.map((tile) => [tile.area, judgeUnseen(tile, rules, context)]));
  yield;
  const findings = yield* findingsOf(rules, context);
  const areas = new Map<Area, AreaState>();
  for (const { area, checks } of rules.tiles) {
    const runs = runsOf(checks, results);
    const figure = results.figures.get(area);
    if (figure === undefined) continue;
    areas.set(area, {
      findings: findings.filter((finding) => finding.area === area),
      figure,
      hasSubjects: runs.some(({ verdicts }) => saysAnything(verdicts)),
      unseenCount: unseenCounts.get(area) ?? 0,
      partlySeen: countPartlySeen(runs, snapshot, context.sourcesOf),
    });
  }
  const stillAnswers = blindingRoots(findings).size === 0 ? [] : stillAnswering(rules, context);
  return {
    snapshot,
    findings,
    omitted: omittedOf(results),
    areas,
    runs: new Map(results.runs),
    heldChanged,
    stillAnswers,
  };
}

function stillAnswering({ tiles }: Rules, { snapshot, failed }: JudgeContext): Say[] {
  // Of the areas those that stand last are nearest to users: services before registries.
  return tiles.toReversed().flatMap(({ area, stillAnswers }) => {
    try {
      return stillAnswers?.(snapshot) ?? [];
    } catch (error) {
      failed(area, error);
      return [];
    }
  });
}

/** One that fails is told by the checks that ask for the same. */
function* prepare(tile: TileDefinition, { snapshot, failed }: JudgeContext): Turn {
  try {
    if (tile.prepare !== undefined) yield* tile.prepare(snapshot);
  } catch (error) {
    failed(tile.area, error);
  }
}

function judgeCheck(check: Check, area: Area, dirty: Dirty, context: JudgeContext, endings: Endings): void {
  const { results, past } = context;
  const before = results.runs.get(check.check);
  if (before !== undefined && !touches(dirty, Object.keys(check.needs) as FactKind[])) return;
  const run = runCheck(check, area, before, {
    ...{ ...context, memories: past.memories },
    openOf: ({ check }) => openSubjects(past.tracks.get(check)),
  });
  results.runs.set(check.check, run);
  followVerdicts(tracksOf(past, check), run, endings);
}

function judgeFigure(tile: TileDefinition, dirty: Dirty, context: JudgeContext): void {
  const { snapshot, past, results } = context;
  if (results.figures.has(tile.area) && !touches(dirty, tile.needs)) return;
  const missing = missingForFigure(tile, snapshot, context.sourcesOf);
  results.figures.set(tile.area, figureOf(tile, missing, snapshot, past, context.failed));
}

/** Judges what an area cannot see; returns for how many subjects it stands, at least one for each source. */
function judgeUnseen(tile: TileDefinition, rules: Rules, context: JudgeContext): number {
  const check = rules.checks.get(`${tile.area}/unseen`);
  if (check === undefined) return 0;
  const { snapshot, past, results } = context;
  const missing = missingForFigure(tile, snapshot, context.sourcesOf);
  const runs = runsOf(tile.checks, results);
  const tracks = tracksOf(past, check);
  const isOpen = (name: string) => tracks.has(findingId(check.check, { kind: 'Source', name }));
  const silent = silentSources(past.seenSources, runs, { snapshot, sourcesOf: context.sourcesOf, isOpen });
  const unseen = unseenOf(runs, [...missing, ...silent], (of) => past.tracks.get(of));
  const first = !results.runs.has(check.check);
  // The figure was made of these sources, so they were seen when it was.
  const keptAt = (name: string) => (missing.includes(name) ? (past.figures.get(tile.area)?.asOf ?? null) : null);
  const run = unseenRun(check, tile.area, unseen, snapshot, first, keptAt);
  results.runs.set(check.check, run);
  followVerdicts(tracks, run, byVerdict);
  return [...unseen.values()].reduce((sum, subjects) => sum + Math.max(1, subjects.size), 0);
}

function* findingsOf(rules: Rules, context: JudgeContext): Turn<Finding[]> {
  const { snapshot, past, config } = context;
  dropOldAcknowledgements(past);
  const tracks = [...past.tracks.values()]
    .flatMap((ofCheck) => [...ofCheck.values()])
    .filter((track) => !isIgnored(track, config, snapshot.now));
  const causes = workOutCauses(tracks, rules.checks, snapshot, context.failed);
  yield;
  const byId = new Map(tracks.map((track) => [track.id, track]));
  showCauses(tracks, byId, causes, snapshot.now);
  showEffects(tracks, byId, causes, snapshot.now);
  const shown = tracks.filter((track) => shownLevel(track) !== null);
  const news = newsAmong(shown, causes, rules);
  const explained = countExplained(causes, news);
  const findingContext = {
    now: context.now,
    timeZone: context.timeZone,
    causes,
    explained,
    checks: rules.checks,
    acknowledged: (id: string) => past.acknowledgements.get(id),
  };
  const findings: Finding[] = [];
  for (const [i, track] of shown.entries()) {
    const finding = toFinding(track, findingContext);
    if (finding !== null) findings.push(finding);
    if (i % piece === piece - 1) yield;
  }
  yield;
  return rankFindings(findings, countExplained(causes, newsAmong(shown, causes, rules, 'and-in-words')));
}

type Tracked = ReadonlyMap<string, Track>;

/** A cause that still waits counts as soon as one of its effects does: effects never show before their cause. */
function showCauses(tracks: readonly Track[], byId: Tracked, causes: ReadonlyMap<string, string>, now: number): void {
  for (const track of tracks) {
    if (shownLevel(track) === null) continue;
    for (let cause = causes.get(track.id); cause !== undefined; cause = causes.get(cause)) {
      const waiting = byId.get(cause);
      if (waiting !== undefined && shownLevel(waiting) === null) countAtOnce(waiting, now);
    }
  }
}

/**
 * What a bad cause does to something else needs not hold any longer: it is no passing trouble. While a node is down, the
 * tile of its workloads must not stay green for minutes beside a figure that says otherwise.
 */
function showEffects(tracks: readonly Track[], byId: Tracked, causes: ReadonlyMap<string, string>, now: number): void {
  for (const track of tracks) {
    if (shownLevel(track) !== null) continue;
    const cause = byId.get(causes.get(track.id) ?? '');
    if (cause === undefined || shownLevel(cause)?.level !== 'bad') continue;
    if (subjectId(cause.subject) !== subjectId(track.subject)) countAtOnce(track, now);
  }
}

/** An acknowledgement ends with its episode, so that a new one is never acknowledged beforehand. */
function dropOldAcknowledgements({ acknowledgements, tracks }: Past): void {
  if (acknowledgements.size === 0) return;
  const open = new Set<string>();
  for (const ofCheck of tracks.values()) {
    for (const track of ofCheck.values()) {
      const episode = shownEpisode(track);
      if (episode !== null) open.add(episodeId(track.id, episode.since));
    }
  }
  for (const [finding, { episode }] of acknowledgements) if (!open.has(episode)) acknowledgements.delete(finding);
}

function tracksOf(past: Past, { check }: Check): Map<string, Track> {
  const tracks = past.tracks.get(check) ?? new Map<string, Track>();
  past.tracks.set(check, tracks);
  return tracks;
}

function runsOf(checks: readonly Check[], { runs }: Results): CheckRun[] {
  return checks.flatMap(({ check }) => runs.get(check) ?? []);
}

function omittedOf({ runs }: Results): Record<string, number> {
  return Object.fromEntries(
    [...runs].flatMap(([check, { verdicts }]) => (verdicts.omitted > 0 ? [[check, verdicts.omitted]] : [])),
  );
}

function touches(dirty: Dirty, kinds: readonly FactKind[]): boolean {
  return dirty === 'all' || kinds.some((kind) => dirty.has(kind));
}
