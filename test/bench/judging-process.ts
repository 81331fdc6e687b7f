import { watchedAreas } from '#server/checks/areas.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import type { Schedule } from '#server/engine/schedule.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { noon } from '#test/builders/time.ts';
import { changedPod, fillCluster } from './large-cluster.ts';

/**
 * What judging costs in a process of its own, with the flags of the wall: `node judging-process.ts NODES` prints one line of
 * JSON, `JudgingFigures`.
 */
export interface JudgingFigures {
  pods: number;
  /** The first judgement of all of them: in all, and its longest piece. */
  first: Took;
  firstBlock: Took;
  /** A second in which nothing changed, and one after one pod changed. */
  tick: Took;
  change: Took;
  /** The longest piece of any of those, with how long a changed pod is taken up. */
  block: Took;
  /** The same with nothing kept from one judgement to the next. */
  cold: Took;
}

/** What something took. On a machine that is busy otherwise the clock shows what others did meanwhile. */
export interface Took {
  /** By the clock. */
  ms: number;
  /** CPU time of the thread, which the kernel tells to about 4 ms: exact for means only. */
  cpuMs: number;
}

interface Bench {
  store: Store;
  engine: Engine;
  /** Runs what is due and returns the pieces. */
  run(): Promise<Took[]>;
  tick(): void;
  stop(): void;
}

const rounds = 100;
// The first ones are of code that is not compiled yet.
const warmUp = 40;
let now = noon;

function createBench(): Bench {
  let due: (() => void)[] = [];
  let tick = (): void => undefined;
  const schedule: Schedule = {
    later(_ms, run) {
      due.push(run);
      return () => (due = due.filter((each) => each !== run));
    },
    every(_ms, run) {
      tick = run;
      return () => undefined;
    },
  };
  const store = createStore({ clock: () => now });
  const config = { timeZone: 'UTC', clusterName: 'bench', checks: {}, ignore: [] };
  const engine = createEngine({
    ...{ store, tiles: [...watchedAreas], config: () => config, history: createHistoryMemory(), clock: () => now },
    ...{ build: 'bench', demo: false, server: () => 'https://bench:6443', schedule },
    failed: (what, error) => console.error(what, error),
  });
  return {
    store,
    engine,
    tick: () => due.push(() => tick()),
    stop: () => engine.stop(),
    async run() {
      // What changed is told in a microtask, which begins the first piece.
      const pieces = [await took(() => Promise.resolve())];
      for (let next = due.shift(); next !== undefined; next = due.shift()) pieces.push(await took(next));
      return pieces;
    },
  };
}

async function took(run: () => unknown): Promise<Took> {
  const cpu = process.threadCpuUsage();
  const before = performance.now();
  await run();
  const ms = performance.now() - before;
  const { user, system } = process.threadCpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000 };
}

const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** All pieces together. */
function whole(pieces: Took[]): Took {
  return { ms: sum(pieces.map(({ ms }) => ms)), cpuMs: sum(pieces.map(({ cpuMs }) => cpuMs)) };
}

function longest(pieces: Took[]): Took {
  return { ms: Math.max(...pieces.map(({ ms }) => ms)), cpuMs: Math.max(...pieces.map(({ cpuMs }) => cpuMs)) };
}

/** The median by the clock, the mean of CPU time. */
function usual(all: Took[]): Took {
  return { ms: median(all.map(({ ms }) => ms)), cpuMs: whole(all).cpuMs / all.length };
}

async function measure(nodes: number): Promise<JudgingFigures> {
  const bench = createBench();
  bench.engine.start();
  now += 1_000;
  fillCluster(bench.store, nodes);
  const first = await bench.run();
  const blocks: Took[] = [];
  const round = async (change: () => void): Promise<Took> => {
    now += 1_000;
    const taken = await took(change);
    const pieces = await bench.run();
    blocks.push(taken, ...pieces);
    return whole(pieces);
  };
  const ticks: Took[] = [];
  const changes: Took[] = [];
  for (let i = 0; i < warmUp + rounds; i += 1) {
    if (i === warmUp) blocks.length = 0;
    ticks.push(await round(bench.tick));
    const pod = changedPod(bench.store, i * 37, i);
    changes.push(await round(() => bench.store.upsert('pods', 'pod', pod)));
  }
  bench.stop();
  return {
    pods: bench.store.snapshot().facts('pod').size,
    ...{ first: whole(first), firstBlock: longest(first) },
    ...{ tick: usual(ticks.slice(warmUp)), change: usual(changes.slice(warmUp)), block: longest(blocks) },
    cold: await cold(nodes),
  };
}

/** All facts are new to a new engine; the code is compiled by now. */
async function cold(nodes: number): Promise<Took> {
  const all: Took[] = [];
  for (let i = 0; i < 5; i += 1) {
    const { store, engine } = createBench();
    fillCluster(store, nodes);
    all.push(await took(() => engine.judge()));
  }
  return usual(all);
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));
