import { describe, expect, test } from 'vitest';
import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';
import {
  evening,
  node,
  nodeCheck,
  nodesTile,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  type SmallWallParts,
} from './small-wall.ts';

const otherCluster = defineCheck({
  check: 'control-plane/other-cluster',
  about: 'another cluster',
  needs: { apiDoor: 'required' },
  settings: {},
  latch: true,
  judge: ({ identity: { remembered, current } }) => [
    {
      subject: { kind: 'Cluster', name: 'api' },
      level: current === '' || current === remembered ? 'ok' : 'bad',
      say: say('{current} instead of {remembered}', { current, remembered }),
    },
  ],
});
const id = 'control-plane/other-cluster|Cluster/api';
const server = 'https://10.0.0.1:6443';

/** Remembers how often each node was judged. */
const counting = nodeCheck('nodes/not-ready', {
  remembers: {
    version: 1,
    subjects: (snapshot) => snapshot.facts('node').keys(),
    remember: (before) => Number(before ?? 0) + 1,
  },
});

function wallOf(parts: SmallWallParts = {}) {
  return smallWall({ tiles: [tile('control-plane', ['apiDoor'], [otherCluster]), nodesTile(counting)], ...parts });
}

describe('the identity of the cluster', () => {
  test('is learned from the API, remembered by address, and the key of all that is stored', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    wall.judge();
    expect(wall.engine.board().cluster.id).toBe('');
    seeDoor(wall);
    wall.judge();
    expect(wall.engine.board().cluster).toEqual({ id: 'uid-1', name: 'homelab', version: 'v1.36.1', demo: false });
    expect(keeper.identityBehind(server)).toBe('uid-1');
    wall.engine.stop();
    const again = wallOf({ keeper });
    again.judge();
    expect(again.engine.board().cluster.id).toBe('uid-1');
  });

  test('another one behind the same address is a finding, a moment and a new history', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.engine.acknowledge('nodes/not-ready|Node/nuc0', undefined, 'seen');
    wall.pass(60_000, 'nodes');
    seeNodes(wall, node('nuc0', 'False'));
    seeDoor(wall, { clusterId: 'uid-2' });
    wall.judge();
    const board = wall.engine.board();
    expect(board.cluster.id).toBe('uid-2');
    expect(board.findings).toMatchObject([
      { check: 'control-plane/other-cluster', level: 'bad', sentence: 'uid-2 instead of uid-1' },
      { id: 'nodes/not-ready|Node/nuc0', since: evening + 60_000 },
    ]);
    expect(board.findings[1]?.acknowledged).toBeUndefined();
    expect(wall.engine.moments(0, Infinity).moments.map(({ kind }) => kind)).toContain('other-cluster');
    expect(keeper.load('uid-1').acknowledgements).toHaveLength(1);
    expect(keeper.load('uid-1').memories['nodes/not-ready']?.subjects['nuc0']).toBeGreaterThan(1);
    wall.engine.stop();
    expect(keeper.load('uid-2').memories['nodes/not-ready']?.subjects['nuc0']).toBe(1);
  });

  test('its finding stays over a restart until it is acknowledged; then the other one is remembered', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall);
    wall.judge();
    wall.pass(1_000);
    seeDoor(wall, { clusterId: 'uid-2' });
    wall.judge();
    wall.engine.stop();
    expect(keeper.identityBehind(server)).toBe('uid-1');
    const again = wallOf({ keeper, at: evening + 60_000 });
    again.judge();
    seeDoor(again, { clusterId: 'uid-2' });
    again.judge();
    expect(again.engine.board().findings[0]).toMatchObject({ id, since: evening + 1_000 });
    expect(again.engine.acknowledge(id, undefined, 'mine')).toBe('done');
    expect(again.engine.board().findings.filter((each) => each.id === id)).toEqual([]);
    expect(keeper.identityBehind(server)).toBe('uid-2');
  });

  test('an API that cannot say who it is stays the one it was', () => {
    const wall = wallOf();
    seeDoor(wall);
    wall.judge();
    seeDoor(wall, { clusterId: '' });
    wall.judge();
    expect(wall.engine.board().cluster.id).toBe('uid-1');
  });

  test('a hash of the CA and a UID are not two clusters', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall, { clusterId: 'ca:abc' });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(1_000, 'nodes');
    seeDoor(wall, { clusterId: 'uid-1' });
    wall.judge();
    expect(wall.engine.board().cluster.id).toBe('uid-1');
    expect(wall.engine.board().findings).toMatchObject([{ check: 'nodes/not-ready', since: evening }]);
    seeDoor(wall, { clusterId: 'ca:abc' });
    wall.judge();
    expect(wall.engine.board().cluster.id).toBe('uid-1');
    expect(wall.engine.board().findings).toHaveLength(1);
    seeDoor(wall, { clusterId: 'uid-2' });
    wall.judge();
    expect(wall.engine.board().findings[0]?.check).toBe('control-plane/other-cluster');
  });

  test('a cluster that is known at a new address brings its past along', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.engine.stop();
    const moved = wallOf({ keeper, at: evening + 60_000, server: 'https://nuc0.lan:6443' });
    seeNodes(moved, node('nuc0', 'False'));
    moved.judge();
    expect(moved.engine.board().findings.at(-1)).toMatchObject({ since: evening + 60_000 });
    seeDoor(moved);
    moved.judge();
    expect(moved.engine.board().findings).toMatchObject([{ check: 'nodes/not-ready', since: evening, atLeast: true }]);
  });
});

