import { expect, test } from 'vitest';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, seeDoor, seeNodes, smallWall, type SmallWall } from './small-wall.ts';

const id = 'nodes/not-ready|Node/nuc0';

function watch(wall: SmallWall, ms: number): void {
  for (let left = ms; left > 0; left -= 5_000) wall.pass(5_000, 'nodes');
}

const kindsOf = (wall: SmallWall) => wall.engine.moments(0, Infinity).moments.map(({ kind }) => kind);
const stretchesOf = (wall: SmallWall, subject: string) =>
  wall.engine
    .levels(subject, 0, Infinity)
    ?.stretches.map(({ level, from, to }) => [level, from - evening, to === null ? null : to - evening]);

test('what was recorded before it was known whose it is belongs to the cluster that it turns out to be', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ keeper });
  wall.engine.start();
  seeNodes(wall, node('nuc0'), node('nuc1', 'False'));
  wall.judge();
  watch(wall, 5_000);
  seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
  wall.judge();
  watch(wall, 5_000);
  expect(keeper.of('uid-1').moments.read(0, Infinity, 10)).toEqual([]);
  seeDoor(wall);
  wall.judge();
  watch(wall, 5_000);
  expect(wall.engine.board().cluster.id).toBe('uid-1');
  expect(kindsOf(wall)).toEqual(['start', 'incident-begin', 'incident-begin', 'incident-end']);
  expect(stretchesOf(wall, 'nodes')).toEqual([
    ['bad', 0, 10_000],
    ['bad', 10_000, null],
  ]);
  expect(stretchesOf(wall, id)).toEqual([
    ['bad', 5_000, 10_000],
    ['bad', 10_000, null],
  ]);
  const { episodes } = wall.engine.episodes({ from: 0, to: Infinity });
  expect(episodes.map(({ finding, since, endedAt }) => [finding, since - evening, endedAt === null])).toEqual([
    [id, 5_000, true],
    ['nodes/not-ready|Node/nuc1', 0, false],
  ]);
  expect(wall.engine.board().tiles[1]?.since).toBe(evening);
});

test('a cluster that is known at another address goes on with its history: since, episodes, and one begin of each', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ keeper });
  wall.engine.start();
  seeDoor(wall);
  seeNodes(wall, node('nuc0', 'False'));
  wall.judge();
  watch(wall, 5_000);
  wall.engine.stop();
  const moved = smallWall({ keeper, at: evening + 60_000, server: 'https://nuc0.lan:6443' });
  moved.engine.start();
  seeNodes(moved, node('nuc0', 'False', { bootId: 'boot-2' }));
  moved.judge();
  watch(moved, 5_000);
  expect(moved.engine.board().tiles[1]?.since).toBe(evening + 60_000);
  seeDoor(moved);
  moved.judge();
  watch(moved, 5_000);
  expect(moved.engine.board().tiles[1]).toMatchObject({ level: 'bad', since: evening });
  expect(moved.engine.episodes({ from: 0, to: Infinity }).episodes).toMatchObject([{ since: evening, endedAt: null }]);
  expect(kindsOf(moved)).toEqual(['start', 'incident-begin', 'stop', 'start', 'reboot']);
  expect(stretchesOf(moved, 'nodes')).toEqual([
    ['bad', 0, 5_000],
    ['bad', 60_000, 65_000],
    ['bad', 65_000, null],
  ]);
});

test('another cluster begins a history of its own; when the first is back its history goes on with a gap', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ keeper });
  seeDoor(wall);
  seeNodes(wall, node('nuc0', 'False'));
  wall.judge();
  watch(wall, 5_000);
  seeDoor(wall, { clusterId: 'uid-2' });
  seeNodes(wall, node('nuc0'));
  wall.judge();
  expect(kindsOf(wall)).toEqual(['other-cluster']);
  expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'ok', since: evening + 5_000 });
  expect(wall.engine.episodes({ from: 0, to: Infinity }).episodes).toEqual([]);
  watch(wall, 10_000);
  expect(stretchesOf(wall, 'nodes')).toEqual([['ok', 5_000, null]]);
  seeDoor(wall, { clusterId: 'uid-1' });
  seeNodes(wall, node('nuc0', 'False'));
  wall.judge();
  watch(wall, 5_000);
  expect(kindsOf(wall)).toEqual(['incident-begin', 'other-cluster']);
  expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'bad', since: evening });
  expect(wall.engine.board().findings).toMatchObject([{ id, since: evening }]);
  expect(stretchesOf(wall, 'nodes')).toEqual([
    ['bad', 0, 5_000],
    ['bad', 15_000, null],
  ]);
});
