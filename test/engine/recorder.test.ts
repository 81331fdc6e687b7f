import { describe, expect, test } from 'vitest';
import { defineSeries } from '#server/engine/define-series.ts';
import { defineTile } from '#server/engine/define-tile.ts';
import type { ClusterHistory, History, Sample } from '#server/history/history.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, node, nodesTile, seeDoor, seeNodes, smallWall, type SmallWall } from './small-wall.ts';

const id = 'nodes/not-ready|Node/nuc0';

/** A history that also tells what was written into it. */
function watchedHistory(): { history: History & { setClock(clock: () => number): void }; written: string[] } {
  const history = memoryKeeper();
  const written: string[] = [];
  const telling = ({ series, levels, episodes, moments }: ClusterHistory): ClusterHistory => ({
    series,
    moments,
    levels: {
      record(subject, level, at) {
        written.push(`${subject} ${level}`);
        levels.record(subject, level, at);
      },
      alive(at) {
        written.push('alive');
        levels.alive(at);
      },
      pause: (at) => levels.pause(at),
      read: (subject, from, to) => levels.read(subject, from, to),
    },
    episodes: {
      put(episode) {
        written.push('episode');
        episodes.put(episode);
      },
      open: () => episodes.open(),
      read: (asked) => episodes.read(asked),
    },
  });
  return { history: { ...history, of: (clusterId) => telling(history.of(clusterId)) }, written };
}

function watch(wall: SmallWall, ms: number): void {
  for (let left = ms; left > 0; left -= 1_000) wall.pass(1_000, 'nodes');
}

describe('levels', () => {
  test('of the wall are those of its headline', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    watch(wall, 5_000);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(wall.engine.levels('wall', 0, Infinity)?.stretches).toEqual([
      { level: 'ok', from: evening, to: evening + 5_000 },
      { level: 'bad', from: evening + 5_000, to: null },
    ]);
    expect(wall.engine.uptime('wall')?.uptime[0]).toMatchObject({ percent: 100, watchedMs: 5_000 });
    expect(wall.engine.uptime('nothing')).toBeNull();
  });

  test('are told within the time asked for, and nothing of the future', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    watch(wall, 10_000);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    watch(wall, 10_000);
    const between = (from: number, to: number) =>
      wall.engine
        .levels('nodes', evening + from, evening + to)
        ?.stretches.map((each) => [each.level, each.from - evening, each.to === null ? null : each.to - evening]);
    expect(between(4_000, 14_000)).toEqual([
      ['ok', 4_000, 10_000],
      ['bad', 10_000, 14_000],
    ]);
    expect(between(10_000, 60_000)).toEqual([['bad', 10_000, null]]);
    expect(between(-9_000, 0)).toEqual([]);
    expect(between(30_000, 60_000)).toEqual([]);
  });

  test('of findings are recorded while they show, unknown as such', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    for (let i = 0; i < 5; i += 1) wall.pass(5_000);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    watch(wall, 5_000);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(wall.engine.levels(id, 0, Infinity)?.stretches.map(({ level }) => level)).toEqual([
      'bad',
      'unknown',
      'bad',
      'ok',
    ]);
  });

  test('begin anew after a time in which nobody judged, also those that are as they were', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    watch(wall, 5_000);
    wall.pass(3_600_000, 'nodes');
    const stretches = [
      { level: 'bad', from: evening, to: evening + 5_000 },
      { level: 'bad', from: evening + 3_605_000, to: null },
    ];
    for (const subject of ['wall', 'nodes', id]) {
      expect(wall.engine.levels(subject, 0, Infinity)?.stretches, subject).toEqual(stretches);
    }
    expect(wall.engine.board().tiles[1]?.since).toBe(evening);
  });

  test('go on after the clock was three days ahead, and tell nothing of the future', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    watch(wall, 5_000);
    const threeDays = 72 * 3_600_000;
    wall.pass(threeDays, 'nodes');
    watch(wall, 5_000);
    wall.pass(-threeDays, 'nodes');
    watch(wall, 20_000);
    for (const subject of ['nodes', id]) {
      const stretches = wall.engine.levels(subject, 0, Infinity)?.stretches ?? [];
      expect(stretches[0], subject).toEqual({ level: 'bad', from: evening, to: evening + 5_000 });
      expect(stretches.at(-1), subject).toMatchObject({ level: 'bad', to: null });
      expect(
        stretches.every(({ from }) => from <= wall.now()),
        subject,
      ).toBe(true);
    }
    expect(wall.engine.moments(0, Infinity).moments.every(({ at }) => at <= wall.now())).toBe(true);
    expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'bad', since: evening });
  });

  test('end with the wall', () => {
    const wall = smallWall();
    wall.engine.start();
    seeNodes(wall, node('nuc0'));
    watch(wall, 5_000);
    wall.engine.stop();
    wall.later(60_000);
    expect(wall.engine.levels('nodes', 0, Infinity)?.stretches.at(-1)).toMatchObject({ to: evening + 5_000 });
  });
});

