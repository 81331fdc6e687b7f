import { describe, expect, test } from 'vitest';
import nodes from '#server/checks/nodes/tile.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { hour, minute } from '#test/builders/time.ts';
import { evening, seeDoor, seeLeases, seeNodes, smallWall, type SmallWall } from '#test/engine/small-wall.ts';

const names = ['nuc0', 'nuc1'];
// Heartbeats have a play of their own.
const tile = { ...nodes, checks: nodes.checks.filter(({ check }) => check !== 'nodes/no-heartbeat') };

/** A wall over two nodes, of which nuc0 is used as told. */
function wallOf() {
  let now = evening;
  const wall = smallWall({ tiles: [tile], keeper: createHistoryMemory(() => now) });
  for (const name of names)
    wall.store.declare({ name: `kubelet/${name}`, role: 'feed', staleAfterMs: 45_000, kinds: ['nodeStats'] });
  return {
    wall,
    /** Both kubelets answer, and all else is well. */
    answer(fullPercent: number, answering = names) {
      seeNodes(wall, ...names.map((name) => aNode({ name })));
      seeLeases(wall);
      seeDoor(wall, { clusterId: 'one' });
      for (const name of answering) see(wall, name, name === 'nuc0' ? fullPercent : 40);
    },
    pass(ms: number) {
      now += ms;
      wall.later(ms);
    },
  };
}

function see({ store, now }: SmallWall, name: string, fullPercent: number): void {
  const disk = { ...aNodeStats().disk!, availableBytes: (100 - fullPercent) * 1e9 };
  store.replace(`kubelet/${name}`, 'nodeStats', [
    aNodeStats({ key: name, uid: name, node: name, source: `kubelet/${name}`, disk }),
  ]);
  store.state(`kubelet/${name}`, 'synced');
  store.fresh(`kubelet/${name}`, now());
}

const disksOf = ({ engine }: SmallWall) =>
  engine
    .board()
    .findings.filter(({ check }) => check === 'nodes/disk-full')
    .map(({ id, level, sentence }) => [id, level, sentence]);
const unseen = ({ engine }: SmallWall) =>
  engine
    .board()
    .findings.filter(({ check }) => check === 'nodes/unseen')
    .map(({ sentence }) => sentence);

describe('a disk that fills, seen by its kubelet every 15 s', () => {
  test('is forecast after half an hour out of the history of the wall itself', () => {
    const { wall, answer, pass } = wallOf();
    let full = 70;
    const told: string[] = [];
    for (let ms = 0; ms <= 1.5 * hour; ms += 15_000) {
      answer(full);
      wall.judge();
      if (ms === 25 * minute) expect(disksOf(wall), 'too soon to tell').toEqual([]);
      const [sentence] = disksOf(wall).map((each) => each[2]!);
      if (sentence !== undefined && told.at(-1) !== sentence) told.push(sentence);
      pass(15_000);
      full += (8 * 15_000) / hour;
    }
    expect(wall.failures).toEqual([]);
    expect(told[0]).toMatch(/^nuc0 is full in \d h: its disk is 7\d % full$/);
    expect(told.at(-1)).toBe('nuc0 is full in 2 h: its disk is 81 % full');
    expect(told.length, 'it does not tick').toBeLessThan(25);
    const series = wall.engine.history('nodes/disk|Node/nuc0', wall.now() - hour, wall.now(), 60);
    expect(series).toMatchObject({ title: 'Disk of nuc0', unit: 'percent', limits: [{ value: 80 }, { value: 90 }] });
  });
});

describe('a kubelet that falls silent', () => {
  test('greys what it told of its own node, and no other; it is over when it answers', () => {
    const { wall, answer, pass } = wallOf();
    const go = (answering: string[]) => {
      for (let i = 0; i < 20; i += 1) {
        answer(95, answering);
        wall.judge();
        pass(5_000);
      }
    };
    go(names);
    expect(disksOf(wall)).toEqual([['nodes/disk-full|Node/nuc0', 'bad', 'the disk of nuc0 is 95 % full']]);
    expect(unseen(wall)).toEqual([]);
    go(['nuc1']);
    expect(disksOf(wall)).toEqual([['nodes/disk-full|Node/nuc0', 'unknown', 'the disk of nuc0 is 95 % full']]);
    expect(unseen(wall)).toHaveLength(1);
    expect(unseen(wall)[0]).toMatch(/^disk and memory of nuc0 not seen since 20:36: /);
    go(names);
    expect(disksOf(wall).map((each) => each[1])).toEqual(['bad']);
    expect(unseen(wall)).toEqual([]);
    go(['nuc0']);
    expect(
      disksOf(wall).map((each) => each[1]),
      'the other one is silent',
    ).toEqual(['bad']);
    expect(unseen(wall)[0]).toMatch(/^disk and memory of nuc1 not seen/);
  });

  test('that was never seen makes the tile say so, and no verdict', () => {
    const { wall, answer } = wallOf();
    answer(95, []);
    wall.judge();
    expect(disksOf(wall)).toEqual([]);
    expect(unseen(wall)).toEqual([]);
    const shown = wall.engine.board().tiles.find(({ area }) => area === 'nodes');
    expect(shown?.level).toBe('ok');
    expect(shown?.unknownCount).toBeGreaterThan(0);
    expect(shown?.detail).toMatch(/, partly seen$/);
  });
});
