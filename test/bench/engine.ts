import { createEngine, type Engine } from '#server/engine/engine.ts';
import type { Schedule } from '#server/engine/schedule.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { watchedAreas } from '#server/checks/areas.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { createStore, type Store } from '#server/store/store.ts';

/** What judging costs by itself, in ms: prints one line for each case. Run it with `node test/bench/engine.ts`. */
const start = Date.UTC(2026, 3, 15);
const noSchedule: Schedule = { later: () => () => undefined, every: () => () => undefined };

let now = start;

function wall(nodes: number): { store: Store; engine: Engine } {
  const store = createStore({ clock: () => now });
  const feeds = { nodes: 'node', pods: 'pod', leases: 'lease', events: 'event', apiservices: 'apiService' } as const;
  for (const [name, kind] of Object.entries(feeds)) {
    store.declare({ name, role: 'feed', staleAfterMs: 1e9, kinds: [kind] });
    store.state(name, 'synced');
    store.fresh(name, now);
  }
  store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 1e9, kinds: ['apiDoor'] });
  store.state('api-door', 'synced');
  store.fresh('api-door', now);
  const names = Array.from({ length: nodes }, (_, i) => `node-${i}`);
  store.replace(
    'nodes',
    'node',
    names.map((name) => nodeOf(name, 'True')),
  );
  renew(store, names);
  door(store);
  const config = { timeZone: 'UTC', clusterName: 'bench', checks: {}, ignore: [] };
  const engine = createEngine({
    store,
    tiles: [...watchedAreas],
    config: () => config,
    history: createHistoryMemory(),
    clock: () => now,
    build: 'bench',
    demo: false,
    server: () => 'https://bench:6443',
    schedule: noSchedule,
  });
  engine.judge();
  for (let i = 0; i < 3; i += 1) {
    now += 1_000;
    renew(store, names);
    engine.judge();
  }
  return { store, engine };
}

function renew(store: Store, names: readonly string[]): void {
  for (const name of names) {
    const key = `kube-node-lease/${name}`;
    store.upsert('leases', 'lease', {
      key,
      uid: key,
      source: 'leases',
      node: name,
      renewTime: `${now}`,
      renewedAt: now,
      durationSeconds: 40,
    });
  }
}

function door(store: Store): void {
  store.upsert('api-door', 'apiDoor', {
    key: 'api',
    uid: 'api',
    source: 'api-door',
    address: 'bench:6443',
    outcome: 'ready',
    outcomeSince: start,
    askedAt: now,
    status: 200,
    message: '',
    shows: '',
    readyAt: now,
    latencyMs: 12,
    failingParts: [],
    clockAheadMs: null,
    version: 'v1.36.1',
    clusterId: 'bench',
    credential: { kind: 'token', from: 'bench', expiresAt: null, issuedAt: null, subject: '', issuer: '', problem: '' },
  });
}

function nodeOf(name: string, ready: 'True' | 'False'): NodeFact {
  const condition = { reason: 'KubeletReady', message: '', changedAt: start };
  return {
    key: name,
    uid: name,
    source: 'nodes',
    name,
    createdAt: start,
    conditions: {
      Ready: { status: ready, ...condition },
      DiskPressure: { status: ready === 'True' ? 'False' : 'True', ...condition },
      MemoryPressure: { status: ready === 'True' ? 'False' : 'True', ...condition },
    },
    unschedulable: false,
    taints: [],
    roles: [],
    kubeletVersion: 'v1.36.1',
    osImage: 'Debian',
    containerRuntime: 'containerd',
    bootId: name,
    internalIp: null,
    kubeletPort: 10250,
    capacity: { cpuCores: 4, memoryBytes: 8_000_000_000 },
    allocatable: { cpuCores: 4, memoryBytes: 7_900_000_000 },
  };
}

/** Median and worst of `rounds` runs after some to warm up. */
function measure(what: string, rounds: number, run: (round: number) => void): void {
  for (let i = 0; i < 200; i += 1) run(i);
  const times = Array.from({ length: rounds }, (_, i) => {
    const before = performance.now();
    run(200 + i);
    return performance.now() - before;
  }).sort((a, b) => a - b);
  const [median = 0, worst = 0] = [times[Math.floor(rounds / 2)], times.at(-1)];
  console.log(`${what}: median ${median.toFixed(3)} ms, worst ${worst.toFixed(3)} ms`);
}

function tick(engine: Engine, store: Store): void {
  now += 1_000;
  door(store);
  engine.judge();
}

const small = wall(4);
measure('quiet tick, 4 nodes', 1_000, () => tick(small.engine, small.store));

const large = wall(200);
measure('quiet tick, 200 nodes', 500, () => tick(large.engine, large.store));

const broken = wall(200);
broken.store.replace(
  'nodes',
  'node',
  Array.from({ length: 200 }, (_, i) => nodeOf(`node-${i}`, 'False')),
);
broken.engine.judge();
const { findings, omitted } = broken.engine.board();
console.log(
  `findings: ${findings.length} listed, ${Object.values(omitted).reduce((sum, count) => sum + count, 0)} omitted`,
);
measure('tick, 200 nodes all failing', 300, () => tick(broken.engine, broken.store));
measure('board as the door gives it', 300, () => void JSON.stringify(broken.engine.board()));
