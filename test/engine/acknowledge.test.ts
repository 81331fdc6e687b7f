import { describe, expect, test } from 'vitest';
import { memoryKeeper } from './memory-keeper.ts';
import {
  evening,
  node,
  nodeCheck,
  nodesTile,
  notReady,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  type SmallWall,
} from './small-wall.ts';

const id = 'nodes/not-ready|Node/nuc0';
const board = (wall: SmallWall) => wall.engine.board();

function troubled() {
  const wall = smallWall();
  seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
  wall.judge();
  return wall;
}

describe('an acknowledged finding', () => {
  test('stays listed and calms tile and headline', () => {
    const wall = troubled();
    expect(board(wall).headline.level).toBe('bad');
    expect(wall.engine.acknowledge(id, board(wall).findings[0]?.episode, 'seen')).toBe('done');
    expect(board(wall).findings).toMatchObject([{ id, level: 'bad', acknowledged: { at: evening, meaning: 'seen' } }]);
    expect(board(wall).tiles[1]).toMatchObject({ level: 'ok', detail: 'all well' });
    expect(board(wall).headline).toMatchObject({ level: 'ok', finding: null });
  });

  test('is not forgotten by the headline', () => {
    const wall = troubled();
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(board(wall).headline.text).toBe('All good but for 1 that was seen');
  });

  test('that blinds the wall is noted and calms nothing', () => {
    const wall = smallWall({ tiles: [nodesTile(nodeCheck('nodes/not-ready', { blinds: true }))] });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(board(wall).findings[0]).toMatchObject({ blinds: true, acknowledged: { meaning: 'seen' } });
    expect(board(wall).tiles[1]?.level).toBe('bad');
    expect(board(wall).headline.level).toBe('bad');
  });

  test('calms a warning of what would blind the wall if it were bad: all may still be seen', () => {
    const wall = smallWall({ tiles: [nodesTile(nodeCheck('nodes/not-ready', { blinds: true }))] });
    seeNodes(wall, node('nuc0', 'Unknown'));
    wall.judge();
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(board(wall).findings[0]).not.toHaveProperty('blinds');
    expect(board(wall).headline.level).toBe('ok');
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(board(wall).headline.level).toBe('bad');
  });

  test('ranks behind what still wants to be seen', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'Unknown'));
    wall.judge();
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(board(wall).findings.map(({ subject }) => subject.name)).toEqual(['nuc1', 'nuc0']);
    expect(board(wall).headline).toMatchObject({ level: 'warn', text: 'nuc1 is not ready' });
  });

  test('is loud again when it becomes worse than what was seen, and calm when it is as it was', () => {
    const wall = smallWall();
    const becomes = (status: 'Unknown' | 'False') => {
      seeNodes(wall, node('nuc0', status));
      wall.pass(1_000, 'nodes');
    };
    becomes('Unknown');
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(board(wall).headline.level).toBe('ok');
    becomes('False');
    expect(board(wall).headline.level).toBe('bad');
    expect(board(wall).findings[0]?.acknowledged).toBeUndefined();
    becomes('Unknown');
    expect(board(wall).headline.level).toBe('ok');
  });

  test('is loud again when it is taken back', () => {
    const wall = troubled();
    wall.engine.acknowledge(id, undefined, 'seen');
    expect(wall.engine.takeBack(id)).toBe('done');
    expect(board(wall).headline.level).toBe('bad');
  });

  test('does not acknowledge its next episode beforehand', () => {
    const wall = smallWall();
    const changedAt = evening - 60_000;
    const bad = node('nuc0', 'False', {
      conditions: { Ready: { status: 'False', reason: '', message: '', changedAt } },
    });
    seeNodes(wall, bad);
    wall.judge();
    wall.engine.acknowledge(id, undefined, 'seen');
    seeNodes(wall, node('nuc0'));
    wall.pass(1_000, 'nodes');
    seeNodes(wall, bad);
    wall.pass(1_000, 'nodes');
    expect(board(wall).findings[0]?.acknowledged).toBeUndefined();
    expect(board(wall).headline.level).toBe('bad');
  });

  test('is refused for another episode and for what is not there', () => {
    const wall = troubled();
    expect(wall.engine.acknowledge(id, `${id}@1`, 'seen')).toBe('other-episode');
    expect(wall.engine.acknowledge('nodes/not-ready|Node/nuc1', undefined, 'seen')).toBe('no-such-finding');
    expect(wall.engine.takeBack('nothing')).toBe('no-such-finding');
  });

  test('does not make blindness green', () => {
    const wall = troubled();
    wall.engine.acknowledge(id, undefined, 'seen');
    wall.pass(16_000);
    wall.engine.acknowledge('nodes/unseen|Source/nodes', undefined, 'seen');
    expect(board(wall).tiles[1]?.level).toBe('unknown');
    expect(board(wall).headline.level).toBe('unknown');
  });
});

