import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';

import type { Board } from '#shared/board.ts';
import Announcer from '#web/parts/Announcer.svelte';
import { makeBoard, minute, timeZone } from './fixtures.ts';
import { nodeLost, tenGood } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
let show: (board: Board, later?: number, lost?: boolean) => Promise<string>;

beforeEach(async () => {
  const { rerender } = render(Announcer, {
    props: { board: tenGood(now).board, lost: false, context: { now, timeZone } },
  });
  show = async (board, later = 0, lost = false) => {
    await rerender({ board, lost, context: { now: now + later, timeZone } });
    return screen.getByRole('status').textContent;
  };
});

test('the first board is read with the page and not announced', async () => {
  expect(await show(tenGood(now).board)).toBe('');
});

test('another level is told once, with the headline and the areas it is about', async () => {
  const { board } = nodeLost(now);
  const told = await show(board);
  expect(told).toMatch(/^nuc2 has sent no heartbeat for 4 min\. Control plane: warning\. Nodes: failing\./);
  expect(await show({ ...board, revision: 2 }, 5 * minute), 'neither ages nor revisions are news').toBe(told);
});

test('another figure is no news', async () => {
  const { board } = tenGood(now);
  const tiles = board.tiles.map((tile) => ({ ...tile, figure: { value: '99' } }));
  expect(await show(makeBoard(now, tiles, []))).toBe('');
});

test('no contact is not told here, its end is', async () => {
  const { board } = nodeLost(now);
  await show(tenGood(now).board, 10_000, true);
  expect(screen.getByRole('status').textContent).toBe('');
  expect(await show(board, 20_000)).toMatch(/^Contact again\. nuc2 has sent no heartbeat/);
});
