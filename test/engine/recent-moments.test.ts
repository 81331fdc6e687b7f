import { expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { createRecentMoments } from '#server/engine/recent-moments.ts';
import { createClusterMemory } from '#server/history/history-memory.ts';
import type { Moment } from '#shared/history.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, nodeCheck, nodesTile, seeDoor, seeNodes, smallWall } from './small-wall.ts';

const moment = (at: number, text = 'nuc0 rebooted'): Moment => ({ at, kind: 'reboot', text });
const ages = (moments: readonly Moment[], now = noon) => moments.map(({ at }) => (now - at) / hour);

function begun(...kept: Moment[]) {
  const stores = new Map([1, 2].map((n) => [`uid-${n}`, createClusterMemory(() => noon).moments]));
  for (const each of kept) stores.get('uid-1')!.add(each);
  const state = { key: 'uid-1', reads: 0 };
  const recent = createRecentMoments(
    () => {
      state.reads += 1;
      return stores.get(state.key)!;
    },
    () => state.key,
  );
  return { recent, state, stores };
}

test('the last 24 h are read from the history once, the oldest first', () => {
  const { recent, state } = begun(moment(noon - hour), moment(noon - 25 * hour), moment(noon - 23 * hour));
  expect(ages(recent.upTo(noon))).toEqual([23, 1]);
  expect(recent.upTo(noon + 1)).toBe(recent.upTo(noon + minute));
  expect(state.reads).toBe(1);
});

test('what is added is put where it belongs, and once', () => {
  const { recent } = begun(moment(noon - hour));
  recent.upTo(noon);
  recent.add(moment(noon));
  recent.add(moment(noon - 2 * hour, 'nuc1 rebooted'));
  const before = recent.upTo(noon);
  recent.add(moment(noon - hour));
  expect(recent.upTo(noon)).toBe(before);
  expect(ages(before)).toEqual([2, 1, 0]);
});

test('what is a day old is let go, and of many the newest 500 are there', () => {
  const { recent } = begun(moment(noon - 23 * hour), moment(noon));
  recent.upTo(noon);
  expect(ages(recent.upTo(noon + 2 * hour))).toEqual([0]);
  for (let i = 1; i <= 600; i += 1) recent.add(moment(noon + i));
  const last = recent.upTo(noon + 2 * hour);
  expect([last.length, last[0]?.at, last.at(-1)?.at]).toEqual([500, noon + 101, noon + 600]);
});

test('of another cluster they are others, read once', () => {
  const { recent, state, stores } = begun(moment(noon - hour));
  recent.upTo(noon);
  state.key = 'uid-2';
  stores.get('uid-2')!.add(moment(noon - 3 * hour));
  recent.add(moment(noon - 4 * hour));
  expect(ages(recent.upTo(noon))).toEqual([3]);
  recent.upTo(noon);
  expect(state.reads).toBe(2);
});

test('a check sees them: those of before the start, of now, and of the cluster that answers', () => {
  const seen: string[][] = [];
  const check: Check = nodeCheck('nodes/sees', {
    judge: (_, { moments }) => (seen.push(moments.map(({ kind }) => kind)), []),
  });
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles: [nodesTile(check)], keeper });
  wall.engine.start();
  seeDoor(wall);
  seeNodes(wall, node('nuc0'));
  wall.judge();
  seeNodes(wall, node('nuc0', 'True', { bootId: 'boot-2' }));
  wall.judge();
  wall.pass(1_000, 'nodes');
  expect(seen.at(-1)).toEqual(['start', 'reboot']);
  wall.engine.stop();
  const again = smallWall({ tiles: [nodesTile(check)], keeper, at: evening + hour });
  again.engine.start();
  expect(seen.at(-1)).toEqual(['start', 'reboot', 'stop', 'start']);
  seeDoor(again, { clusterId: 'uid-2' });
  again.judge();
  expect(seen.at(-1)).toEqual(['other-cluster']);
});

test('what was told before the cluster was known is told after it as well', () => {
  const seen: string[][] = [];
  const check: Check = nodeCheck('nodes/sees', {
    judge: (_, { moments }) => (seen.push(moments.map(({ kind }) => kind)), []),
  });
  const wall = smallWall({ tiles: [nodesTile(check)] });
  wall.engine.start();
  seeNodes(wall, node('nuc0'));
  wall.judge();
  expect(seen.at(-1)).toEqual(['start']);
  seeDoor(wall);
  wall.judge();
  expect(seen.at(-1)).toEqual(['start']);
});
