import { apiLatency } from '#server/checks/api-series.ts';
import { nodesReady } from '#server/checks/node-series.ts';
import type { Check, Verdict } from '#server/engine/define-check.ts';
import { defineCheck } from '#server/engine/define-check.ts';
import { defineTile, type TileDefinition } from '#server/engine/define-tile.ts';
import type { EngineConfig } from '#server/engine/engine-config.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import type { Schedule } from '#server/engine/schedule.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { LeaseFact } from '#server/facts/lease.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { History } from '#server/history/history.ts';
import { createStore, type Store } from '#server/store/store.ts';
import type { Area } from '#shared/area.ts';
import { plainly, say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';

/** 2026-04-15 20:35:00 UTC. */
export const evening = Date.UTC(2026, 3, 15, 20, 35);

/** A wall whose time stands still until it is told to pass. */
export interface SmallWall {
  engine: Engine;
  store: Store;
  keeper: History;
  /** What the configuration says now; put another object there to change it. */
  settings: { now: EngineConfig };
  failures: string[];
  now(): number;
  /** Lets time pass and judges all at the end of it, as a tick would. `fresh` keeps these sources alive. */
  pass(ms: number, ...fresh: string[]): void;
  /** Lets time pass without judging. */
  later(ms: number): void;
  judge(): void;
}

export interface SmallWallParts {
  tiles?: TileDefinition[];
  /** One with a clock to set is set to that of the wall. */
  keeper?: History & { setClock?(clock: () => number): void };
  at?: number;
  config?: Partial<EngineConfig>;
  server?: string;
}

/** A wall with the sources `nodes`, `leases` (feeds) and `api-door` (probe) declared and never seen. Not started. */
export function smallWall({
  tiles = [nodesTile()],
  keeper = memoryKeeper(),
  at = evening,
  ...parts
}: SmallWallParts = {}): SmallWall {
  let now = at;
  const clock = () => now;
  keeper.setClock?.(clock);
  const store = createStore({ clock });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 15_000, kinds: ['node'] });
  store.declare({ name: 'leases', role: 'feed', staleAfterMs: 15_000, kinds: ['lease'] });
  store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 9_000, kinds: ['apiDoor'] });
  const failures: string[] = [];
  const given: EngineConfig = { timeZone: 'UTC', clusterName: 'homelab', checks: {}, ignore: [], ...parts.config };
  const settings = { now: given };
  const wall: SmallWall = {
    store,
    keeper,
    settings,
    failures,
    engine: createEngine({
      store,
      tiles,
      config: () => settings.now,
      history: keeper,
      clock,
      build: 'b1',
      demo: false,
      server: () => parts.server ?? 'https://10.0.0.1:6443',
      failed: (what, error) => failures.push(`${what}: ${String(error)}`),
      schedule: noSchedule,
    }),
    now: clock,
    pass(ms, ...fresh) {
      now += ms;
      for (const name of fresh) store.fresh(name, now);
      wall.engine.judge();
    },
    later(ms) {
      now += ms;
    },
    judge: () => wall.engine.judge(),
  };
  return wall;
}

/** Nodes (and leases) listed and fresh. */
export function seeNodes(wall: SmallWall, ...nodes: NodeFact[]): void {
  wall.store.replace('nodes', 'node', nodes);
  wall.store.state('nodes', 'synced');
  wall.store.fresh('nodes', wall.now());
}

export function seeLeases(wall: SmallWall, ...leases: LeaseFact[]): void {
  wall.store.replace('leases', 'lease', leases);
  wall.store.state('leases', 'synced');
  wall.store.fresh('leases', wall.now());
}

/** The API's door answers `outcome` now. */
export function seeDoor(wall: SmallWall, door: Partial<ApiDoorFact> = {}): void {
  wall.store.replace('api-door', 'apiDoor', [{ ...apiDoor, askedAt: wall.now(), ...door }]);
  wall.store.state('api-door', 'synced');
  wall.store.fresh('api-door', wall.now());
}

