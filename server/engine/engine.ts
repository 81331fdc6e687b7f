import type { FactKind } from '#server/facts/fact.ts';
import type { Keeper } from '#server/history/keeper.ts';
import { createLevels } from '#server/history/levels.ts';
import { createMoments } from '#server/history/moments.ts';
import type { WallView } from '#server/http/wall-view.ts';
import type { Store } from '#server/store/store.ts';
import { createCycle } from './cycle.ts';
import type { TileDefinition } from './define-tile.ts';
import type { EngineConfig } from './engine-config.ts';
import { createJudging } from './judging.ts';
import { rulesOf } from './judgement.ts';
import { onceEach } from './once-each.ts';
import { createOwnership } from './ownership.ts';
import { createRecorder } from './recorder.ts';
import { createSampled } from './samples.ts';
import { createSaving } from './saving.ts';
import { realSchedule, type Schedule } from './schedule.ts';
import { createTimeline } from './timeline.ts';
import { createView } from './view.ts';

/** What an engine is made of. One engine a cluster. */
export interface EngineParts {
  store: Store;
  /** One for each watched area; areas without one are unwatched. */
  tiles: TileDefinition[];
  /** What holds now; another object means that it has changed. */
  config: () => EngineConfig;
  keeper: Keeper;
  /** Epoch ms. */
  clock: () => number;
  build: string;
  demo: boolean;
  /** The address under which the cluster's identity is remembered. */
  server: () => string;
  /** Told once for each new failure of a check, a rule or a figure. */
  failed?: (what: string, error: unknown) => void;
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
const alwaysWatched: readonly FactKind[] = ['node', 'apiDoor'];

/** An engine that has judged nothing yet: its board has revision 0. */
export function createEngine(parts: EngineParts): Engine {
  const rules = rulesOf(parts.tiles);
  const levels = createLevels();
  const moments = createMoments();
  const sampled = createSampled();
  const recorder = createRecorder({ levels, moments, sampled, timeline: createTimeline(moments) });
  const saving = createSaving(parts.keeper);
  const { keeper, server } = parts;
  const owner = createOwnership({ keeper, saving, checks: rules.checks, server, forgotten: recorder.begin });
  const failed = onceEach(parts.failed ?? (() => undefined));
  const watched = new Set<FactKind>([...alwaysWatched, ...kindsOf(parts.tiles)]);
  const judging = createJudging(parts, { rules, watched, owner, recorder, saving, failed });
  const cycle = createCycle(judging.begin, parts.clock, parts.schedule ?? realSchedule);
  const judge = (): void => cycle.now('all');
  const { board, judgement } = judging;
  const view = createView({
    clock: parts.clock,
    rules,
    owner,
    saving,
    levels,
    moments,
    sampled,
    board,
    judgement,
    judge,
    failed,
  });
  let unsubscribe: (() => void) | null = null;

  return {
    ...view,
    onChange: judging.onChange,
    judge,
    start() {
      if (unsubscribe !== null) return;
      unsubscribe = parts.store.onChange(({ kinds, sources }) => {
        if (sources) cycle.changed('all');
        else if ([...kinds].some((kind) => watched.has(kind))) cycle.changed(kinds);
      });
      recorder.begin({ at: parts.clock(), kind: 'start', text: 'the wall started' });
      cycle.start();
    },
    stop() {
      unsubscribe?.();
      unsubscribe = null;
      cycle.stop();
      saving.all(owner.key(), owner.past());
    },
  };
}

/** All kinds that any check or figure of these tiles is made of. */
function kindsOf(tiles: readonly TileDefinition[]): FactKind[] {
  return tiles.flatMap(({ needs, checks }) => [
    ...needs,
    ...checks.flatMap((check) => Object.keys(check.needs) as FactKind[]),
  ]);
}
