import type { FactKind } from '#server/facts/fact.ts';
import type { ClusterHistory, History } from '#server/history/history.ts';
import type { WallView } from '#server/http/wall-view.ts';
import type { Store } from '#server/store/store.ts';
import { createCycle } from './cycle.ts';
import type { TileDefinition } from './define-tile.ts';
import type { EngineConfig } from './engine-config.ts';
import { createJudging } from './judging.ts';
import { rulesOf } from './judgement.ts';
import { onceEach } from './once-each.ts';
import { createEpisodeStream } from './episode-stream.ts';
import { sourcesOrDefault } from './freshness.ts';
import { createOwnership, type Ownership } from './ownership.ts';
import { createRecentMoments } from './recent-moments.ts';
import { createRecorder } from './recorder.ts';
import { createSampler } from './sampler.ts';
import { createSaving } from './saving.ts';
import { realSchedule, type Schedule } from './schedule.ts';
import { createSeriesView } from './series-view.ts';
import { startMoment } from './start-moment.ts';
import { createTimeline } from './timeline.ts';
import { createTrends } from './trends.ts';
import { createView } from './view.ts';

type Failed = (what: string, error: unknown) => void;

/** What an engine is made of. One engine a cluster. */
export interface EngineParts {
  store: Store;
  /** One for each watched area; areas without one are unwatched. */
  tiles: TileDefinition[];
  /** What holds now; another object means that it has changed. */
  config: () => EngineConfig;
  history: History;
  /** Epoch ms. */
  clock: () => number;
  build: string;
  demo: boolean;
  /** The address under which the cluster's identity is remembered. */
  server: () => string;
  /** Told once for each new failure of a check, a rule or a figure. */
  failed?: Failed;
  schedule?: Schedule;
}

/** Judges facts into boards, from `start` to `stop`. */
export interface Engine extends WallView {
  /** Judges at once, then when facts change and each second. */
  start(): void;
  /** Ends judging and writes what must survive. Can be called twice. */
  stop(): void;
  /** Judges everything now. */
  judge(): void;
}

/** Kinds that the timeline and the cluster's identity are read from, whatever the checks need. */
const alwaysWatched: readonly FactKind[] = ['node', 'apiDoor', 'pod', 'replicaSet', 'deployment', 'statefulSet'];

/**
 * Kinds whose changes wait for the next second: a node's heartbeat only tells that all is as before, and that one did not
 * come is told by no change at all.
 */
const patient: ReadonlySet<FactKind> = new Set<FactKind>(['lease']);

/** An engine that has judged nothing yet: its board has revision 0. */
export function createEngine(parts: EngineParts): Engine {
  const rules = rulesOf(parts.tiles);
  const { history: kept, server } = parts;
  const history = () => kept.of(owner.key());
  const failed = onceEach(parts.failed ?? (() => undefined));
  const { sampler, recorder, timeline, moments } = createRecording(parts, () => owner.key(), failed);
  const saving = createSaving(kept);
  const owner: Ownership = createOwnership({
    keeper: kept,
    saving,
    checks: rules.checks,
    server,
    forgotten: (moment) => recorder.begin(moment),
    learned: (from, at) => recorder.learned(from, at),
  });
  const trends = createTrends(() => history().series);
  const watched = new Set<FactKind>([...alwaysWatched, ...kindsOf(parts.tiles)]);
  const judging = createJudging(parts, { rules, watched, owner, recorder, saving, trends, moments, failed });
  const cycle = createCycle(judging.begin, parts.clock, parts.schedule ?? realSchedule);
  const judge = (): void => cycle.now('all');
  const view = createView({
    clock: parts.clock,
    rules,
    owner,
    saving,
    history,
    config: parts.config,
    series: createSeriesView(parts.tiles, rules.checks),
    ...{ board: judging.board, judgement: judging.judgement, judge },
    tell: (moment) => timeline.tell(moment),
    write: () => writeDown(history()),
    failed,
  });
  let unsubscribe: (() => void) | null = null;

  return {
    ...view,
    onChange: judging.onChange,
    measured: sampler.measured,
    judge,
    start() {
      if (unsubscribe !== null) return;
      unsubscribe = parts.store.onChange(({ kinds, sources }) => {
        if (sources) cycle.changed('all');
        else if ([...kinds].some((kind) => watched.has(kind) && !patient.has(kind))) cycle.changed(kinds);
      });
      recorder.begin(startMoment(history().levels, { now: parts.clock(), timeZone: parts.config().timeZone }));
      cycle.start();
    },
    stop() {
      const started = unsubscribe !== null;
      unsubscribe?.();
      unsubscribe = null;
      cycle.stop();
      recorder.stop(started ? { at: parts.clock(), kind: 'stop', text: 'the wall stopped' } : null);
      saving.all(owner.key(), owner.past());
    },
  };
}

/** What writes into the history that `key` names. */
function createRecording({ history, tiles, store }: EngineParts, key: () => string, failed: Failed) {
  const rules = tiles.flatMap(({ series = [] }) => series);
  const sampler = createSampler(rules, sourcesOrDefault(store.sourcesOf), failed);
  const moments = createRecentMoments(() => history.of(key()).moments, key);
  const timeline = createTimeline((moment) => {
    history.of(key()).moments.add(moment);
    moments.add(moment);
  });
  const recorder = createRecorder({ history, key, sampler, stream: createEpisodeStream(), timeline });
  return { sampler, recorder, timeline, moments };
}

/** What is read is written first: what waits for its second does not wait any longer. */
function writeDown({ moments, episodes }: ClusterHistory): void {
  moments.read(0, 0, 1);
  episodes.open();
}

/** All kinds that any check or figure of these tiles is made of. */
function kindsOf(tiles: readonly TileDefinition[]): FactKind[] {
  return tiles.flatMap(({ needs, checks, series = [] }) => [
    ...needs,
    ...series.flatMap((rule) => rule.needs),
    ...checks.flatMap((check) => Object.keys(check.needs) as FactKind[]),
  ]);
}
