import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { play, rawNode } from './play.ts';
import { pick, randomOf } from './random-history.ts';
import { refuse, type ScriptedApi, type WatchListSupport } from './scripted-api.ts';

const names = ['nuc0', 'nuc1', 'nuc2', 'pi0', 'pi1', 'pi2', 'pi3', 'pi4'];

/** What may happen to a cluster and to the way to it; `random` gives 0..1. */
function step(api: ScriptedApi, random: () => number): void {
  const name = names[Math.floor(random() * names.length)]!;
  const happens = pick<() => void>(random, [
    [30, () => api.put(rawNode(name, { spec: { unschedulable: random() < 0.5 } }))],
    [12, () => api.remove(name)],
    [
      5,
      () => {
        api.remove(name);
        api.put(rawNode(name));
      },
    ],
    [4, () => api.bookmark()],
    [4, () => api.endWatches()],
    [4, () => api.reset()],
    [3, () => api.compact()],
    [
      2,
      () => {
        api.endWatches();
        api.put(rawNode(name));
        api.compact();
      },
    ],
    [
      2,
      () => {
        api.say('{"type":"MODIFIED","object":{"metadata":{"name":"nuc0","uid":"none"');
        api.reset();
      },
    ],
    [2, () => api.say('not JSON\n')],
    [
      2,
      () =>
        refuseNext(
          api,
          pick(
            random,
            [429, 500, 503, 403, 410, 504].map((code) => [1, code] as const),
          ),
        ),
    ],
    [
      1,
      () => {
        api.reset();
        api.wipe();
      },
    ],
  ]);
  happens();
}

/** The next request is refused, whatever it is. */
function refuseNext(api: ScriptedApi, code: number): void {
  let left = 1;
  api.scripts.push((_, answer) => {
    if (left === 0) return undefined;
    left = 0;
    refuse(answer, code, 'Failure', code === 504 ? 'Too large resource version: 9, current: 1' : 'not now');
    return 'answered';
  });
}

describe('whatever happens, in the end the sink holds what the server holds', () => {
  const ways: WatchListSupport[] = ['yes', 'yes', 'refuses', 'ignores'];
  const histories = Array.from({ length: 12 }, (_, seed) => ({
    seed,
    protocol: seed % 2 === 0 ? ('h1' as const) : ('h2' as const),
    watchList: ways[Math.floor(seed / 2) % ways.length]!,
  }));

  test.each(histories)('history $seed over $protocol, WatchList: $watchList', async (history) => {
    const { seed, protocol, watchList } = history;
    const random = randomOf(seed + 1);
    const { api, synced, until, told, same } = await play({
      protocol,
      limits: { pageSize: 3, initialIdleMs: 40, forbiddenMs: 20 },
      before: (server) => {
        server.watchList = watchList;
        names.slice(0, 4).forEach((name) => server.put(rawNode(name)));
      },
    });
    for (let i = 0; i < 150; i += 1) {
      step(api, random);
      if (random() < 0.3) await sleep(random() * 12);
    }
    await synced();
    // It is not only right by chance, just before something is applied that was in flight.
    await until('a watch is open', () => api.watchers.size > 0);
    api.put(rawNode('last'));
    await synced();
    await sleep(40);
    expect(same()).toBe(true);
    for (const [key, object] of api.objects) {
      const unschedulable = (object['spec'] as { unschedulable?: boolean } | undefined)?.unschedulable === true;
      expect(told.facts.get(key)).toMatchObject({ unschedulable });
    }
  });
});
