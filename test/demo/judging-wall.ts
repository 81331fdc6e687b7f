import { watchedAreas } from '#server/checks/areas.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { createStore } from '#server/store/store.ts';
import type { Finding } from '#shared/finding.ts';
import { render } from '#shared/say.ts';
import type { DemoBench } from './demo-client.ts';
import { openEyes } from './wall-eyes.ts';

/** A wall with all its checks that looks at the demo every few seconds, in the demo's own time. */
export interface JudgingWall {
  engine: Engine;
  /** Lets so much time pass, looking all the while. */
  pass(ms: number): Promise<void>;
  /** Open findings that are warn or bad, with their sentences. */
  findings(): Told[];
}

/** A finding as it is read. */
export interface Told {
  id: string;
  level: string;
  cause: string | null;
  explains: number;
  sentence: string;
  /** What to do, with the commands in brackets. */
  steps: string[];
}

const LOOKS_EVERY_MS = 5000;

export function createJudgingWall(bench: DemoBench): JudgingWall {
  const { clock } = bench;
  const store = createStore({ clock: clock.now });
  const look = openEyes(bench, store);
  const engine = createEngine({
    ...{ store, tiles: [...watchedAreas], history: createHistoryMemory(), clock: clock.now, build: 'test', demo: true },
    config: () => config,
    server: () => bench.demo.connection.server,
    failed: (what, error) => {
      throw new Error(what, { cause: error });
    },
    schedule: { later: () => () => undefined, every: () => () => undefined },
  });

  async function lookAndJudge(): Promise<void> {
    await look();
    engine.judge();
  }

  function told({ id, level, cause, explains, say, steps }: Finding): Told {
    const sentence = render(say, { now: clock.now(), timeZone: 'UTC' });
    const what = steps.map((step) => (step.command === undefined ? step.say : `${step.say} [${step.command}]`));
    return { id, level, cause, explains, sentence, steps: what };
  }

  return {
    engine,
    async pass(ms) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        await lookAndJudge();
        await clock.pass(Math.max(0, Math.min(LOOKS_EVERY_MS, end - clock.now())));
      }
      await lookAndJudge();
    },
    findings: () =>
      engine
        .board()
        .findings.filter(({ level }) => level === 'warn' || level === 'bad')
        .map(told),
  };
}

const config = { timeZone: 'UTC', clusterName: 'demo', checks: {}, ignore: [] };
