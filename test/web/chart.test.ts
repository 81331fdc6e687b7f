import './browser-stand-ins.ts';

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { Chart as Library } from 'chart.js';
import { tick } from 'svelte';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { HistoryPoint } from '#shared/history.ts';
import Chart from '#web/parts/Chart.svelte';
import { markWords } from '#web/parts/draw-marks.ts';
import { standInCanvas } from './canvas-stand-in.ts';
import { makeCharted } from './chart-fixtures.ts';
import { timeZone } from './fixtures.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const hour = 3_600_000;
const show = (charted = makeCharted(now), table = true) =>
  render(Chart, { props: { charted, context: { now, timeZone }, table } });
const live = () => Object.keys(Library.instances).length;
const text = () => document.body.textContent.replace(/\s+/g, ' ');

beforeAll(standInCanvas);
afterEach(cleanup);

test('a chart that is taken away leaves nothing of the library behind, however often', async () => {
  for (let i = 0; i < 50; i += 1) {
    const { unmount } = show();
    await waitFor(() => expect(live()).toBe(1));
    unmount();
    await tick();
    expect(live()).toBe(0);
  }
}, 20_000);

test('new figures and another range are drawn by the same chart', async () => {
  const { rerender } = show();
  await waitFor(() => expect(live()).toBe(1));
  const before = Object.keys(Library.instances);
  for (let i = 1; i <= 20; i += 1) {
    const later = makeCharted(now + i * 60_000, { range: i % 2 === 0 ? '24h' : '7d' });
    await rerender({ charted: later });
  }
  expect(Object.keys(Library.instances)).toEqual(before);
  expect(Object.values(Library.instances)[0]?.options.scales?.['x']?.max).toBe(now + 20 * 60_000);
});

test('one that is taken away before the library has come is never drawn', async () => {
  const { unmount } = show();
  unmount();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(live()).toBe(0);
});

test('says what it shows, what it was at last, and its limits', () => {
  show(makeCharted(now, { series: 'nodes/disk|Node/nuc0' }));
  const name = screen.getByRole('slider').getAttribute('aria-label') ?? '';
  expect(name).toMatch(/^Disk of nuc0, last 24 h: \d+ % to \d+ %, \d+ % now, warning from 80 %, failing from 90 %$/);
});

test('arrow keys tell each point, page down goes to what happened, escape leaves the cursor and not the page', async () => {
  const marks = [{ at: now - 3 * hour, text: 'nuc0 rebooted' }];
  show(makeCharted(now, { marks }));
  await waitFor(() => expect(live()).toBe(1));
  const slider = screen.getByRole('slider');
  const said = () => slider.getAttribute('aria-valuetext') ?? '';
  slider.focus();
  await fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  expect(said()).toMatch(/^20:36: \d+ ms on average, \d+ ms to \d+ ms$/);
  await fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  expect(said()).toMatch(/^20:31: /);
  await fireEvent.keyDown(slider, { key: 'PageDown' });
  expect(said()).toMatch(/^17:41: .*, nuc0 rebooted$/);
  let left = false;
  document.body.addEventListener('keydown', () => (left = true), { once: true });
  await fireEvent.keyDown(slider, { key: 'Escape' });
  expect(left).toBe(false);
  expect(said()).toMatch(/^20:36: /);
  await fireEvent.keyDown(slider, { key: 'Escape' });
  expect(left).toBe(true);
});

test('as a table it has at most 24 rows, and none before someone opens it', async () => {
  const marks = [{ at: now - 3 * hour, text: 'nuc0 rebooted' }];
  const whole = makeCharted(now, { marks });
  const points = whole.history!.points.map((point, i): HistoryPoint => (i < 60 ? [point[0], null, null, null] : point));
  const { container } = show({ ...whole, history: { ...whole.history!, points } });
  expect(container.querySelector('table')).toBeNull();
  const details = container.querySelector('details');
  if (details === null) throw new Error('there is a table to open');
  details.open = true;
  await fireEvent(details, new Event('toggle'));
  expect(screen.getAllByRole('rowheader')).toHaveLength(24);
  expect(text()).toContain('nothing measured');
  expect(text()).toContain('nuc0 rebooted');
});

