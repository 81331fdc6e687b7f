import { describe, expect, test } from 'vitest';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, nodeCheck, nodesTile, seeDoor, seeNodes, smallWall, type SmallWall } from './small-wall.ts';

const minute = 60_000;
const [first, id] = [(wall: SmallWall) => wall.engine.board().findings[0], 'nodes/not-ready|Node/nuc0'];

function badSince(changedAt: number | null) {
  return node('nuc0', 'False', { conditions: { Ready: { status: 'False', reason: '', message: '', changedAt } } });
}

describe('since', () => {
  test("is the object's own time where it has one", () => {
    const wall = smallWall();
    seeNodes(wall, badSince(evening - 5 * minute));
    wall.judge();
    expect(first(wall)).toMatchObject({ since: evening - 5 * minute, episode: `${id}@${evening - 5 * minute}` });
    expect(first(wall)?.atLeast).toBeUndefined();
  });

  test('is when first seen otherwise', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(minute, 'nodes');
    seeNodes(wall, badSince(null));
    wall.judge();
    expect(first(wall)).toMatchObject({ since: evening + minute });
    expect(first(wall)?.atLeast).toBeUndefined();
  });

  test('is at least so long if it was so at our first look', () => {
    const wall = smallWall();
    seeNodes(wall, badSince(null));
    wall.judge();
    expect(first(wall)).toMatchObject({ since: evening, atLeast: true });
  });

  test('is at least so long if it began while nobody could see', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(10 * minute);
    seeNodes(wall, badSince(null));
    wall.judge();
    expect(first(wall)).toMatchObject({ since: evening + 10 * minute, atLeast: true });
  });

  test('is now for an object whose clock is ahead of ours', () => {
    const wall = smallWall();
    seeNodes(wall, badSince(evening + minute));
    wall.judge();
    expect(first(wall)?.since).toBe(evening);
  });

  test('stays when the level changes within the episode', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'Unknown'));
    wall.judge();
    const before = first(wall);
    wall.pass(minute, 'nodes');
    seeNodes(wall, badSince(evening + minute));
    wall.judge();
    expect(first(wall)).toMatchObject({ level: 'bad', since: evening, episode: before?.episode });
  });

  test('begins anew with a new episode', () => {
    const wall = smallWall();
    for (const [i, ready] of (['False', 'True', 'False'] as const).entries()) {
      seeNodes(wall, node('nuc0', ready));
      wall.pass(i === 0 ? 0 : minute, 'nodes');
    }
    expect(first(wall)).toMatchObject({ since: evening + 2 * minute });
  });
});

describe('a holding time', () => {
  const held = [nodesTile(nodeCheck('nodes/not-ready', { for: () => 3_000 }))];

  test('keeps a verdict from counting until it has held; since is when it began', () => {
    const wall = smallWall({ tiles: held });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, badSince(null));
    wall.pass(1_000, 'nodes');
    wall.pass(1_000, 'nodes');
    wall.pass(1_000, 'nodes');
    expect(first(wall)).toBeUndefined();
    wall.pass(1_000, 'nodes');
    expect(first(wall)).toMatchObject({ level: 'bad', since: evening + 1_000 });
  });

  test('has passed for what has been so for as long by its own time', () => {
    const wall = smallWall({ tiles: held });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, badSince(evening - 2_000));
    wall.pass(1_000, 'nodes');
    expect(first(wall)).toMatchObject({ level: 'bad', since: evening - 2_000 });
  });

  test('keeps a finding from ending until it has been fine for as long', () => {
    const wall = smallWall({ tiles: held });
    seeNodes(wall, badSince(evening - minute));
    wall.judge();
    expect(first(wall)?.level).toBe('bad');
    seeNodes(wall, node('nuc0'));
    wall.pass(1_000, 'nodes');
    wall.pass(2_000, 'nodes');
    expect(first(wall)?.level).toBe('bad');
    wall.pass(1_000, 'nodes');
    expect(first(wall)).toBeUndefined();
  });

  test('does not run on while the source is silent, and unknown comes at once', () => {
    const wall = smallWall({ tiles: held });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, badSince(null));
    wall.pass(0, 'nodes');
    wall.pass(2_000, 'nodes');
    wall.store.state('nodes', 'unreachable');
    for (let i = 0; i < 20; i += 1) wall.pass(1_000);
    wall.store.state('nodes', 'synced');
    expect(first(wall)?.check).toBe('nodes/unseen');
    wall.pass(500, 'nodes');
    expect(first(wall)).toBeUndefined();
    wall.pass(999, 'nodes');
    expect(first(wall)).toBeUndefined();
    wall.pass(1, 'nodes');
    expect(first(wall)?.level).toBe('bad');
  });

  test('does not count time in which nobody judged', () => {
    const wall = smallWall({ tiles: [nodesTile(nodeCheck('nodes/not-ready', { for: () => 8_000 }))] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, badSince(null));
    wall.judge();
    wall.pass(3_600_000, 'nodes');
    expect(first(wall)).toBeUndefined();
  });
});

