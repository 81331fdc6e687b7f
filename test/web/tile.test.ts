import { render, screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { plainly, say } from '#shared/say.ts';
import Tile from '#web/parts/Tile.svelte';
import { makeTile, minute, second, timeZone } from './fixtures.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const context = { now, timeZone };
const good = makeTile('nodes', now, {
  level: 'ok',
  figure: { value: '4', rest: 'of 4 ready' },
  detailSay: say('last heartbeat {at:age} ago', { at: now - 3 * second }),
});
const show = (tile = good, lostSince: number | null = null) =>
  render(Tile, { props: { tile, stretches: [], context, lostSince } });
const link = () => screen.getByRole('link');

test('a good tile says so in a word beside its colour, and opens its area', () => {
  show();
  expect(link().getAttribute('href')).toBe('#/areas/nodes');
  expect(link().dataset['level']).toBe('ok');
  expect(link().textContent).toMatch(/Nodes.*good.*4.*of 4 ready.*last heartbeat 3\u00a0s ago/s);
});

test('its ages go on with the clock, without a message', async () => {
  const { rerender } = show();
  await rerender({ context: { now: now + 5 * second, timeZone } });
  expect(link().textContent).toContain('last heartbeat 8\u00a0s ago');
});

test('an unknown tile shows its last figure with its age', () => {
  const figure = { value: '4', rest: 'of 4', asOf: now - 6 * minute };
  show({ ...good, level: 'unknown', figure, detailSay: plainly('') });
  expect(link().textContent).toMatch(/unknown.*4.*of 4, 6\u00a0min ago.*as of 20:35/s);
});

describe('without contact', () => {
  test('a good tile is unknown, as of the last sign of life', () => {
    show(good, now - 6 * minute);
    expect(link().dataset['level']).toBe('unknown');
    expect(link().textContent).toContain('as of 20:35');
    expect(link().textContent).not.toContain('good');
  });

  test('a failing tile is unknown too', () => {
    show({ ...good, level: 'bad' }, now - minute);
    expect(link().dataset['level']).toBe('unknown');
  });
});

test.each([
  ['absent', 'nothing of this kind found'],
  ['unwatched', 'not watched yet'],
] as const)('an area that is %s says "%s" and shows no figure and no strip', (level, words) => {
  show({ ...good, level });
  expect(link().textContent).toContain(words);
  expect(link().textContent).not.toContain('of 4 ready');
  expect(link().textContent.split(words)).toHaveLength(2);
  expect(screen.queryByRole('img')).toBeNull();
});

test('what cannot be judged hatches the edge of a tile that is judged', () => {
  show({ ...good, unknownCount: 2 });
  expect(link().hasAttribute('data-partly')).toBe(true);
});

test('a name of 253 characters makes the figure small', () => {
  show({ ...good, figure: { value: 'x'.repeat(253) } });
  expect(link().dataset['size']).toBe('small');
});
