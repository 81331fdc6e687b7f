import { watchedAreas } from '#server/checks/areas.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { createStore, type Store } from '#server/store/store.ts';
import type { Finding } from '#shared/finding.ts';
import { render } from '#shared/say.ts';
import type { DemoBench } from './demo-client.ts';

/** A wall with all its checks that looks at the demo every few seconds, in the demo's own time. */
export interface JudgingWall {
  engine: Engine;
  /** Lets so much time pass, looking all the while. */
  pass(ms: number): Promise<void>;
  /** Open findings that are warn or bad, with their sentences. */
  findings(): { id: string; level: string; cause: string | null; sentence: string }[];
}

const LOOKS_EVERY_MS = 5000;

export function createJudgingWall(bench: DemoBench): JudgingWall {
  const { clock } = bench;
  const store = createStore({ clock: clock.now });
  for (const { source, kind } of kinds)
    store.declare({ name: source, role: 'feed', staleAfterMs: 15_000, kinds: [kind] });
  store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 15_000, kinds: ['apiDoor'] });
  const engine = createEngine({
    ...{ store, tiles: [...watchedAreas], history: createHistoryMemory(), clock: clock.now, build: 'test', demo: true },
    config: () => config,
    server: () => bench.demo.connection.server,
    failed: (what, error) => {
      throw new Error(what, { cause: error });
    },
    schedule: { later: () => () => undefined, every: () => () => undefined },
  });

  async function look(): Promise<void> {
    for (const row of kinds) {
      const { items } = (await bench.get(row.path)).json;
      const facts = items.flatMap((raw: unknown) => row.fact(raw, row.source, asItIs) ?? []);
      store.replace(row.source, row.kind, facts);
      see(store, row.source, clock.now());
    }
    store.replace('api-door', 'apiDoor', [{ ...answers, outcomeSince: clock.now(), askedAt: clock.now() }]);
    see(store, 'api-door', clock.now());
    engine.judge();
  }

  return {
    engine,
    async pass(ms) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        await look();
        await clock.pass(Math.max(0, Math.min(LOOKS_EVERY_MS, end - clock.now())));
      }
      await look();
    },
    findings() {
      const told = ({ id, level, cause, say }: Finding) => {
        return { id, level, cause, sentence: render(say, { now: clock.now(), timeZone: 'UTC' }) };
      };
      return engine
        .board()
        .findings.filter(({ level }) => level === 'warn' || level === 'bad')
        .map(told);
    },
  };
}

const config = { timeZone: 'UTC', clusterName: 'demo', checks: {}, ignore: [] };

const answers: ApiDoorFact = {
  ...{ key: 'api', uid: 'api', source: 'api-door', address: '192.168.1.10:6443', outcome: 'ready', status: 200 },
  ...{
    message: '',
    shows: '',
    outcomeSince: 0,
    askedAt: 0,
    readyAt: 0,
    latencyMs: 12,
    failingParts: [],
    clockAheadMs: null,
    version: 'v1.36.2+k3s1',
  },
  clusterId: 'demo',
  credential: {
    kind: 'client-certificate',
    from: 'the demo cluster',
    expiresAt: null,
    issuedAt: null,
    subject: '',
    issuer: '',
    problem: '',
  },
};

function see(store: Store, source: string, now: number): void {
  store.state(source, 'synced');
  store.fresh(source, now);
}
