import { afterEach, expect, test } from 'vitest';
import { createStore } from '#server/store/store.ts';
import { watchWall, type WallTroubles } from '#server/watch-wall.ts';

let stop: () => void = () => undefined;
afterEach(() => stop());

test('what is wrong with the wall itself is a fact, with the time since when', () => {
  let now = 1_000;
  let history: ReturnType<WallTroubles['history']> = { problem: '', notices: [], seriesLeftOut: 0 };
  const store = createStore({ clock: () => now });
  let leftOut = 0;
  const troubles = {
    config: () => '',
    history: () => history,
    serversLeftOut: () => leftOut,
    servicesLeftOut: () => 2 * leftOut,
  };
  const wall = watchWall(store, troubles, () => now);
  stop = wall.stop;
  const fact = () => store.snapshot().facts('wall').get('wall');
  expect(fact()).toMatchObject({ configProblem: '', historyProblem: '', historyProblemSince: null });
  expect(store.snapshot().sources.get('wall')).toMatchObject({ fresh: true, role: 'probe' });
  const notices = [{ kind: 'set-aside' as const, what: 'clusterwall.db.broken-20260401T120000Z', since: 5 }];
  [now, history] = [2_000, { problem: 'history is not kept: /data is read-only', notices, seriesLeftOut: 12 }];
  leftOut = 120;
  wall.look();
  now = 3_000;
  wall.look();
  expect(fact()).toMatchObject({
    historyProblem: history.problem,
    historyProblemSince: 2_000,
    configProblemSince: null,
  });
  expect(fact()).toMatchObject({ historyNotices: notices, seriesLeftOut: 12, seriesLeftOutSince: 2_000 });
  expect(fact()).toMatchObject({ serversLeftOut: 120, serversLeftOutSince: 2_000 });
  expect(fact()).toMatchObject({ servicesLeftOut: 240, servicesLeftOutSince: 2_000 });
  leftOut = 0;
  history = { problem: '', notices: [], seriesLeftOut: 0 };
  wall.look();
  expect(fact()).toMatchObject({ historyProblem: '', historyProblemSince: null, seriesLeftOutSince: null });
  expect(fact()).toMatchObject({ serversLeftOut: 0, serversLeftOutSince: null });
});
