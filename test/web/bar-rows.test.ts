import { describe, expect, test } from 'vitest';

import type { AreaRow, Bars } from '#shared/area-rows.ts';
import { barringOf, barRowsOf } from '#web/parts/bar-rows.ts';
import { barsWords } from '#web/parts/bars-words.ts';
import { leftWords } from '#web/parts/left-words.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const minute = 60_000;
const day = 86_400_000;
const bars: Bars = { title: 'Days left', until: 'ends', name: 'name', mostDays: 400 };
const row = (name: string, left: number | null, level: AreaRow['level'] = 'ok'): AreaRow => ({
  subject: { kind: 'Host', name },
  level,
  cells: { name, ends: left === null ? null : now + left * day },
  verdicts: [],
});
const drawn = (...rows: AreaRow[]) => barringOf(barRowsOf(rows, bars), bars, now);
const said = (...rows: AreaRow[]) => barsWords(barRowsOf(rows, bars), bars, 'certificates', now);

describe('bars', () => {
  test('stand in the order in which they end, as long as they last, in the colour of their row', () => {
    const { bars: found } = drawn(row('photos', 41), row('git', 12.4, 'warn'), row('api', 214));
    expect(found.map(({ name, words, level }) => [name, words, level])).toEqual([
      ['git', '12 days', 'warn'],
      ['photos', '41 days', 'ok'],
      ['api', '214 days', 'ok'],
    ]);
    expect(found[0]?.length).toBeCloseTo(12.4);
  });

  test('that end together stand in the order of their names', () => {
    const { bars: found } = drawn(row('b', 5), row('c', 5), row('a', 5));
    expect(found.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('what has ended has no length and says since when', () => {
    const [first] = drawn(row('own', (-6 * minute) / day, 'bad'), row('api', 214)).bars;
    expect(first).toMatchObject({ length: 0, ended: true, words: 'expired 6 min ago' });
  });

  test('one of ten years is cut off where the axis ends, and the others keep their length', () => {
    const { bars: found, axis } = drawn(row('own authority', 3_650), row('git', 90));
    expect(axis.max).toBe(400);
    expect(found.map(({ length, longer }) => [length, longer])).toEqual([
      [90, false],
      [400, true],
    ]);
  });

  test('of a hundred the thirty soonest are drawn, and the axis is as long as those need', () => {
    const rows = Array.from({ length: 100 }, (_, i) => row(`host-${i}`, 100 - i));
    const { bars: found, axis } = drawn(...rows);
    expect(found).toHaveLength(30);
    expect([found[0]?.name, found[29]?.name, axis.max]).toEqual(['host-99', 'host-70', 30]);
  });

  test('a row without an end has no bar and is counted', () => {
    const known = barRowsOf([row('dark', null), { ...row('odd', 1), cells: { ends: 'soon' } }, row('git', 12)], bars);
    expect(known.rows.map(({ name }) => name)).toEqual(['git']);
    expect(known.unknown).toBe(2);
  });

  test('years that nobody sees do not break the axis', () => {
    const { bars: found, axis } = drawn(row('year 9999', 2_912_118), row('1969', -20_700, 'bad'));
    expect(axis).toEqual({ max: 400, step: 180 });
    expect(found.map(({ words }) => words)).toEqual(['expired 56 years ago', 'over 100 years']);
  });

  test('a row that its area does not name is called by its subject', () => {
    expect(drawn({ ...row('nuc0', 3), cells: { ends: now + 3 * day } }).bars[0]?.name).toBe('nuc0');
  });
});

test.each([
  [12.4 * day, '12 days'],
  [31 * 60 * minute, '31 h'],
  [999 * day, '999 days'],
  [1_100 * day, '3 years'],
  [0, 'expired 0 s ago'],
  [-2.5 * day, 'expired 2 days ago'],
])('what still lasts %d ms reads "%s"', (ms, words) => {
  expect(leftWords(ms)).toBe(words);
});

describe('in a sentence for whoever does not see them', () => {
  test('the soonest is named', () => {
    expect(said(row('photos', 41), row('git.example', 12.4))).toBe(
      '2 certificates; the soonest, git.example, ends in 12 days',
    );
  });

  test('what has expired comes first, and then what is next', () => {
    expect(said(row('own', -1), row('git.example', 12.4))).toBe(
      '2 certificates; own expired 24 h ago; the next, git.example, ends in 12 days',
    );
    expect(said(row('own', -3), row('api', -1))).toBe(
      '2 certificates; 2 have expired, the first, own expired 3 days ago',
    );
  });

  test('one alone is not counted, and those without an end are', () => {
    expect(said(row('git.example', 12.4), row('dark', null))).toBe(
      'git.example ends in 12 days; of 1 the end is not known',
    );
  });
});

describe('bars of percents', () => {
  const full: Bars = { title: 'Claims by fullness', percent: 'used', name: 'claim', most: 100 };
  const claim = (name: string, used: number | null, level: AreaRow['level'] = 'ok'): AreaRow => ({
    subject: { kind: 'PersistentVolumeClaim', namespace: 'git', name },
    level,
    cells: { claim: name, used },
    verdicts: [],
  });
  const drawn = (...rows: AreaRow[]) => barringOf(barRowsOf(rows, full), full, now);
  const said = (...rows: AreaRow[]) => barsWords(barRowsOf(rows, full), full, 'storage', now);

  test('stand with the fullest first, as long as it is full, on an axis to the end', () => {
    const { bars: found, axis } = drawn(claim('zigbee', 4), claim('photos', 88.2, 'warn'), claim('db', 61));
    expect(found.map(({ name, words, level, length }) => [name, words, level, length])).toEqual([
      ['photos', '88 %', 'warn', 88.2],
      ['db', '61 %', 'ok', 61],
      ['zigbee', '4 %', 'ok', 4],
    ]);
    expect(axis).toEqual({ max: 100, step: 25, unit: ' %' });
  });

  test('an empty claim has no length and has not ended, one beyond its size is cut off', () => {
    const { bars: found } = drawn(claim('new', 0), claim('odd', -3), claim('over', 117, 'bad'));
    expect(found.map(({ length, ended, longer, words }) => [length, ended, longer, words])).toEqual([
      [100, false, true, '117 %'],
      [0, false, false, '0 %'],
      [0, false, false, '-3 %'],
    ]);
  });

  test('of a hundred the thirty fullest are drawn', () => {
    const { bars: found } = drawn(...Array.from({ length: 100 }, (_, i) => claim(`c-${i}`, i)));
    expect([found.length, found[0]?.name, found[29]?.name]).toEqual([30, 'c-99', 'c-70']);
  });

  test('are said in one sentence, with those of which nothing is known', () => {
    expect(said(claim('photos', 88), claim('db', 61), claim('scratch', null))).toBe(
      '2 in storage; the fullest, photos, 88 %; of 1 it is not known how full',
    );
    expect(said(claim('photos', 88))).toBe('photos, 88 %');
    expect(said(claim('scratch', null), claim('odd', Number.NaN))).toBe('of 2 it is not known how full');
  });
});
