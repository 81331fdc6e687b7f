import { expect, test } from 'vitest';
import { nodesReady } from '#server/checks/node-series.ts';
import { defineSeries } from '#server/engine/define-series.ts';
import { uptimeColumns } from '#server/engine/measured-columns.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { untilDone } from '#server/engine/slices.ts';
import { hour, minute, second } from '#test/builders/time.ts';
import { node, nodesTile, seeNodes, smallWall, evening } from './small-wall.ts';

const up = defineSeries({
  series: 'nodes/up',
  unit: 'percent',
  title: () => 'Up',
  needs: ['node'],
  read: (snapshot) =>
    [...snapshot.facts('node').values()].map(({ name, conditions }) => ({
      subject: { kind: 'Node', name },
      value: conditions['Ready']?.status === 'True' ? 100 : 0,
    })),
});
const tile = { ...nodesTile(), series: [nodesReady, up], columns: uptimeColumns(up) };

/** A wall that has watched nuc0 for an hour. */
function watched() {
  let clock = () => evening;
  const keeper = Object.assign(
    createHistoryMemory(() => clock()),
    {
      setClock: (other: () => number) => void (clock = other),
    },
  );
  const wall = smallWall({ tiles: [tile], keeper });
  watch(wall, hour);
  return wall;
}
function watch(wall: ReturnType<typeof smallWall>, ms: number, ready: 'True' | 'False' = 'True'): void {
  for (let gone = 0; gone < ms; gone += 15 * second) {
    seeNodes(wall, node('nuc0', ready));
    wall.pass(15 * second, 'nodes');
  }
}
const measured = async (wall: ReturnType<typeof smallWall>) => (await wall.engine.areaMeasured('nodes')).rows;

test('each row is told how much of the time it was up, at most a minute old', async () => {
  const wall = watched();
  expect(await measured(wall)).toEqual({ 'Node/nuc0': { up24h: 100 } });
  watch(wall, 45 * second, 'False');
  expect(await measured(wall)).toEqual({ 'Node/nuc0': { up24h: 100 } });
  watch(wall, 15 * second, 'False');
  const { 'Node/nuc0': later } = await measured(wall);
  expect(later?.['up24h']).toBeCloseTo((100 * 240) / 244, 2);
});

test('before the first values it is not empty for a minute', async () => {
  const keeper = createHistoryMemory(() => wall.now());
  const wall = smallWall({ tiles: [tile], keeper });
  expect(await measured(wall)).toEqual({});
  watch(wall, 30 * second);
  expect(await measured(wall)).toEqual({ 'Node/nuc0': { up24h: 100 } });
});

test('an area without such columns, or that nobody watches, has none', async () => {
  const wall = watched();
  expect(await wall.engine.areaMeasured('jobs')).toMatchObject({ area: 'jobs', rows: {} });
  const plain = smallWall();
  expect((await plain.engine.areaMeasured('nodes')).rows).toEqual({});
});

test('it is worked out in slices, between which other things happen', async () => {
  const later: (() => void)[] = [];
  const schedule = {
    later: (_: number, run: () => void) => (later.push(run), () => undefined),
    every: () => () => undefined,
  };
  function* turn() {
    for (let piece = 0; piece < 3; piece += 1) {
      const until = performance.now() + 6;
      while (performance.now() < until);
      yield;
    }
    return 'done';
  }
  const done = untilDone(turn(), schedule);
  let slices = 1;
  for (let run = later.shift(); run !== undefined; run = later.shift()) {
    slices += 1;
    run();
  }
  expect([await done, slices]).toEqual(['done', 4]);
});

test('what throws is told to whoever asked', async () => {
  // eslint-disable-next-line require-yield
  function* turn(): Generator<undefined, void, undefined> {
    throw new Error('broken');
  }
  await expect(untilDone(turn(), { later: () => () => undefined, every: () => () => undefined })).rejects.toThrow(
    'broken',
  );
});

test('after ten minutes it is asked for anew', async () => {
  const wall = watched();
  await measured(wall);
  watch(wall, 10 * minute, 'False');
  expect((await measured(wall))['Node/nuc0']?.['up24h']).toBeCloseTo((100 * 240) / 280, 2);
});
