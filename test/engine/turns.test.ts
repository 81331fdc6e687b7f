import { describe, expect, test } from 'vitest';
import { createEngine } from '#server/engine/engine.ts';
import type { Schedule } from '#server/engine/schedule.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import { createStore } from '#server/store/store.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, nodeCheck, nodesTile } from './small-wall.ts';

/** A wall whose slices run when told to. */
function slicedWall(tile: TileDefinition) {
  let due: (() => void)[] = [];
  const schedule: Schedule = {
    later(_ms, run) {
      due.push(run);
      return () => (due = due.filter((each) => each !== run));
    },
    every: () => () => undefined,
  };
  let now = evening;
  const failures: string[] = [];
  const store = createStore({ clock: () => now });
  const config = { timeZone: 'UTC', clusterName: 'homelab', checks: {}, ignore: [] };
  const engine = createEngine({
    ...{ store, tiles: [tile], config: () => config, history: memoryKeeper(), clock: () => now, build: 'b1' },
    ...{ demo: false, server: () => 'https://10.0.0.1:6443', schedule },
    failed: (what, error) => failures.push(`${what}: ${String(error)}`),
  });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 1e9, kinds: ['node'] });
  store.state('nodes', 'synced');
  store.fresh('nodes', now);
  return {
    ...{ store, engine, failures },
    level: () => engine.board().tiles[1]?.level,
    later: (ms: number) => (now += ms),
    open: () => due.length,
    slice: () => due.shift()?.(),
  };
}

/** Longer than a slice, as checks of a large cluster may take. */
function takeLong(): void {
  const until = performance.now() + 6;
  while (performance.now() < until);
}

const slow = (name: 'nodes/a' | 'nodes/b') => {
  const check = nodeCheck(name);
  return nodeCheck(name, {
    judge: (snapshot, context) => {
      takeLong();
      return check.judge(snapshot, context);
    },
  });
};

async function begun() {
  const wall = slicedWall(nodesTile(slow('nodes/a'), slow('nodes/b')));
  wall.engine.start();
  wall.later(1_000);
  wall.store.replace('nodes', 'node', [node('nuc0', 'False')]);
  await Promise.resolve();
  return wall;
}

describe('a judgement that takes long', () => {
  test('shows nothing before it is done, and then what was so when it began', async () => {
    const wall = await begun();
    const before = wall.engine.board().revision;
    wall.store.replace('nodes', 'node', [node('nuc0')]);
    expect(wall.open()).toBe(1);
    expect(wall.engine.board().revision).toBe(before);
    while (wall.engine.board().revision === before) wall.slice();
    expect(wall.engine.board().findings.map(({ id }) => id)).toEqual(['nodes/a|Node/nuc0', 'nodes/b|Node/nuc0']);
  });

  test('is followed by one of what changed meanwhile', async () => {
    const wall = await begun();
    wall.store.replace('nodes', 'node', [node('nuc0')]);
    await Promise.resolve();
    while (wall.open() > 0) wall.slice();
    expect(wall.level()).toBe('ok');
  });

  test('is done at once when somebody asks for a judgement, and told in order', async () => {
    const wall = await begun();
    const told: (string | undefined)[] = [];
    wall.engine.onChange(() => told.push(wall.level()));
    wall.store.replace('nodes', 'node', [node('nuc0')]);
    wall.engine.judge();
    expect(told).toEqual(['bad', 'ok']);
  });

  test('is left when the wall stops', async () => {
    const wall = await begun();
    const before = wall.engine.board().revision;
    wall.engine.stop();
    while (wall.open() > 0) wall.slice();
    expect(wall.engine.board().revision).toBe(before);
  });
});

describe('what a tile prepares', () => {
  test('is done before its checks, and its failure harms nobody', () => {
    const order: string[] = [];
    const check = nodeCheck('nodes/a', { judge: () => (order.push('judged'), []) });
    const wall = slicedWall({
      ...nodesTile(check),
      *prepare() {
        order.push('prepared');
        yield;
        throw new Error('cannot prepare');
      },
    });
    wall.engine.judge();
    expect(order).toEqual(['prepared', 'judged']);
    expect(wall.failures).toEqual(['nodes: Error: cannot prepare']);
  });
});