describe('a latched finding', () => {
  const emptied = nodeCheck('nodes/emptied', { latch: true });
  const latchedId = 'nodes/emptied|Node/nuc0';

  test('stays at its level when its verdict is fine again, until it is acknowledged', () => {
    const wall = smallWall({ tiles: [nodesTile(emptied)] });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    seeNodes(wall, node('nuc0'));
    wall.pass(60_000, 'nodes');
    expect(board(wall).findings).toMatchObject([{ id: latchedId, level: 'bad', latch: true, since: evening }]);
    expect(wall.engine.acknowledge(latchedId, undefined, 'restored')).toBe('done');
    expect(board(wall).findings).toEqual([]);
  });

  test('stays when its subject is gone, and over a restart', () => {
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper, tiles: [nodesTile(emptied)] });
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    seeNodes(wall, node('nuc1'));
    wall.pass(1_000, 'nodes');
    wall.engine.stop();
    const again = smallWall({ keeper, tiles: [nodesTile(emptied)], at: evening + 60_000 });
    seeNodes(again, node('nuc1'));
    again.judge();
    expect(board(again).findings).toMatchObject([{ id: latchedId, level: 'bad', sentence: 'nuc0 is not ready' }]);
    again.engine.acknowledge(latchedId, undefined, 'mine');
    expect(board(again).findings).toEqual([]);
  });

  test('calms when acknowledged while it is still so, and ends with it', () => {
    const wall = smallWall({ tiles: [nodesTile(emptied)] });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.engine.acknowledge(latchedId, undefined, 'seen');
    expect(board(wall).findings).toHaveLength(1);
    expect(board(wall).headline.level).toBe('ok');
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(board(wall).findings).toEqual([]);
  });
});

describe('what the configuration ignores', () => {
  test('is left out until its time, by check and subject', () => {
    const until = evening + 60_000;
    const wall = smallWall({ config: { ignore: [{ check: 'nodes/*', subject: 'Node/nuc*', until }] } });
    seeNodes(wall, node('nuc0', 'False'), node('pi0', 'Unknown'));
    wall.judge();
    expect(board(wall).findings.map(({ subject }) => subject.name)).toEqual(['pi0']);
    wall.pass(60_000, 'nodes');
    expect(board(wall).findings.map(({ subject }) => subject.name)).toEqual(['nuc0', 'pi0']);
    expect(board(wall).findings[0]?.since).toBe(evening);
  });

  test('cannot be that a source is not seen', () => {
    const wall = smallWall({ config: { ignore: [{ check: '*', subject: '*' }] } });
    wall.judge();
    expect(board(wall).headline.level).toBe('unknown');
  });

  test('is judged anew when the configuration is replaced', () => {
    const wall = troubled();
    wall.settings.now = {
      ...wall.settings.now,
      clusterName: 'other',
      ignore: [{ check: 'nodes/not-ready', subject: '*' }],
    };
    wall.judge();
    expect(board(wall).findings).toEqual([]);
    expect(board(wall).cluster.name).toBe('other');
  });
});

test('settings of the configuration count over defaults', () => {
  const slow = nodeCheck('nodes/slow', {
    settings: { bad: { type: 'count', default: 5, about: 'x' } },
    judge: (snapshot, { settings }) => [
      {
        subject: { kind: 'Node', name: 'nuc0' },
        level: snapshot.facts('node').size >= settings['bad']! ? 'bad' : 'ok',
        say: { template: 'x', values: {} },
      },
    ],
  });
  const wall = smallWall({
    tiles: [tile('nodes', ['node'], [slow, notReady])],
    config: { checks: { 'nodes/slow': { bad: 1 } } },
  });
  seeNodes(wall, node('nuc0'));
  wall.judge();
  expect(board(wall).headline.level).toBe('bad');
});
