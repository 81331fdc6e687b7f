import { scenarios } from '#server/cluster/demo/scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';
import { portrait } from './portrait.ts';

const MINUTE_MS = 60_000;
const names = Object.keys(scenarios);

/** What the API says of itself and of each part: all of it may be broken by a scenario. */
async function apiLooks({ get }: DemoBench): Promise<unknown> {
  const readyz = await get('/readyz');
  return { readyz: readyz.status, pods: (await get('/api/v1/pods')).status };
}

describe('playing by hand', () => {
  test('all well comes first on the menu, then the tour, then every scenario with its title and sentence', () => {
    const offers = createBench().demo.player.offers();
    expect(offers.slice(0, 2).map(({ name }) => name)).toEqual(['calm', 'tour']);
    expect(offers.map(({ name }) => name).toSorted()).toEqual([...names, 'tour'].toSorted());
    for (const { title, about } of offers) expect([title, about]).not.toContain('');
  });

  test('what plays is known; what does not exist is not played and changes nothing', async () => {
    const { demo, clock } = createBench();
    expect(demo.player.playing()).toMatchObject({ scenario: 'calm', shows: 'calm' });
    await clock.pass(5000);
    expect(demo.player.play('crash-loop')).toBe(true);
    const playing = { scenario: 'crash-loop', shows: 'crash-loop', since: clock.now() };
    expect(demo.player.playing()).toEqual(playing);
    for (const unknown of ['', 'crashloop', '__proto__', 'constructor']) expect(demo.player.play(unknown)).toBe(false);
    expect(demo.player.playing()).toEqual(playing);
    demo.player.play('tour');
    expect(demo.player.playing()).toMatchObject({ scenario: 'tour', shows: null });
    await clock.pass(70_000);
    expect(demo.player.playing()).toMatchObject({ scenario: 'tour', shows: 'node-lost-and-back' });
  });

  test('a stopped demo plays nothing any more', async () => {
    const { demo, clock } = createBench();
    demo.player.play('crash-loop');
    demo.stop();
    await demo.played;
    await clock.pass(1);
    expect(clock.pending).toBe(0);
  });
});

// Just begun, in the middle, and when its effects have effects: evictions come after 5 min.
describe.each([2000, 45_000, 7 * MINUTE_MS])('switched to all well after %i ms', (afterMs) => {
  test.each(names)('%s leaves nothing behind', async (name) => {
    const bench = createBench();
    const { demo, clock } = bench;
    const before = await portrait(bench);
    demo.player.play(name);
    await clock.pass(afterMs);
    demo.player.play('calm');
    expect(await apiLooks(bench)).toEqual({ readyz: 200, pods: 200 });
    expect(await portrait(bench)).toEqual(before);
    // Nor does anything that was on its way come later.
    await clock.pass(8 * MINUTE_MS);
    expect(await portrait(bench)).toEqual(before);
    demo.stop();
  });
});

test('whatever follows whatever, in the end all is as at the beginning', async () => {
  const bench = createBench({ seed: 11 });
  const before = await portrait(bench);
  for (const [index, name] of [...names, ...names.toReversed()].entries()) {
    bench.demo.player.play(name);
    await bench.clock.pass(7000 * (1 + (index % 5)));
  }
  bench.demo.player.play('calm');
  expect(await portrait(bench)).toEqual(before);
  await bench.clock.pass(8 * MINUTE_MS);
  expect(await portrait(bench)).toEqual(before);
}, 30_000);
