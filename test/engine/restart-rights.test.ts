import { expect, test } from 'vitest';
import controlPlane from '#server/checks/control-plane/tile.ts';
import { aRight } from '#test/builders/facts.ts';
import { minute, second } from '#test/builders/time.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, seeDoor, seeNodes, smallWall, type SmallWall } from './small-wall.ts';

const tiles = [
  { ...controlPlane, checks: controlPlane.checks.filter(({ check }) => check === 'control-plane/rights-missing') },
];
const feeds = ['ingresses', 'kubelet'] as const;
const ids = feeds.map((feed) => `control-plane/rights-missing|Source/${feed}`);

const found = (wall: SmallWall) =>
  Object.fromEntries(
    wall.engine
      .board()
      .findings.filter(({ check }) => check === 'control-plane/rights-missing')
      .map(({ id, since }) => [id, since]),
  );

/** The source of the rights is always fresh, from the start on. */
function declare(wall: SmallWall): void {
  wall.store.declare({ name: 'ingresses', role: 'feed', staleAfterMs: 15_000, kinds: ['ingress'] });
  wall.store.declare({ name: 'rights', role: 'probe', staleAfterMs: Number.MAX_SAFE_INTEGER, kinds: ['rights'] });
  wall.store.state('rights', 'synced');
  wall.store.fresh('rights', wall.now());
}

function refused(wall: SmallWall, ...which: readonly string[]): void {
  refuse(wall, which, true);
}

function refuse(wall: SmallWall, which: readonly string[], required: boolean): void {
  for (const feed of which) {
    const right = aRight({ key: feed, uid: feed, feed, required, granted: false, since: wall.now() });
    wall.store.upsert('rights', 'rights', right);
    if (feed === 'ingresses') wall.store.state(feed, 'forbidden');
  }
}

function play(wall: SmallWall): void {
  seeDoor(wall, { clusterId: 'one' });
  wall.judge();
}

test('a right that is missing is so since it was, whatever comes first after a restart', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  declare(wall);
  refused(wall, ...feeds);
  play(wall);
  const before = Object.fromEntries(ids.map((id) => [id, evening]));
  expect(found(wall)).toEqual(before);
  wall.later(10 * minute);
  wall.engine.stop();

  const again = smallWall({ tiles, keeper, at: wall.now() });
  declare(again);
  play(again);
  expect(found(again), 'nothing is told').toEqual(before);
  again.later(second);
  seeNodes(again, node('nuc0'));
  refused(again, 'ingresses');
  play(again);
  expect(found(again), 'the kubelets are not asked').toEqual(before);
  again.later(5 * second);
  refused(again, 'kubelet');
  play(again);
  expect(found(again)).toEqual(before);
});

test('one that is given meanwhile, or not needed any more, is over', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  declare(wall);
  refused(wall, ...feeds);
  play(wall);
  wall.engine.stop();

  const again = smallWall({ tiles, keeper, at: wall.now() + minute });
  declare(again);
  seeNodes(again, node('nuc0'));
  again.store.upsert('rights', 'rights', aRight({ key: 'ingresses', uid: 'ingresses', feed: 'ingresses' }));
  again.store.state('ingresses', 'synced');
  play(again);
  again.later(40 * second);
  seeNodes(again, node('nuc0'));
  play(again);
  expect(found(again)).toEqual({});
});

test('those that we can do without are one finding all along, whichever is told first after a restart', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  declare(wall);
  refuse(wall, feeds, false);
  play(wall);
  const before = { 'control-plane/rights-missing|Source/optional': evening };
  expect(found(wall)).toEqual(before);
  wall.later(10 * minute);
  wall.engine.stop();

  const again = smallWall({ tiles, keeper, at: wall.now() });
  declare(again);
  play(again);
  expect(found(again), 'nothing is told').toEqual(before);
  again.later(second);
  seeNodes(again, node('nuc0'));
  refuse(again, ['ingresses'], false);
  play(again);
  expect(found(again), 'the kubelets are not asked').toEqual(before);
  again.later(5 * second);
  refuse(again, ['kubelet'], false);
  play(again);
  expect(found(again)).toEqual(before);
  for (const feed of feeds) again.store.upsert('rights', 'rights', aRight({ key: feed, uid: feed, feed }));
  again.store.state('ingresses', 'synced');
  again.later(40 * second);
  seeNodes(again, node('nuc0'));
  play(again);
  expect(found(again), 'of leases nothing is told: they may be missing').toEqual(before);
  again.store.state('leases', 'synced');
  again.later(second);
  play(again);
  expect(found(again)).toEqual({});
});
