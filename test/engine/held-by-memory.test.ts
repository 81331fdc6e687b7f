import { describe, expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import type { Meaning } from '#shared/finding.ts';
import { claim, emptiedCheck, emptiedId, emptiedSubject, type Held } from './emptied-check.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, nodesTile, seeDoor, seeNodes, smallWall, tile, type SmallWall } from './small-wall.ts';

const full = 1_900_000_000;
const empty = 32_000_000;

/** The finding of the check, and nothing of what else is not seen. */
const found = ({ engine }: SmallWall) => engine.board().findings.find(({ id }) => id === emptiedId);
const kept = ({ keeper }: SmallWall) => {
  const { episodes, memories } = keeper.load('uid-1');
  const memory = memories['nodes/emptied']?.subjects[emptiedSubject] as Held | undefined;
  return { episodes: episodes.map(({ finding }) => finding).filter((id) => id === emptiedId), lost: memory?.lost };
};
const momentsOf = ({ engine }: SmallWall) =>
  engine.moments(0, Infinity).moments.map(({ at, kind, text }) => [at - evening, kind, text]);

function wallOf(check: Check = emptiedCheck(), keeper = memoryKeeper(), at = evening): SmallWall {
  return smallWall({ tiles: [nodesTile(check)], keeper, at });
}

function see(wall: SmallWall, bytes: number, sample: string): void {
  seeDoor(wall);
  seeNodes(wall, claim(bytes, sample));
  wall.judge();
}

/** A wall on which the claim was full, and is empty by so many samples since 10 s later. */
function emptied(samples = 2, check?: Check, keeper?: ReturnType<typeof memoryKeeper>): SmallWall {
  const wall = wallOf(check, keeper);
  see(wall, full, 's0');
  for (let i = 1; i <= samples; i += 1) {
    wall.later(10_000);
    see(wall, empty, `s${i}`);
  }
  return wall;
}

describe('a finding that its check holds until it is acknowledged', () => {
  test('clears itself while it is not confirmed: its verdict alone tells', () => {
    const wall = emptied(1);
    expect(found(wall)).toMatchObject({ level: 'bad', latch: true, since: evening + 10_000 });
    wall.later(10_000);
    see(wall, full, 's2');
    expect(found(wall)).toBeUndefined();
    expect(wall.engine.board().headline.level).toBe('ok');
  });

  test('stays as it is when claim and source are gone', () => {
    const wall = emptied();
    const before = found(wall);
    seeNodes(wall, node('other'));
    wall.judge();
    wall.pass(3_600_000);
    expect(wall.engine.board().tiles[1]?.level).toBe('bad');
    expect(found(wall)).toEqual(before);
  });

  test.each<Meaning>(['seen', 'mine', 'restored'])('is over at once when it is acknowledged as %s', (meaning) => {
    const wall = emptied();
    expect(wall.engine.acknowledge(emptiedId, found(wall)?.episode, meaning)).toBe('done');
    expect(found(wall)).toBeUndefined();
    expect(wall.engine.board().headline.level).toBe('ok');
    expect(kept(wall)).toEqual({ episodes: [], lost: undefined });
    expect(wall.engine.takeBack(emptiedId)).toBe('no-such-finding');
    wall.later(10_000);
    see(wall, empty, 's3');
    expect(found(wall)).toBeUndefined();
  });

  test('is over at once though it would have to hold for a while', () => {
    const wall = emptied(2, emptiedCheck({ for: () => 20_000 }));
    for (let i = 0; i < 5; i += 1) wall.pass(5_000, 'nodes');
    expect(found(wall)?.level).toBe('bad');
    wall.engine.acknowledge(emptiedId, undefined, 'mine');
    expect(found(wall)).toBeUndefined();
  });

  test('that was acknowledged is another one when it happens again, and nobody has acknowledged that', () => {
    const wall = emptied();
    wall.engine.acknowledge(emptiedId, undefined, 'restored');
    wall.later(10_000);
    see(wall, full, 's3');
    wall.later(10_000);
    see(wall, 1_000, 's4');
    expect(found(wall)).toMatchObject({ level: 'bad', since: evening + 40_000 });
    expect(found(wall)?.acknowledged).toBeUndefined();
  });

  test('is told on the timeline when it is acknowledged, with what was meant', () => {
    const wall = emptied();
    wall.later(5_000);
    wall.engine.acknowledge(emptiedId, undefined, 'restored');
    const lost = 'gitea-data lost its data: 1.9 GB to 32 MB at 20:35';
    expect(momentsOf(wall)).toEqual([
      [10_000, 'incident-begin', lost],
      [25_000, 'acknowledged', `${lost} · it is restored`],
      [25_000, 'incident-end', `over: ${lost}`],
    ]);
  });

  test('shows with the first judgement after a restart, before anything is seen: same words, same episode', () => {
    const keeper = memoryKeeper();
    const wall = emptied(2, emptiedCheck(), keeper);
    const before = found(wall);
    wall.engine.stop();
    const again = wallOf(emptiedCheck(), keeper, evening + 3_600_000);
    again.judge();
    expect(before).toMatchObject({ evidence: [{ text: 'seen twice' }], steps: [{ command: 'kubectl patch' }] });
    expect(found(again)).toEqual(before);
    again.engine.acknowledge(emptiedId, before?.episode, 'mine');
    expect(found(again)).toBeUndefined();
    see(again, empty, 's9');
    expect(found(again)).toBeUndefined();
  });
});

describe('acknowledging what cannot be seen', () => {
  /** It names its source, which makes it unknown while that is silent. */
  const seen = emptiedCheck();
  const greyed: Check = {
    ...seen,
    judge: (snapshot, context) => seen.judge(snapshot, context).map((verdict) => ({ ...verdict, sources: ['nodes'] })),
  };

  test('ends a finding that is shown unknown', () => {
    const wall = emptied(2, greyed);
    wall.pass(60_000);
    expect(found(wall)).toMatchObject({ level: 'unknown', lastLevel: 'bad' });
    wall.engine.acknowledge(emptiedId, undefined, 'mine');
    expect(found(wall)).toBeUndefined();
    wall.pass(1_000, 'nodes');
    expect(found(wall)).toBeUndefined();
  });

  test('ends one of which only the episode was kept', () => {
    const keeper = memoryKeeper();
    emptied(2, greyed, keeper).engine.stop();
    const again = wallOf(emptiedCheck({}, 2), keeper, evening + 3_600_000);
    again.judge();
    expect(found(again)).toMatchObject({ level: 'unknown', lastLevel: 'bad', since: evening + 10_000 });
    again.engine.acknowledge(emptiedId, undefined, 'restored');
    expect(found(again)).toBeUndefined();
    expect(kept(again)).toEqual({ episodes: [], lost: undefined });
  });

  test('ends one whose check fails as soon as it judges again', () => {
    let fails = false;
    const failing: Check = {
      ...seen,
      judge(snapshot, context) {
        if (fails) throw new Error('broken');
        return seen.judge(snapshot, context);
      },
    };
    const wall = emptied(2, failing);
    fails = true;
    wall.pass(1_000, 'nodes');
    expect(found(wall)).toMatchObject({ level: 'unknown', lastLevel: 'bad' });
    wall.engine.acknowledge(emptiedId, undefined, 'mine');
    expect(found(wall)).toMatchObject({ level: 'unknown', acknowledged: { meaning: 'mine' } });
    fails = false;
    wall.pass(1_000, 'nodes');
    expect(found(wall)).toBeUndefined();
  });

  test('leaves what is unknown of the same subject as a finding of its own', () => {
    const unsure: Check = {
      ...seen,
      judge: (snapshot, context) =>
        seen.judge(snapshot, context).map((each) => (each.level === 'ok' ? { ...each, level: 'unknown' } : each)),
    };
    const wall = emptied(2, unsure);
    const before = found(wall);
    wall.later(1_000);
    wall.engine.acknowledge(emptiedId, undefined, 'mine');
    expect(before).toMatchObject({ level: 'bad' });
    expect(found(wall)).toMatchObject({ level: 'unknown', since: evening + 20_000 + 1_000 });
    expect(found(wall)).not.toHaveProperty('lastLevel');
    expect(found(wall)?.acknowledged).toBeUndefined();
  });
});

describe('what is held is written', () => {
  const savesOf = ({ keeper }: SmallWall) => (keeper as ReturnType<typeof memoryKeeper>).saves;

  test('with the judgement in which it begins and the one that confirms it, however soon after each other', () => {
    const wall = wallOf();
    see(wall, full, 's0');
    wall.later(10_000);
    see(wall, full, 's1');
    wall.later(100);
    see(wall, empty, 's2');
    expect(kept(wall)).toMatchObject({ episodes: [emptiedId], lost: { sure: false } });
    wall.later(100);
    see(wall, empty, 's3');
    expect(kept(wall)).toMatchObject({ episodes: [emptiedId], lost: { sure: true } });
  });

  test('when it clears itself, and not while nothing of it changes', () => {
    const wall = emptied(1);
    wall.later(100);
    see(wall, full, 's2');
    expect(kept(wall)).toMatchObject({ episodes: [], lost: undefined });
    const before = savesOf(wall).length;
    for (let i = 0; i < 5; i += 1) wall.pass(1_000, 'nodes');
    expect(savesOf(wall)).toHaveLength(before);
  });
});

describe('what another check remembers', () => {
  /** Says how many claims the other check has in its memory as lost. */
  const reader: Check = {
    ...emptiedCheck(),
    ...{ check: 'workloads/reads', latch: false, about: 'reads', needs: { lease: 'optional' } },
    judge: (_, { memoryOf }) => {
      const lost = [...memoryOf('nodes/emptied').values()].filter((each) => (each as Held).lost !== undefined);
      const subject = { kind: 'Cluster', name: 'api' };
      return [{ subject, level: lost.length > 0 ? 'warn' : 'ok', say: { template: 'x', values: {} } }];
    },
  };
  delete reader.remembers;
  const tiles = [tile('workloads', ['lease'], [reader]), nodesTile(emptiedCheck())];

  test.each([
    ['before', tiles],
    ['behind', tiles.toReversed()],
  ])('is known to one that stands %s it a second later at the latest', (_, order) => {
    const wall = smallWall({ tiles: order });
    const reads = () => wall.engine.board().findings.some(({ check }) => check === 'workloads/reads');
    see(wall, full, 's0');
    see(wall, empty, 's1');
    wall.pass(1_000, 'nodes');
    expect(reads()).toBe(true);
    wall.engine.acknowledge(emptiedId, undefined, 'mine');
    wall.pass(1_000, 'nodes');
    expect(reads()).toBe(false);
  });

  test('is empty of a check that there is not', () => {
    const asked: number[] = [];
    const check: Check = { ...reader, judge: (_, { memoryOf }) => (asked.push(memoryOf('no/such').size), []) };
    const wall = smallWall({ tiles: [tile('workloads', ['lease'], [check])] });
    wall.judge();
    expect(asked).toEqual([0]);
  });
});
