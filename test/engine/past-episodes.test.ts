import { describe, expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';
import {
  apiAnswers,
  evening,
  node,
  nodeCheck,
  nodesTile,
  nodeVerdict,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  type SmallWall,
} from './small-wall.ts';

const id = 'nodes/not-ready|Node/nuc0';
const all = (wall: SmallWall) => wall.engine.episodes({ from: 0, to: Infinity }).episodes;
const ofNode = (wall: SmallWall) => all(wall).filter(({ finding }) => finding === id);

/** Judges every 5 s with fresh nodes. */
function watch(wall: SmallWall, ms: number): void {
  for (let left = ms; left > 0; left -= 5_000) wall.pass(5_000, 'nodes');
}

/** One whose cluster is known, with nuc0 as it is. */
function wallWith(ready: 'True' | 'False' | 'Unknown', parts: Parameters<typeof smallWall>[0] = {}): SmallWall {
  const wall = smallWall(parts);
  seeDoor(wall);
  seeNodes(wall, node('nuc0', ready));
  wall.judge();
  return wall;
}

function turn(wall: SmallWall, ready: 'True' | 'False' | 'Unknown'): void {
  seeNodes(wall, node('nuc0', ready));
  wall.judge();
}

describe('the episodes of findings', () => {
  test('are kept with their begin and end', () => {
    const wall = wallWith('True');
    watch(wall, 10_000);
    turn(wall, 'False');
    watch(wall, 10_000);
    const begun = {
      episode: `${id}@${evening + 10_000}`,
      finding: id,
      check: 'nodes/not-ready',
      area: 'nodes',
      level: 'bad',
      say: say('{name} is not ready', { name: 'nuc0' }),
      since: evening + 10_000,
      endedAt: null,
      cause: null,
    };
    expect(ofNode(wall)).toEqual([begun]);
    turn(wall, 'True');
    expect(ofNode(wall)).toEqual([{ ...begun, endedAt: evening + 20_000 }]);
  });

  test('are kept as bad as they were, with what was said then, and no age in it', () => {
    const judge: Check['judge'] = (snapshot) =>
      [...snapshot.facts('node').values()].map((each) => {
        const verdict = nodeVerdict(each);
        return { ...verdict, say: say(`${verdict.level} for {at:age}`, { at: evening }), startedAt: evening };
      });
    const wall = wallWith('Unknown', { tiles: [nodesTile(nodeCheck('nodes/not-ready', { judge }))] });
    watch(wall, 5_000);
    turn(wall, 'False');
    watch(wall, 5_000);
    turn(wall, 'Unknown');
    watch(wall, 5_000);
    turn(wall, 'True');
    expect(ofNode(wall)).toMatchObject([
      { level: 'bad', say: { template: 'bad since {at:at}' }, since: evening, endedAt: evening + 15_000 },
    ]);
  });

  test('go on while they cannot be seen; what was over when seen again was so at the latest then', () => {
    const wall = wallWith('False');
    for (let i = 0; i < 12; i += 1) wall.pass(5_000);
    expect(wall.engine.board().findings).toContainEqual(
      expect.objectContaining({ level: 'unknown', lastLevel: 'bad' }),
    );
    expect(ofNode(wall)).toMatchObject([{ level: 'bad', endedAt: null }]);
    turn(wall, 'True');
    expect(ofNode(wall)).toMatchObject([{ level: 'bad', endedAt: evening + 60_000, endedAtMost: true }]);
  });

  test('that began again are others', () => {
    const wall = wallWith('False');
    for (const ready of ['True', 'False', 'True'] as const) {
      watch(wall, 5_000);
      turn(wall, ready);
    }
    expect(ofNode(wall).map(({ since, endedAt }) => [since - evening, (endedAt ?? 0) - evening])).toEqual([
      [10_000, 15_000],
      [0, 5_000],
    ]);
  });

  test('name what explained them, but not what had been told as an incident of its own before', () => {
    const explaining = { ...apiAnswers, explains: [{ checks: ['nodes/not-ready'], when: () => true }] };
    const tiles = [tile('control-plane', ['apiDoor'], [explaining]), nodesTile()];
    const cause = 'control-plane/api-answers|Cluster/api';
    const wall = smallWall({ tiles });
    seeDoor(wall, { outcome: 'refused' });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(ofNode(wall)).toMatchObject([{ cause }]);
    const other = wallWith('False', { tiles });
    seeDoor(other, { outcome: 'refused' });
    other.judge();
    expect(other.engine.board().findings.find((finding) => finding.id === id)?.cause).toBe(cause);
    expect(ofNode(other)).toMatchObject([{ cause: null }]);
  });

  test('of what is not yet known at a start are none, unless it stays so for two minutes', () => {
    const wall = smallWall();
    seeDoor(wall);
    wall.judge();
    for (let i = 0; i < 23; i += 1) wall.pass(5_000);
    expect(wall.engine.board().findings).toMatchObject([{ check: 'nodes/unseen' }]);
    expect(all(wall)).toEqual([]);
    wall.pass(5_000);
    expect(all(wall)).toMatchObject([{ check: 'nodes/unseen', level: 'unknown', since: evening, endedAt: null }]);
    expect(wall.engine.levels('nodes/unseen|Source/nodes', 0, Infinity)?.stretches).toEqual([
      { level: 'unknown', from: evening + 120_000, to: null },
    ]);
  });
});

describe('after a restart', () => {
  function restarted(wall: SmallWall, afterMs: number): SmallWall {
    wall.engine.stop();
    return smallWall({ keeper: wall.keeper, at: wall.now() + afterMs });
  }

  test('an open episode goes on', () => {
    const again = restarted(wallWith('False'), 3_600_000);
    again.judge();
    expect(ofNode(again)).toMatchObject([{ since: evening, endedAt: null }]);
    turn(again, 'False');
    watch(again, 10_000);
    turn(again, 'True');
    expect(ofNode(again)).toMatchObject([{ since: evening, endedAt: evening + 3_610_000 }]);
    expect(ofNode(again)[0]?.endedAtMost).toBeUndefined();
  });

  test('one that ended meanwhile was over at the latest when its source was seen again, not before', () => {
    const again = restarted(wallWith('False'), 3_600_000);
    again.judge();
    for (let i = 0; i < 6; i += 1) again.pass(5_000);
    expect(ofNode(again)).toMatchObject([{ endedAt: null }]);
    turn(again, 'True');
    expect(ofNode(again)).toMatchObject([{ endedAt: evening + 3_630_000, endedAtMost: true }]);
    const ends = again.engine.moments(0, Infinity).moments.filter(({ kind }) => kind === 'incident-end');
    expect(ends.map(({ at, text }) => [at, text])).toEqual([[evening + 3_630_000, 'over by then: nuc0 is not ready']]);
  });

  test('nor is it told twice that an incident began', () => {
    const again = restarted(wallWith('False'), 60_000);
    turn(again, 'False');
    const begins = again.engine.moments(0, Infinity).moments.filter(({ kind }) => kind === 'incident-begin');
    expect(begins).toHaveLength(1);
  });

  test('one that only the history knows ends as well once its check can see, and one whose check is no more at once', () => {
    const wall = wallWith('True');
    const { episodes } = wall.keeper.of('uid-1');
    const lost = { episode: `${id}@7`, finding: id, check: 'nodes/not-ready', area: 'nodes', level: 'bad' } as const;
    const more = { say: say('gone'), since: 7, endedAt: null, cause: null };
    episodes.put({ ...lost, ...more });
    episodes.put({ ...lost, ...more, episode: 'nodes/old|Node/a@7', finding: 'nodes/old|Node/a', check: 'nodes/old' });
    const again = restarted(wall, 60_000);
    again.judge();
    expect(episodes.open().map(({ check }) => check)).toEqual(['nodes/not-ready']);
    turn(again, 'True');
    expect(episodes.open()).toEqual([]);
    expect(ofNode(again)).toMatchObject([{ endedAt: evening + 60_000, endedAtMost: true }]);
  });

  test('of two open episodes of one finding the newer goes on', () => {
    const keeper = memoryKeeper();
    const wall = wallWith('False', { keeper });
    const [open] = ofNode(wall);
    keeper.of('uid-1').episodes.put({ ...open!, episode: `${id}@5`, since: 5 });
    const again = restarted(wall, 1_000);
    turn(again, 'False');
    expect(keeper.of('uid-1').episodes.open()).toMatchObject([{ since: evening }]);
  });
});

// Long: a machine at work takes seconds for thousands of findings that all come at once.
test('a flood of findings is followed up to 2,000', { timeout: 60_000 }, () => {
  const checks = Array.from({ length: 5 }, (_, i) => nodeCheck(`nodes/c${i}`));
  const wall = smallWall({ tiles: [nodesTile(...checks)] });
  seeDoor(wall);
  const many = Array.from({ length: 500 }, (_, i) => node(`n${i}`, 'False'));
  seeNodes(wall, ...many);
  wall.judge();
  const { episodes } = wall.keeper.of('uid-1');
  expect(episodes.open()).toHaveLength(2_000);
  expect(wall.engine.moments(0, Infinity).moments).toHaveLength(100);
  seeNodes(wall, ...many.map(({ name }) => node(name)));
  wall.judge();
  expect(episodes.open()).toEqual([]);
});