/** A node that is ready, or not, with whatever else. */
export function node(
  name: string,
  ready: 'True' | 'False' | 'Unknown' = 'True',
  more: Partial<NodeFact> = {},
): NodeFact {
  return {
    key: name,
    uid: `uid-${name}`,
    source: 'nodes',
    name,
    createdAt: null,
    conditions: { Ready: { status: ready, reason: '', message: '', changedAt: null } },
    unschedulable: false,
    taints: [],
    roles: [],
    kubeletVersion: 'v1.36.1',
    osImage: '',
    containerRuntime: '',
    bootId: 'boot-1',
    internalIp: null,
    kubeletPort: null,
    capacity: { cpuCores: null, memoryBytes: null },
    allocatable: { cpuCores: null, memoryBytes: null },
    ...more,
  };
}

export function lease(name: string, renewTime = 't1'): LeaseFact {
  const head = { key: `kube-node-lease/${name}`, uid: name, source: 'leases', node: name };
  return { ...head, renewTime, renewedAt: null, durationSeconds: 40 };
}

export const apiDoor: ApiDoorFact = {
  key: 'api',
  uid: 'api',
  source: 'api-door',
  address: '10.0.0.1:6443',
  outcome: 'ready',
  outcomeSince: evening,
  askedAt: evening,
  status: 200,
  message: '',
  shows: '',
  readyAt: evening,
  latencyMs: 12,
  failingParts: [],
  clockAheadMs: null,
  version: 'v1.36.1',
  clusterId: 'uid-1',
  credential: { kind: 'token', from: 'test', expiresAt: null, issuedAt: null, subject: '', issuer: '', problem: '' },
};

/** A tiny check: nodes whose Ready is False are bad, Unknown are warn. */
export const notReady: Check = nodeCheck('nodes/not-ready');

/** The check of `notReady` under another name, with whatever else. */
export function nodeCheck(name: Check['check'], more: Partial<Check> = {}): Check {
  return defineCheck({
    check: name,
    about: 'a node is not ready',
    needs: { node: 'required' },
    settings: {},
    judge: (snapshot) => [...snapshot.facts('node').values()].map((each) => nodeVerdict(each)),
    ...more,
  });
}

export function nodeVerdict({ name, conditions }: NodeFact): Verdict {
  const subject = { kind: 'Node', name };
  const ready = conditions['Ready'];
  const started = ready?.changedAt ?? null;
  if (ready?.status === 'True') return { subject, level: 'ok', say: say('{name} is ready', { name }) };
  return {
    subject,
    level: ready?.status === 'False' ? 'bad' : 'warn',
    say: say('{name} is not ready', { name }),
    ...(started === null ? {} : { startedAt: started }),
  };
}

/** A check of the API's door that explains whatever cannot be seen. */
export const apiAnswers: Check = defineCheck({
  check: 'control-plane/api-answers',
  about: 'the API does not answer',
  needs: { apiDoor: 'required' },
  settings: {},
  explains: [{ checks: ['*'], when: (_, effect) => effect.level === 'unknown' }],
  judge: (snapshot) =>
    [...snapshot.facts('apiDoor').values()].map(({ outcome, outcomeSince }) => ({
      subject: { kind: 'Cluster', name: 'api' },
      level: outcome === 'ready' ? ('ok' as const) : ('bad' as const),
      say: say('the API says {outcome}', { outcome }),
      startedAt: outcomeSince,
    })),
});

export function nodesTile(...checks: Check[]): TileDefinition {
  return tile('nodes', ['node'], checks.length === 0 ? [notReady] : checks);
}

/** A tile whose figure counts ready nodes, or says that the API answers. */
export function tile(area: Area, needs: TileDefinition['needs'], checks: Check[]): TileDefinition {
  return defineTile({
    area,
    needs,
    checks,
    series: needs.includes('node') ? [nodesReady, apiLatency] : [],
    figure(snapshot) {
      if (!needs.includes('node')) return { value: 'up', detail: plainly('fine') };
      const nodes = [...snapshot.facts('node').values()];
      const ready = nodes.filter(({ conditions }) => conditions['Ready']?.status === 'True');
      if (nodes.length === 0) return null;
      return { value: String(ready.length), rest: `of ${nodes.length} ready`, detail: plainly('all well') };
    },
    columns: [{ key: 'version', title: 'Version', type: 'text' }],
    cells: (subject, snapshot) => ({ version: snapshot.facts('node').get(subject.name)?.kubeletVersion ?? null }),
  });
}

const noSchedule: Schedule = { later: () => () => undefined, every: () => () => undefined };