describe('what survives a restart', () => {
  /** A wall that has judged a bad nuc0 for ten minutes and was stopped. */
  function before() {
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper });
    seeDoor(wall);
    seeNodes(wall, badSince(null), node('nuc1'));
    wall.judge();
    wall.pass(10 * minute, 'nodes');
    const [finding] = wall.engine.board().findings;
    return { keeper, wall, finding };
  }

  test('an open episode: unknown until its source is seen again, then the same episode', () => {
    const { keeper, wall, finding } = before();
    wall.engine.stop();
    const again = smallWall({ keeper, at: evening + 12 * minute });
    again.judge();
    expect(first(again)).toMatchObject({
      level: 'unknown',
      lastLevel: 'bad',
      sentence: 'nuc0 is not ready',
      episode: finding?.episode,
      since: evening,
      atLeast: true,
    });
    expect(again.engine.board().tiles[1]).toMatchObject({
      level: 'unknown',
      figure: { value: '1', rest: 'of 2 ready' },
    });
    seeNodes(again, badSince(null), node('nuc1'));
    again.judge();
    expect(again.engine.board().findings).toMatchObject([{ level: 'bad', episode: finding?.episode, since: evening }]);
  });

  test('nothing of an episode that is over', () => {
    const { keeper, wall } = before();
    wall.engine.stop();
    const again = smallWall({ keeper, at: evening + 12 * minute });
    again.judge();
    seeNodes(again, node('nuc0'), node('nuc1'));
    again.judge();
    expect(again.engine.board().findings).toEqual([]);
    again.engine.stop();
    const third = smallWall({ keeper, at: evening + 13 * minute });
    third.judge();
    expect(third.engine.board().findings.map(({ check }) => check)).toEqual(['nodes/unseen']);
  });

  test('since when a source cannot be seen', () => {
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper });
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(minute);
    wall.engine.stop();
    const again = smallWall({ keeper, at: evening + 5 * minute });
    again.judge();
    expect(first(again)).toMatchObject({ check: 'nodes/unseen', since: evening });
  });

  test('acknowledgements, by episode', () => {
    const { keeper, wall } = before();
    expect(wall.engine.acknowledge(id, undefined, 'seen')).toBe('done');
    const again = smallWall({ keeper, at: evening + 12 * minute });
    seeNodes(again, badSince(null), node('nuc1'));
    again.judge();
    expect(first(again)?.acknowledged).toEqual({ at: evening + 10 * minute, meaning: 'seen' });
  });

  test('what was acknowledged is written at once, also when the process is killed', () => {
    const { keeper, wall } = before();
    const saves = keeper.saves.length;
    wall.engine.acknowledge(id, undefined, 'mine');
    expect(keeper.saves.slice(saves)).toContainEqual({ id: 'uid-1', when: 'now' });
    expect(keeper.load('uid-1').acknowledgements).toMatchObject([{ finding: id, meaning: 'mine' }]);
    wall.engine.takeBack(id);
    expect(keeper.load('uid-1').acknowledgements).toEqual([]);
  });

  test('a quiet wall writes once a minute at most', () => {
    const { keeper, wall } = before();
    wall.pass(minute, 'nodes');
    const saves = keeper.saves.length;
    for (let i = 0; i < 59; i += 1) wall.pass(1_000, 'nodes');
    expect(keeper.saves.length).toBe(saves);
    wall.pass(1_000, 'nodes');
    expect(keeper.saves.slice(saves)).toEqual([{ id: 'uid-1', when: 'soon' }]);
  });
});