test('recording writes nothing while nothing changes, but each 15 s that the wall still watches', () => {
  const { history, written } = watchedHistory();
  const wall = smallWall({ keeper: history });
  seeNodes(wall, node('nuc0', 'False'));
  wall.judge();
  expect(written).toEqual(expect.arrayContaining(['wall bad', 'nodes bad', `${id} bad`, 'episode', 'alive']));
  written.length = 0;
  watch(wall, 60_000);
  expect(written).toEqual(['alive', 'alive', 'alive', 'alive']);
});

describe('the start of the wall', () => {
  const startsOf = (wall: SmallWall) =>
    wall.engine.moments(0, Infinity).moments.flatMap(({ kind, text }) => (kind === 'start' ? [text] : []));

  test('tells since when nobody had watched, where that is worth telling', () => {
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper });
    seeDoor(wall);
    wall.engine.start();
    watch(wall, 5_000);
    wall.engine.stop();
    const soon = smallWall({ keeper, at: evening + 10_000 });
    soon.engine.start();
    watch(soon, 5_000);
    soon.engine.stop();
    const later = smallWall({ keeper, at: evening + 3_600_000, config: { timeZone: 'Europe/Berlin' } });
    later.engine.start();
    expect(startsOf(later)).toEqual([
      'the wall started',
      'the wall started',
      'the wall started; nobody had watched since 22:35',
    ]);
  });
});

describe('samples', () => {
  const sampled: Sample[][] = [];
  function samplingWall(read: () => { subject: null; value: number }[]) {
    sampled.length = 0;
    const { history } = watchedHistory();
    const series = [
      defineSeries({ series: 'nodes/odd', unit: 'count', title: () => 'Odd', needs: ['node'], read }),
      defineSeries({ series: 'nodes/one', unit: 'count', title: () => 'One', needs: ['node'], read: () => one }),
    ];
    const keeper = {
      ...history,
      of(clusterId: string) {
        const of = history.of(clusterId);
        return {
          ...of,
          series: { ...of.series, record: (_at: number, all: readonly Sample[]) => void sampled.push([...all]) },
        };
      },
    };
    return smallWall({ keeper, tiles: [defineTile({ ...nodesTile(), series })] });
  }
  const one = [{ subject: null, value: 1 }];

  test('are taken each 15 s, and rules are not even asked in between', () => {
    let asked = 0;
    const wall = samplingWall(() => {
      asked += 1;
      return one;
    });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    watch(wall, 59_000);
    expect([asked, sampled.length]).toEqual([4, 4]);
    wall.pass(3_600_000, 'nodes');
    expect([asked, sampled.length]).toEqual([5, 5]);
  });

  test('are begun once anything is known, and then taken with gaps', () => {
    const wall = samplingWall(() => one);
    wall.judge();
    expect(sampled).toEqual([]);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(20_000);
    expect(sampled.map((samples) => samples.length)).toEqual([2, 0]);
  });

  test('go on without a rule that throws, which is told once, and without what is no number', () => {
    const wall = samplingWall(() => {
      throw new Error('odd');
    });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    watch(wall, 20_000);
    expect(sampled.map((samples) => samples.map(({ series }) => series))).toEqual([['nodes/one'], ['nodes/one']]);
    expect(wall.failures).toEqual(['series nodes/odd: Error: odd']);
    const other = samplingWall(() => [{ subject: null, value: NaN }]);
    seeNodes(other, node('nuc0'));
    other.judge();
    expect(sampled).toEqual([[{ series: 'nodes/one', value: 1, lasting: false }]]);
  });
});