test('what is missing, empty or cannot be had is told in words', async () => {
  const { rerender } = show(makeCharted(now, { history: null, trouble: 'The wall cannot be reached.' }));
  expect(text()).toContain('The wall cannot be reached.');
  await rerender({ charted: makeCharted(now, { missing: true, trouble: 'The wall says: there is no such series.' }) });
  expect(text()).toContain('This is not measured any more, or never was.');
  const full = makeCharted(now);
  const history = full.history && {
    ...full.history,
    points: full.history.points.map(([at]) => [at, null, null, null]),
  };
  await rerender({ charted: { ...full, history: history as typeof full.history } });
  expect(text()).toContain('Nothing was measured in the last 24 h.');
  await rerender({ charted: makeCharted(now, { history: { ...full.history!, points: [] } }) });
  expect(text()).toContain('Nothing was measured in the last 24 h.');
  await rerender({ charted: makeCharted(now, { trouble: 'The wall gave no answer within 10 s.' }) });
  expect(text()).toContain('The API answers in');
  expect(text()).toContain('The wall gave no answer within 10 s.');
});

describe('what it says of the present', () => {
  const counted = (last: { at: number; value: number } | undefined, average = 3.8) => {
    const whole = makeCharted(now, { series: 'nodes/ready' });
    const points = whole.history!.points.map(([at]): HistoryPoint => [at, 3, average, 4]);
    return { ...whole, history: { ...whole.history!, points, ...(last === undefined ? {} : { last }) } };
  };
  const figure = () => document.querySelector('header p')?.textContent;

  test('is what was measured last, not the average of the last hour', () => {
    show(counted({ at: now - 15_000, value: 3 }));
    expect(figure()).toBe('3 now');
  });

  test('is never a part of what is counted', () => {
    show(counted(undefined));
    expect(figure()).toBe('4 now');
  });

  test('is not said of what was measured long ago', () => {
    show(counted({ at: now - 2 * hour, value: 3 }));
    expect(figure()).toBe('3 last measured 18:41');
    expect(document.querySelector('header p')?.className).toContain('past');
  });

  test('is not said of what had stopped when it was asked for', () => {
    show(counted({ at: now - 50_000, value: 3 }));
    expect(figure()).toBe('3 last measured 20:40');
  });

  test('goes with the clock, though no newer answer comes', async () => {
    const charted = counted({ at: now - 15_000, value: 3 });
    const { rerender } = show(charted);
    await rerender({ charted, context: { now: now + 5 * 60_000, timeZone } });
    expect(figure()).toBe('3 last measured 20:40');
  });
});

test('its limits stand in words above it', () => {
  show(makeCharted(now, { series: 'nodes/disk|Node/nuc0' }));
  expect(text()).toMatch(/Disk of nuc0 ?\d+ % now ?warning from 80 % ?failing from 90 %/);
});

test('where the cursor stands the average is told from the range, unless both read the same', async () => {
  show(makeCharted(now));
  await waitFor(() => expect(live()).toBe(1));
  const slider = screen.getByRole('slider');
  const told = () => slider.textContent.replace(/\s+/g, ' ').trim();
  await fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  await waitFor(() => expect(told()).toMatch(/\d+ ms on average ?from \d+ ms to \d+ ms$/));
  cleanup();
  const charted = makeCharted(now);
  const points = charted.history!.points.map(([at]): HistoryPoint => [at, 11.9, 12, 12.1]);
  show({ ...charted, history: { ...charted.history!, points } });
  await waitFor(() => expect(live()).toBe(1));
  await fireEvent.keyDown(screen.getByRole('slider'), { key: 'ArrowLeft' });
  await waitFor(() => expect(document.querySelector('.told')?.textContent.trim()).toMatch(/12 ms$/));
});

test('a long text above a line ends with its first clause', () => {
  expect(markWords('16:29 the wall started; nobody had watched since 14:10')).toBe('16:29 the wall started');
  expect(markWords('16:29 nuc1 rebooted')).toBe('16:29 nuc1 rebooted');
});
