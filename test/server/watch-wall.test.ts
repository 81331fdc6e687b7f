import { afterEach, expect, test } from 'vitest';
import { createStore } from '#server/store/store.ts';
import { watchWall } from '#server/watch-wall.ts';

let stop: () => void = () => undefined;
afterEach(() => stop());

test('what is wrong with the wall itself is a fact, with the time since when', () => {
  let now = 1_000;
  let history = '';
  const store = createStore({ clock: () => now });
  const wall = watchWall(store, { config: () => '', history: () => history }, () => now);
  stop = wall.stop;
  const fact = () => store.snapshot().facts('wall').get('wall');
  expect(fact()).toMatchObject({ configProblem: '', historyProblem: '', historyProblemSince: null });
  expect(store.snapshot().sources.get('wall')).toMatchObject({ fresh: true, role: 'probe' });
  [now, history] = [2_000, 'history is not kept: /data is read-only'];
  wall.look();
  now = 3_000;
  wall.look();
  expect(fact()).toMatchObject({ historyProblem: history, historyProblemSince: 2_000, configProblemSince: null });
  history = '';
  wall.look();
  expect(fact()).toMatchObject({ historyProblem: '', historyProblemSince: null });
});
