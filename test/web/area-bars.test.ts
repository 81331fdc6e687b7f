import './browser-stand-ins.ts';

import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { Chart as Library } from 'chart.js';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import AreaBars from '#web/parts/AreaBars.svelte';
import { standInCanvas } from './canvas-stand-in.ts';
import { answerArea, minute, timeZone, type Scene } from './fixtures.ts';
import { certificatesGood, day, manyCertificates, ownExpired, twelveDaysLeft } from './scene-certificates.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
let written: string[];

beforeAll(() => {
  written = standInCanvas();
  // Nothing is drawn where there is no room, and nothing has a size here.
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 800 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 400 });
});
beforeEach(() => void written.splice(0));
afterEach(cleanup);

function propsOf(scene: Scene, at = now) {
  const { bars, rows } = answerArea(scene, 'certificates');
  if (bars === undefined) throw new Error('the scene has bars');
  return { bars, rows, what: 'certificates', context: { now: at, timeZone } };
}
const show = (scene: Scene) => render(AreaBars, { props: propsOf(scene) });
const live = () => Object.values(Library.instances);
const data = () => live()[0]?.data.datasets[0]?.data as number[];
const text = () => document.body.textContent.replace(/\s+/g, ' ');

test('one bar a certificate, the soonest first, none longer than the axis', async () => {
  show(twelveDaysLeft(now));
  await waitFor(() => expect(data()).toHaveLength(15));
  expect(data()).toEqual(data().toSorted((a, b) => a - b));
  expect(data()[0]).toBeCloseTo(12.4);
  expect(data().at(-1)).toBe(400);
  expect(written).toContain('12 days');
  expect(written).toContain('git.example');
});

test('tells whoever does not see them how many there are and which ends first', () => {
  show(twelveDaysLeft(now));
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    '15 certificates; the soonest, git.example, ends in 12 days; of 1 the end is not known',
  );
  expect(text()).toContain('Of 1 more the end is not known.');
});

test('what has expired is told so', async () => {
  show(ownExpired(now));
  await waitFor(() => expect(data()?.slice(0, 2)).toEqual([0, 0]));
  expect(written).toContain('expired 6 min ago');
  expect(screen.getByRole('img').getAttribute('aria-label')).toContain('2 have expired');
});

test('of a hundred thirty are drawn and the others counted', async () => {
  show(manyCertificates(now));
  await waitFor(() => expect(data()).toHaveLength(30));
  expect(text()).toContain('the 30 soonest of 100');
  expect(text()).toContain('and 70 more: the table below has all.');
});

test('other rows are drawn by the same chart, and a second without news draws nothing', async () => {
  const { rerender } = show(certificatesGood(now));
  await waitFor(() => expect(live()).toHaveLength(1));
  const [before] = live();
  await rerender(propsOf(twelveDaysLeft(now), now + minute));
  await waitFor(() => expect(data()).toHaveLength(15));
  expect(live()).toEqual([before]);
  written.splice(0);
  await rerender({ context: { now: now + minute + 1_000, timeZone } });
  expect(written).toEqual([]);
});

test('days go on though nothing is sent', async () => {
  const { rerender } = show(twelveDaysLeft(now));
  await waitFor(() => expect(live()).toHaveLength(1));
  written.splice(0);
  await rerender({ context: { now: now + day, timeZone } });
  await waitFor(() => expect(written).toContain('11 days'));
  expect(data()[0]).toBeCloseTo(11.4);
  await rerender({ context: { now: now + 12.4 * day + 3 * minute, timeZone } });
  await waitFor(() => expect(written).toContain('expired 3 min ago'));
});

test('bars that are taken away leave nothing of the library behind', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { unmount } = show(certificatesGood(now));
    await waitFor(() => expect(live()).toHaveLength(1));
    unmount();
    await waitFor(() => expect(live()).toHaveLength(0));
  }
});

test('rows without any end are said to have none', () => {
  const scene = certificatesGood(now);
  const rows = scene.rows.certificates!.map((row) => ({ ...row, cells: { ...row.cells, until: null } }));
  show({ ...scene, rows: { certificates: rows } });
  expect(text()).toContain('Of none of them the end is known.');
  expect(live()).toHaveLength(0);
});
