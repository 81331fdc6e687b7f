import type { FactKind } from '#server/facts/fact.ts';
import type { Board, BoardCluster } from '#shared/board.ts';
import { assembleBoard } from './assemble.ts';
import { firstBoard } from './board.ts';
import type { Dirty } from './cycle.ts';
import type { EngineParts } from './engine.ts';
import { sourcesOrDefault } from './freshness.ts';
import { judgeAll, type Judgement, type Rules } from './judgement.ts';
import type { Ownership } from './ownership.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import type { RecentMoments } from './recent-moments.ts';
import type { Recorder } from './recorder.ts';
import type { Saving } from './saving.ts';
import type { Snapshot } from './snapshot.ts';
import type { Trends } from './trends.ts';
import type { Turn } from './turn.ts';

/** The engine's inner wheel: one turn from the store to the board. */
export interface Judging extends Pick<Publisher, 'board' | 'onChange'> {
  /** Begins a turn: it judges the facts of the moment at which its first piece is done, and its last publishes the board. */
  begin(dirty: Dirty): Turn;
  /** The last judgement, null before the first. */
  judgement(): Judgement | null;
}

/** What a turn goes through beside the engine's parts. */
export interface JudgingParts {
  rules: Rules;
  /** The kinds that anything here is judged by. */
  watched: ReadonlySet<FactKind>;
  owner: Ownership;
  recorder: Recorder;
  saving: Saving;
  trends: Trends;
  moments: RecentMoments;
  failed(what: string, error: unknown): void;
}

/** Judging that has not turned yet. */
export function createJudging(
  parts: EngineParts,
  { rules, watched, owner, recorder, saving, trends, moments, failed }: JudgingParts,
): Judging {
  const { store, clock, build, demo } = parts;
  const sourcesOf = sourcesOrDefault(store.sourcesOf);
  let key = owner.key();
  let config = parts.config();
  let judgement: Judgement | null = null;
  const unknownCluster = { id: owner.key(), name: config.clusterName, version: '', demo };
  const publisher = createPublisher(firstBoard(build, unknownCluster, config.timeZone));

  function clusterOf(snapshot: Snapshot, before: Board): BoardCluster {
    const version = snapshot.facts('apiDoor').get('api')?.version ?? '';
    return {
      id: owner.key(),
      name: config.clusterName,
      version: version === '' ? before.cluster.version : version,
      demo,
    };
  }

  function* begin(dirty: Dirty): Turn {
    const bare = store.snapshot(clock());
    // What is asked for later would be of later.
    for (const kind of watched) bare.facts(kind);
    const switched = owner.read(bare);
    if (key !== owner.key()) trends.clear();
    key = owner.key();
    const replaced = parts.config() !== config;
    config = parts.config();
    const snapshot = { ...bare, identity: owner.identity() };
    const said = { now: snapshot.now, timeZone: config.timeZone };
    const from = {
      ...said,
      snapshot,
      config,
      past: owner.past(),
      results: owner.results(),
      sourcesOf,
      trendsOf: trends.of,
      moments: moments.upTo(snapshot.now),
      failed,
    };
    judgement = yield* judgeAll(rules, switched || replaced ? 'all' : dirty, from);
    yield;
    const cluster = clusterOf(snapshot, publisher.board());
    const past = owner.past();
    const frame = { build, timeZone: config.timeZone, cluster, tileTimes: past.tileTimes };
    const change = publisher.publish(assembleBoard(judgement, frame, said));
    const told = recorder.record(publisher.board(), judgement, past);
    if (told === 'now' || judgement.heldChanged) saving.told();
    if (past.tileTimes.turned() || told === 'soon' || change?.findings !== undefined) saving.episodesChanged();
    saving.after(snapshot.now, owner.key(), past);
  }

  return { begin, judgement: () => judgement, board: publisher.board, onChange: publisher.onChange };
}
