import { describe, expect, test } from 'vitest';
import { createSeries, sampleMs } from '#server/history/series.ts';

const day = 24 * 3_600_000;
const start = sampleMs * 1_000_000;
const values = (points: { value: number | null }[]) => points.map(({ value }) => value);

describe('a series', () => {
  test('gives the mean of each part of the time asked for', () => {
    const series = createSeries();
    for (const [i, value] of [1, 3, 5, 7].entries()) series.record(start + i * sampleMs, value);
    expect(series.read(start, start + 4 * sampleMs, 2)).toEqual([
      { at: start, value: 2 },
      { at: start + 2 * sampleMs, value: 6 },
    ]);
  });

  test('repeats a sample where more points are asked for than there are samples', () => {
    const series = createSeries();
    series.record(start, 1);
    series.record(start + sampleMs, 3);
    expect(values(series.read(start, start + 2 * sampleMs, 6))).toEqual([1, 1, 1, 3, 3, 3]);
  });

  test('has null where nothing was measured', () => {
    const series = createSeries();
    series.record(start, 1);
    series.record(start + sampleMs, null);
    series.record(start + 4 * sampleMs, 5);
    expect(values(series.read(start, start + 6 * sampleMs, 6))).toEqual([1, null, null, null, 5, null]);
    expect(values(createSeries().read(start, start + 10, 2))).toEqual([null, null]);
  });

  test('forgets after 24 hours', () => {
    const series = createSeries();
    series.record(start, 1);
    series.record(start + day, 2);
    expect(values(series.read(start, start + sampleMs, 1))).toEqual([null]);
    expect(values(series.read(start + day, start + day + sampleMs, 1))).toEqual([2]);
  });

  test('has holes, not old values, after a long time in which nobody measured', () => {
    const series = createSeries();
    for (let i = 0; i < 100; i += 1) series.record(start + i * sampleMs, 1);
    series.record(start + 10 * day, 2);
    expect(values(series.read(start + 9 * day, start + 10 * day + sampleMs, 1))).toEqual([2]);
  });

  test('takes the second of two measurements of one slot', () => {
    const series = createSeries();
    series.record(start, 1);
    series.record(start + 1, 2);
    expect(values(series.read(start, start + sampleMs, 1))).toEqual([2]);
  });

  test('goes on when the clock is set back', () => {
    const series = createSeries();
    series.record(start + 40 * day, 1);
    series.record(start, 2);
    expect(values(series.read(start, start + sampleMs, 1))).toEqual([2]);
  });

  test('gives at most 1,000 points', () => {
    expect(createSeries().read(start, start + day, 1_000_000)).toHaveLength(1_000);
    expect(createSeries().read(start, start + day, 0)).toHaveLength(1);
  });
});