describe('memory', () => {
  const memoryOf = (keeper: ReturnType<typeof memoryKeeper>) => keeper.load('uid-1').memories['nodes/not-ready'];

  test('survives a restart, also while nothing has been seen yet, and forgets what is gone', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall);
    seeNodes(wall, node('nuc0'), node('nuc1'));
    wall.judge();
    wall.judge();
    wall.engine.stop();
    expect(memoryOf(keeper)).toEqual({ version: 1, subjects: { nuc0: 2, nuc1: 2 } });
    const again = wallOf({ keeper });
    again.judge();
    again.judge();
    seeNodes(again, node('nuc0'));
    again.judge();
    again.engine.stop();
    expect(memoryOf(keeper)).toEqual({ version: 1, subjects: { nuc0: 3 } });
  });

  test('of another version is dropped', () => {
    const keeper = memoryKeeper();
    keeper.rememberIdentity(server, 'uid-1');
    keeper.save(
      'uid-1',
      {
        episodes: [],
        acknowledgements: [],
        figures: [],
        memories: { 'nodes/not-ready': { version: 7, subjects: { nuc0: 99 } } },
      },
      'now',
    );
    const wall = wallOf({ keeper });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.engine.stop();
    expect(memoryOf(keeper)?.subjects).toEqual({ nuc0: 1 });
  });

  test('counts at most 5 s of a time in which nobody judged', () => {
    const elapsed: number[] = [];
    const check = nodeCheck('nodes/not-ready', {
      remembers: {
        version: 1,
        subjects: (snapshot) => snapshot.facts('node').keys(),
        remember: (_, __, ___, elapsedMs) => elapsed.push(elapsedMs),
      },
    });
    const wall = smallWall({ tiles: [nodesTile(check)] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(1_000, 'nodes');
    wall.pass(3_600_000, 'nodes');
    wall.pass(-60_000, 'nodes');
    expect(elapsed).toEqual([0, 1_000, 5_000, 0]);
  });

  test('is bounded to 5,000 subjects', () => {
    const keeper = memoryKeeper();
    const wall = wallOf({ keeper });
    seeDoor(wall);
    seeNodes(wall, ...Array.from({ length: 5_100 }, (_, i) => node(`n${i}`)));
    wall.judge();
    wall.engine.stop();
    expect(Object.keys(memoryOf(keeper)?.subjects ?? {})).toHaveLength(5_000);
  });
});
