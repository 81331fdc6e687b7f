import { afterEach, beforeEach, expect, test } from 'vitest';
import { mostSeries, resolutions, sampleMs, type Sample, type SeriesStore } from '#server/history/history.ts';
import { createSeriesStore } from '#server/history/series-store.ts';
import { random } from '#test/engine/random.ts';
import type { SeriesAccess } from './series-access.ts';
import { SeriesModel } from './series-model.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Begins an hour and a day, but not a chunk of six days. */
export const seriesBegin = Date.UTC(2026, 3, 2);

/** Samples out of names and values. */
export function samplesOf(values: Readonly<Record<string, number>>, lasting = false): Sample[] {
  return Object.entries(values).map(([series, value]) => ({ series, value, lasting }));
}

/** What every store of series does, wherever its database is. `open` gives a new, empty one. */
export function seriesContract(open: () => SeriesAccess): void {
  let access: SeriesAccess;
  let store: SeriesStore;
  let now: number;

  beforeEach(() => {
    access = open();
    now = seriesBegin;
    store = createSeriesStore(access, 'abc', () => now);
  });
  afterEach(() => access.close());

  function restart(): void {
    access.restart();
    store = createSeriesStore(access, 'abc', () => now);
  }

  /** Records as if it were that time. */
  function record(at: number, values: Readonly<Record<string, number>>): void {
    now = at;
    store.record(at, samplesOf(values));
  }

  const values = (series: string, from: number, to: number, points: number) =>
    store.read(series, from, to, points)?.points.map(([, , average]) => average);

  test('knows nothing at first', () => {
    expect(store.names()).toEqual([]);
    expect(store.read('nodes/ready', now - hourMs, now, 10)).toBeNull();
    expect(store.trends(['nodes/ready'], now - hourMs).size).toBe(0);
    expect(store.leftOut).toBe(0);
  });

  test('gives back each sample at its time; the second of the same 15 s replaces the first', () => {
    record(seriesBegin, { 'nodes/ready': 4, 'nodes/cpu': 1 });
    record(seriesBegin + 15_000, { 'nodes/ready': 3, 'nodes/cpu': 2 });
    record(seriesBegin + 29_999, { 'nodes/ready': 2 });
    record(seriesBegin + 45_000, { 'nodes/ready': 1 });
    expect(store.names()).toEqual(['nodes/cpu', 'nodes/ready']);
    expect(store.read('nodes/ready', seriesBegin, seriesBegin + 60_000, 4)).toEqual({
      step: sampleMs,
      points: [
        [seriesBegin, 4, 4, 4],
        [seriesBegin + 15_000, 2, 2, 2],
        [seriesBegin + 30_000, null, null, null],
      ],
    });
    now += 14_999;
    expect(values('nodes/ready', seriesBegin, seriesBegin + 60_000, 4)).toEqual([4, 2, null, 1]);
    expect(values('nodes/cpu', seriesBegin, seriesBegin + 60_000, 4)).toEqual([1, null, null, null]);
  });

  test('clusters know nothing of each other', () => {
    const other = createSeriesStore(access, 'def', () => now);
    record(seriesBegin, { 'nodes/ready': 4, 'nodes/cpu': 2 });
    other.record(seriesBegin, samplesOf({ 'nodes/ready': 1 }));
    record(seriesBegin + hourMs, { 'nodes/ready': 4 });
    other.record(seriesBegin + hourMs, samplesOf({ 'nodes/ready': 1 }));
    expect(store.read('nodes/ready', seriesBegin, now + 1, 9)?.points[0]).toEqual([seriesBegin, 4, 4, 4]);
    expect(other.read('nodes/ready', seriesBegin, now + 1, 9)?.points[0]).toEqual([seriesBegin, 1, 1, 1]);
    expect(other.names()).toEqual(['nodes/ready']);
  });

  test('tells minimum, average and maximum of five minutes and of hours, the running ones too', () => {
    for (let tick = 0; tick < 250; tick += 1) record(seriesBegin + tick * sampleMs, { 'nodes/cpu': tick });
    const fives = store.read('nodes/cpu', seriesBegin, now, 13);
    expect(fives?.step).toBe(300_000);
    expect(fives?.points.slice(0, 1)).toEqual([[seriesBegin, 0, 9.5, 19]]);
    expect(fives?.points.at(-1)).toEqual([seriesBegin + hourMs, 240, 244.5, 249]);
    const hours = store.read('nodes/cpu', now - 300 * hourMs, now, 300);
    expect(hours?.step).toBe(hourMs);
    expect(hours?.points.slice(-2)).toEqual([
      [seriesBegin, 0, 119.5, 239],
      [seriesBegin + hourMs, 240, 244.5, 249],
    ]);
  });

  test('an average counts each sample once, however many a five minutes has', () => {
    record(seriesBegin, { 'nodes/cpu': 100 });
    for (let tick = 20; tick < 40; tick += 1) record(seriesBegin + tick * sampleMs, { 'nodes/cpu': 0 });
    expect(store.read('nodes/cpu', seriesBegin, now, 1)?.points).toEqual([[seriesBegin, 0, 100 / 21, 100]]);
  });

  test('a chart does not crawl: its parts are multiples of their length, at most as many as are asked', () => {
    for (let tick = 0; tick < 960; tick += 1) record(seriesBegin + tick * sampleMs, { 'nodes/cpu': tick % 7 });
    const before = store.read('nodes/cpu', now - hourMs, now, 100)!;
    now += 100;
    const after = store.read('nodes/cpu', now - hourMs, now, 100)!;
    expect(before.step).toBe(45_000);
    expect(after.points.slice(0, 79)).toEqual(before.points.filter(([at]) => at >= now - hourMs).slice(0, 79));
    for (const points of [1, 7, 99, 100, 101, 1_999, 1e9]) {
      const read = store.read('nodes/cpu', now - 4 * hourMs, now, points)!;
      expect(read.points.length).toBeLessThanOrEqual(Math.min(points, 2_000));
      expect(read.points.length).toBeGreaterThan(0);
      expect(read.points.every(([at]) => at % read.step === 0 && at >= now - 4 * hourMs && at <= now)).toBe(true);
    }
  });

  test('a time that is none has no points', () => {
    record(seriesBegin, { 'nodes/cpu': 1 });
    for (const [from, to] of [
      [now, now - 1],
      [now + dayMs, now + 2 * dayMs],
      [NaN, NaN],
      [-Infinity, Infinity],
    ] as const) {
      expect(store.read('nodes/cpu', from, to, 10)?.points).toEqual([]);
    }
    expect(store.read('nodes/cpu', now - hourMs, now + 1, NaN)?.points.length).toBe(1);
  });

  test('what is no number is not recorded, and a name nothing has is left out', () => {
    const odd = ['it\'s|Node/"x"; DROP TABLE series; --', '__proto__', 'ä\u202e\n', '\ud800', 'x'.repeat(1_000)];
    record(
      seriesBegin,
      Object.fromEntries([
        ['nan', NaN],
        ['infinite', -Infinity],
        ['large', 1e39],
        ['fine', -0.5],
      ]),
    );
    store.record(
      now,
      [...odd, '', 'a\0b', 'x'.repeat(1_001)].map((series) => ({ series, value: 1, lasting: false })),
    );
    expect(store.leftOut).toBe(3);
    restart();
    now += 1;
    expect(store.names()).toHaveLength(odd.length + 1);
    for (const name of odd) expect(values(name, seriesBegin, now, 1)).toEqual([1]);
    expect(values('fine', seriesBegin, now, 1)).toEqual([null]);
    for (const name of ['nan', 'infinite', 'large', '', 'a\0b']) expect(store.read(name, 0, now, 1)).toBeNull();
    store.record(NaN, samplesOf({ fine: 1 }));
    store.record(-1, samplesOf({ fine: 1 }));
    expect(values('fine', seriesBegin, now, 1)).toEqual([null]);
  });

  test('trends tell the averages of five minutes of those that have any', () => {
    for (let tick = 0; tick < 300; tick += 1) record(seriesBegin + tick * sampleMs, { a: tick, b: 1 });
    record(seriesBegin + 2 * hourMs, { b: 1, c: 7 });
    const trends = store.trends(['a', 'c', 'unknown', 'c'], seriesBegin + 60 * 60_000 - 1);
    expect([...trends.keys()]).toEqual(['a', 'c']);
    expect(trends.get('a')).toEqual(
      [11, 12, 13, 14].map((five) => ({ at: seriesBegin + five * 300_000, value: five * 20 + 9.5 })),
    );
    expect(trends.get('c')).toEqual([{ at: seriesBegin + 2 * hourMs, value: 7 }]);
  });

  test('sums tell all that was measured between times, each sample as much as any other', () => {
    for (let tick = 0; tick < 300; tick += 1) record(seriesBegin + tick * sampleMs, { a: tick < 200 ? 100 : 0, b: 1 });
    const edges = [0, 40 * 60_000, 60 * 60_000, 2 * hourMs, 3 * hourMs].map((ms) => seriesBegin + ms);
    const sums = store.sums(['a', 'unknown', 'a'], edges);
    expect([...sums.keys()]).toEqual(['a']);
    expect(sums.get('a')).toEqual([
      { min: 100, max: 100, sum: 16_000, count: 160 },
      { min: 0, max: 100, sum: 4_000, count: 80 },
      { min: 0, max: 0, sum: 0, count: 60 },
      { min: Infinity, max: -Infinity, sum: 0, count: 0 },
    ]);
    expect(store.sums(['a'], [seriesBegin + 2 * hourMs, seriesBegin + 3 * hourMs]).get('a')?.[0]?.count).toBe(0);
    expect(store.sums(['a'], [seriesBegin]).get('a')).toEqual([]);
  });

  test('whatever is recorded, restarted and folded: every resolution tells what was measured', () => {
    for (const seed of [1, 2]) {
      const below = random(seed);
      access.close();
      access = open();
      restart();
      const model = new SeriesModel();
      const names = ['a', 'b', 'c|Node/x', 'd', 'e'];
      const begin = seriesBegin + below(dayMs);
      let at = begin;
      while (at < begin + 50 * dayMs) {
        // Stretches in which all is measured, and stretches of random gaps of up to a day and a half.
        const dense = below(8) === 0;
        for (let i = below(dense ? 500 : 60); i >= 0; i -= 1) {
          at += dense ? sampleMs : below(below(40) === 0 ? 1.5 * dayMs : 40 * 60_000);
          const measured = names.filter(() => below(5) > 0).map((name) => [name, below(1e6) / 7 - 1e4]);
          record(at, Object.fromEntries(measured));
          model.record(at, Object.fromEntries(measured));
          if (below(60) === 0) restart();
          if (below(4) === 0) access.tidy(now);
        }
        for (const name of store.names()) {
          const [from, points] = [at - below(below(2) === 0 ? 2 * dayMs : 55 * dayMs), 1 + below(600)];
          model.agrees(name, store.read(name, from, from + below(at - from) + 1, points)!);
        }
      }
      for (const days of [0.1, 1, 3, 29, 60]) {
        const read = store.read('a', at - days * dayMs, at, 1_500)!;
        expect(read.step).toBe([15_000, 60_000, 300_000, 1_800_000, hourMs][[0.1, 1, 3, 29, 60].indexOf(days)]);
        expect(model.agrees('a', read)).toBeGreaterThan(0);
      }
      const edges = [29, 12, 1.25, 0.5, -0.5].map((days) => Math.floor((at - days * dayMs) / 300_000) * 300_000);
      for (const [name, sums] of store.sums(names, edges)) {
        sums.forEach(({ sum, count, min }, i) => {
          const measured = model.values(name, edges[i]!, edges[i + 1]!);
          expect([count, min]).toEqual([measured.length, Math.min(...measured)]);
          expect(Math.abs(sum - measured.reduce((all, each) => all + each, 0))).toBeLessThan(1e-3 * 1e5 * (count + 1));
        });
      }
      for (const [name, points] of store.trends(names, at - 5 * dayMs)) {
        for (const { at: begins, value } of points) {
          const measured = model.values(name, begins, begins + 300_000);
          expect(value).toBeCloseTo(measured.reduce((sum, each) => sum + each, 0) / measured.length, 1);
        }
      }
    }
  }, 120_000);

  test('after a restart in the middle of an hour nothing of it is missing', () => {
    for (let tick = 0; tick < 300; tick += 1) {
      record(seriesBegin + tick * sampleMs, { a: tick });
      if (tick % 7 === 0) restart();
    }
    expect(store.read('a', seriesBegin, now, 1)?.points).toEqual([[seriesBegin, 0, 149.5, 299]]);
    now = seriesBegin + 3 * dayMs;
    restart();
    expect(store.read('a', seriesBegin, now, 72)?.points.slice(0, 3)).toEqual([
      [seriesBegin, 0, 119.5, 239],
      [seriesBegin + hourMs, 240, 269.5, 299],
      [seriesBegin + 2 * hourMs, null, null, null],
    ]);
  });

  test('what a failing disk undid is not believed', () => {
    record(seriesBegin, { a: 1 });
    access.database.exec(`CREATE TRIGGER full BEFORE INSERT ON series_ticks BEGIN SELECT RAISE(ABORT, 'full'); END`);
    expect(() => record(seriesBegin + sampleMs, { a: 2, b: 2 })).toThrow('full');
    expect(() => record(seriesBegin + hourMs, { a: 3 })).toThrow('full');
    access.database.exec('DROP TRIGGER full');
    expect(store.names()).toEqual(['a']);
    record(seriesBegin + hourMs + sampleMs, { a: 4, b: 4 });
    now += 1;
    expect(store.names()).toEqual(['a', 'b']);
    expect(store.read('a', seriesBegin, now, 2)?.points.map(([, , value]) => value)).toEqual([1, 4]);
  });

  test('where there is no room those that were not measured for longest go, never lasting ones nor those of this moment', () => {
    const many = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${from + i}`, i]));
    store.record(now, samplesOf({ volume: 1 }, true));
    record((now += sampleMs), many(0, mostSeries - 1));
    expect([store.names().length, store.leftOut]).toEqual([mostSeries, 0]);
    record((now += sampleMs), many(0, mostSeries + 5));
    expect([store.names().length, store.leftOut]).toEqual([mostSeries, 6]);
    record((now += sampleMs), many(10, mostSeries - 11));
    record((now += sampleMs), { ...many(10, mostSeries - 11), new1: 1, new2: 2, new3: 3 });
    expect(store.leftOut).toBe(0);
    expect(store.names()).toHaveLength(mostSeries);
    expect(store.read('volume', 0, now, 1)).not.toBeNull();
    expect(['s0', 's1', 's2', 's3'].filter((name) => store.names().includes(name))).toEqual(['s3']);
    restart();
    expect(store.names()).toContain('new3');
    expect(store.names()).toHaveLength(mostSeries);
  });

  test('nothing of a series that had to go is shown as that of another', () => {
    const below = random(7);
    const model = new SeriesModel();
    const born = new Map<string, number>();
    for (let at = now; at < seriesBegin + 4 * hourMs; at += 2 * 60_000) {
      // Half of them are measured each time, and a few are new: somebody has to go nearly always.
      const alive = store
        .names()
        .filter(() => below(2) === 0)
        .slice(0, mostSeries - 60);
      const fresh = Array.from({ length: at === now ? mostSeries : 20 }, (_, i) => `${at}-${i}`);
      for (const name of fresh) born.set(name, at);
      const measured = Object.fromEntries([...alive, ...fresh].map((name) => [name, below(1e6)]));
      record(at, measured);
      model.record(at, measured);
      if (below(20) === 0) restart();
    }
    expect(store.leftOut).toBe(0);
    for (const name of store.names().filter((_, i) => i % 9 === 0)) {
      const measured = model.agrees(name, store.read(name, seriesBegin, now + 1, 2_000)!);
      expect(measured).toBeGreaterThan(born.get(name) === now ? -1 : 0);
    }
  });

  test('a clock that jumps three days ahead and back: nothing ahead is shown, nothing old is lost', () => {
    const model = new SeriesModel();
    const put = (at: number, value: number) => {
      record(at, { a: value });
      model.record(at, { a: value });
    };
    for (let tick = 0; tick < 400; tick += 1) put(seriesBegin + tick * sampleMs, tick);
    const back = now + sampleMs;
    for (let tick = 0; tick < 500; tick += 1) record(back + 3 * dayMs + tick * sampleMs, { a: -1, ahead: 1 });
    access.tidy(back);
    for (let tick = 0; tick < 400; tick += 1) {
      put(back + tick * sampleMs, 400 + tick);
      if (tick === 100) restart();
    }
    for (const points of [1, 20, 300, 2_000]) {
      const read = store.read('a', seriesBegin, now + 9 * dayMs, points)!;
      expect(model.agrees('a', read)).toBe(read.points.length);
      expect(read.points.every(([at]) => at <= now)).toBe(true);
    }
    expect(store.trends(['a'], seriesBegin).get('a')).toHaveLength(40);
    expect(store.trends(['ahead'], seriesBegin).size).toBe(0);
    // What is ahead stays until the clock has been right for a day, and is gone before its time comes.
    const count = () => access.database.prepare('SELECT count(*) AS count FROM series_15s').get()?.['count'];
    const before = count();
    for (let hour = 1; hour < 24; hour += 1) access.tidy(back + hour * hourMs);
    expect(count()).toBe(before);
    access.tidy(back + 24 * hourMs);
    expect(Number(before) - Number(count())).toBeGreaterThan(3);
    now = back + 4 * dayMs;
    const read = store.read('a', seriesBegin, now, 98)!;
    expect(model.agrees('a', read)).toBe(4);
  });

  test('a clock that is behind at first does not take what it cannot know for what is to be let go', () => {
    for (let tick = 0; tick < 500; tick += 1) record(seriesBegin + tick * sampleMs, { a: 5 });
    const right = now + hourMs;
    for (let tick = 0; tick < 300; tick += 1) record(seriesBegin - 9 * dayMs + tick * sampleMs, { a: 1 });
    for (let hour = 0; hour < 12; hour += 1) access.tidy(now + hour * hourMs);
    record(right, { a: 6 });
    now += 1;
    expect(values('a', seriesBegin, now, 4)).toEqual([5, 5, 5, 6]);
  });

  test('keeps 15 s for a day, 5 min for 30 days and hours for two years, and then no more', () => {
    const keptAt = seriesBegin + 800 * dayMs;
    record(seriesBegin, { early: 1, a: 1 });
    for (let at = seriesBegin; at < keptAt; at += 4 * hourMs) {
      record(at, { a: 1 });
      record(at + sampleMs, { a: 3 });
      access.tidy(now);
    }
    const rows = (table: string) => Number(access.database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    // Up to one chunk of the coarser one longer, since it is folded whole.
    expect(rows('series_15s')).toBeLessThanOrEqual(2 * 6);
    expect(rows('series_5min')).toBeLessThanOrEqual(30 + 6 + 1);
    expect(rows('series_1h')).toBeLessThanOrEqual(Math.ceil(731 / 6) + 1);
    for (const [from, step] of resolutions.map(({ keptMs, stepMs }) => [now - keptMs, stepMs] as const)) {
      const read = store.read('a', from, from + 2_000 * step, 2_000)!;
      expect(read.step).toBe(step);
      expect(read.points.find(([, , average]) => average !== null)?.[0]).toBeLessThan(from + 4 * hourMs + step);
    }
    expect(store.names()).toEqual(['a']);
    expect(values('a', seriesBegin, seriesBegin + 60 * dayMs, 10)?.every((value) => value === null)).toBe(true);
  });

  test('on a full disk the finest goes first, and nothing of the last two hours', () => {
    const model = new SeriesModel();
    for (let at = seriesBegin; at < seriesBegin + 20 * dayMs; at += 5 * 60_000) {
      record(at, { a: at % 97 });
      model.record(at, { a: at % 97 });
      if (at % hourMs === 0) access.tidy(now);
    }
    for (let i = 0; i < 3; i += 1) access.tidy(now, 'make-room');
    const day = store.read('a', now - dayMs, now, 2_000)!;
    expect(day.step).toBe(300_000);
    expect(model.agrees('a', day)).toBe(day.points.length);
    expect(store.read('a', now - 2 * hourMs, now, 2_000)?.step).toBe(15_000);
    for (let i = 0; i < 30; i += 1) access.tidy(now, 'make-room');
    const read = store.read('a', now - dayMs, now, 2_000)!;
    expect(model.agrees('a', read)).toBe(read.points.length);
    expect(store.read('a', now - 2 * hourMs, now, 2_000)?.step).toBe(15_000);
    expect(access.database.prepare('SELECT count(*) AS count FROM series_1h').get()?.['count']).toBe(0);
  });
}
