import './browser-stand-ins.ts';

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';

import type { AreaRow, Column } from '#shared/area-rows.ts';
import AreaRows from '#web/parts/AreaRows.svelte';
import { cellText, sortKey } from '#web/parts/cell.ts';
import { smallBars, smallBarsSize } from '#web/parts/small-bars.ts';
import { timeZone } from './fixtures.ts';

const context = { now: Date.UTC(2026, 4, 5, 18, 41), timeZone };
afterEach(cleanup);

test('bars are as high as what they stand for, side by side, the oldest first', () => {
  const bars = smallBars([1e9, 2e9, 0.5e9]);
  expect(bars.map(({ height }) => height / smallBarsSize.height)).toEqual([0.5, 1, 0.25]);
  expect(bars.every(({ y, height }) => y + height === smallBarsSize.height)).toBe(true);
  expect(bars[1]!.x).toBeGreaterThan(bars[0]!.x + bars[0]!.width);
});

test('the last is told by its width, and all find room', () => {
  for (const count of [1, 2, 5, 10, 40]) {
    const bars = smallBars(Array<number>(count).fill(7));
    const last = bars.at(-1)!;
    expect(bars).toHaveLength(Math.min(10, count));
    expect(bars.slice(0, -1).every(({ width }) => width < last.width)).toBe(true);
    expect(last.x + last.width).toBeLessThanOrEqual(smallBarsSize.width + 0.001);
  }
});

test('nothing is a mark, and what is no size counts as nothing', () => {
  for (const sizes of [[0], [0, 0], [Number.NaN, -4, Infinity], [1e300, 1]]) {
    for (const { height, y } of smallBars(sizes)) {
      expect(height).toBeGreaterThan(1);
      expect([height, y].every(Number.isFinite)).toBe(true);
    }
  }
  expect(smallBars([])).toEqual([]);
});

test('in words they are their sizes, sorted by the last, and none is a dash', () => {
  expect(cellText([1.9e9, 1.9e9, 32e6], 'bars', context)).toBe('1.9 GB, 1.9 GB, 32 MB');
  expect(sortKey([1.9e9, 32e6], 'bars')).toBe(32e6);
  expect([cellText([], 'bars', context), sortKey([], 'bars')]).toEqual(['–', null]);
});

test('a row has them as a picture with its sizes in words, and is ordered by the last', async () => {
  const columns: Column[] = [
    { key: 'name', title: 'Claim', type: 'text' },
    { key: 'sizes', title: 'Backups', type: 'bars' },
  ];
  const row = (name: string, sizes: number[] | null): AreaRow => ({
    subject: { kind: 'PersistentVolumeClaim', namespace: 'git', name },
    level: 'ok',
    cells: { name, sizes },
    verdicts: [],
  });
  const rows = [row('a', [2e9, 3e9]), row('b', null), row('c', [1.9e9, 32e6]), row('d', [])];
  render(AreaRows, { props: { columns, rows, context } });
  const picture = await waitFor(() => screen.getByRole('img', { name: '1.9 GB, 32 MB' }));
  expect(picture.getAttribute('title')).toBe('1.9 GB, 32 MB');
  expect(picture.querySelectorAll('rect')).toHaveLength(2);
  expect(screen.getAllByRole('img', { name: /GB/ })).toHaveLength(2);
  expect(screen.getAllByText('–')).toHaveLength(2);
  await fireEvent.click(screen.getByRole('button', { name: 'Backups' }));
  const names = screen.getAllByRole('rowheader').map(({ textContent }) => textContent.trim().slice(-1));
  expect(names).toEqual(['c', 'a', 'b', 'd']);
});
