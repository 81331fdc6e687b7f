import { watchedAreas } from '#server/checks/areas.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { noon } from '#test/builders/time.ts';
import type { Area } from '#shared/area.ts';
import { backupChanges, fillHistory, fillVolumes, kubeletAnswers, nodes, targetIsValidated } from './volume-load.ts';

/**
 * What a whole cycle costs with 500 claims, in a process of its own with the flags of the wall: `node volume-cycle-process.ts`
 * prints one line of JSON, `VolumeCycles`. A cycle judges all checks of the areas, their figures and, each 15 s, their series.
 */
export type VolumeCycles = Record<'own' | 'baseline', Record<CycleKind, CycleFigures>>;

/** What had changed when the cycle began. */
export type CycleKind = 'steady' | 'kubelet' | 'backup' | 'target';

/** By the clock, ms, and the mean of CPU time. */
export interface CycleFigures {
  median: number;
  p99: number;
  cpuMs: number;
}

const areas: Record<'own' | 'baseline', readonly Area[]> = {
  own: ['storage', 'backups'],
  baseline: ['nodes', 'workloads'],
};

const seconds = Number(process.argv[2] ?? 1_500);
// The first ones are of code that is not compiled yet.
const warmUp = 300;
let now = noon;

function wall(which: readonly Area[]): { store: Store; engine: Engine } {
  const store = createStore({ clock: () => now });
  const history = createHistoryMemory();
  const config = { timeZone: 'UTC', clusterName: 'bench', checks: {}, ignore: [] };
  const engine = createEngine({
    ...{ store, tiles: watchedAreas.filter(({ area }) => which.includes(area)), config: () => config, history },
    ...{ clock: () => now, build: 'bench', demo: false, server: () => 'https://bench:6443' },
    schedule: { later: () => () => undefined, every: () => () => undefined },
    failed(what, error) {
      throw new Error(`${what} failed`, { cause: error });
    },
  });
  fillVolumes(store);
  engine.judge();
  fillHistory(history.of(engine.board().cluster.id).series);
  return { store, engine };
}

/** What changes in each second of twelve: each kubelet answers every 30 s, and a backup is made all the while. */
function changeOf(second: number): CycleKind {
  if (second % 3 === 0) return 'kubelet';
  if (second % 60 === 1) return 'target';
  return second % 6 === 1 ? 'backup' : 'steady';
}

function change(kind: CycleKind, store: Store, second: number): void {
  if (kind === 'kubelet') kubeletAnswers(store, (second / 3) % nodes, now);
  if (kind === 'backup') backupChanges(store, second, now);
  if (kind === 'target') targetIsValidated(store, now);
}

type Taken = Record<CycleKind, { ms: number; cpuMs: number }[]>;

function measure(): VolumeCycles {
  const walls = { own: wall(areas.own), baseline: wall(areas.baseline) };
  const taken: Record<'own' | 'baseline', Taken> = { own: nothing(), baseline: nothing() };
  for (let second = 0; second < warmUp + seconds; second += 1) {
    now += 1_000;
    const kind = changeOf(second);
    for (const which of ['own', 'baseline'] as const) {
      const { store, engine } = walls[which];
      change(kind, store, second);
      const cpu = process.threadCpuUsage();
      const from = performance.now();
      engine.judge();
      const ms = performance.now() - from;
      const { user, system } = process.threadCpuUsage(cpu);
      if (second >= warmUp) taken[which][kind].push({ ms, cpuMs: (user + system) / 1_000 });
    }
  }
  const { findings, tiles } = walls.own.engine.board();
  const wrong = tiles.filter(({ area, level }) => areas.own.includes(area) && level === 'unknown');
  // A wall that sees nothing would be fast.
  if (wrong.length > 0 || findings.length < 10)
    throw new Error(`it saw ${findings.length} findings, ${wrong.length} tiles not`);
  return { own: figuresOf(taken.own), baseline: figuresOf(taken.baseline) };
}

function nothing(): Taken {
  return { steady: [], kubelet: [], backup: [], target: [] };
}

function figuresOf(taken: Taken): Record<CycleKind, CycleFigures> {
  const of = (all: Taken[CycleKind]): CycleFigures => {
    const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const cpuMs = all.reduce((sum, each) => sum + each.cpuMs, 0) / Math.max(1, all.length);
    return { median: at(0.5), p99: at(0.99), cpuMs };
  };
  return {
    ...{ steady: of(taken.steady), kubelet: of(taken.kubelet) },
    ...{ backup: of(taken.backup), target: of(taken.target) },
  };
}

console.log(JSON.stringify(measure()));
