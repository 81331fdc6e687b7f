import './browser-stand-ins.ts';

import { render, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import PhoneList from '#web/parts/PhoneList.svelte';
import { minute, timeZone, type Scene } from './fixtures.ts';
import { allGood, apiRefused, nodeLost } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const show = ({ board }: Scene, lost: { since: number; why: 'silent' } | null = null) =>
  render(PhoneList, {
    props: {
      board,
      chart: null,
      context: { now, timeZone },
      lost,
      explained: board.findings[0] ?? null,
      acknowledge: () => Promise.resolve(null),
    },
  });
const list = () => within(screen.getByRole('navigation')).getAllByRole('link');

test('areas stand worst first, what is not watched last', () => {
  show(nodeLost(now));
  expect(
    list()
      .slice(0, 4)
      .map(({ dataset }) => dataset['level']),
  ).toEqual(['bad', 'bad', 'warn', 'unwatched']);
});

test('blind areas say how old their figures are', () => {
  show(apiRefused(now));
  expect(list()[1]?.textContent).toMatch(/unknown.*Nodes.*4 of 4, 6 min ago/s);
});

test('a good area that is not wholly seen says so and has its edge hatched', () => {
  const scene = allGood(now);
  const tiles = scene.board.tiles.map((tile) => (tile.area === 'nodes' ? { ...tile, unknownCount: 3 } : tile));
  show({ ...scene, board: { ...scene.board, tiles } });
  const partly = list().filter(({ dataset }) => dataset['partly'] !== undefined);
  expect(partly.map((link) => link.querySelector('.words')?.textContent)).toEqual(['4 of 4 ready, partly seen']);
});

test('what is wrong with an area stands under its figure, not behind it', () => {
  show(nodeLost(now));
  const [first] = list();
  expect(first?.querySelector('.words')?.textContent).toMatch(/^\d+ of \d+/);
  expect(first?.querySelector('.trouble')?.textContent).not.toBe('');
});

test('a notice is listed, and colours neither an area nor the headline', () => {
  const scene = nodeLost(now);
  const notice = scene.board.findings.filter(({ level }) => level === 'notice');
  show({ ...scene, board: { ...scene.board, findings: notice, headline: { ...scene.board.headline, level: 'ok' } } });
  expect(screen.getByRole('banner').dataset['level']).toBe('ok');
  expect(screen.getAllByText('nuc1 takes no new pods: it is cordoned').length).toBeGreaterThan(0);
});

test('without contact nothing but unknown is shown, since when, and that the figures are old', () => {
  const { container } = show(nodeLost(now), { since: now - 6 * minute, why: 'silent' });
  expect(screen.getByRole('alert').textContent).toContain('No contact with the wall since 20:35');
  expect(container.querySelectorAll('[data-level="bad"], [data-level="ok"], [data-level="warn"]')).toHaveLength(0);
  expect(container.textContent).toContain('These are old figures.');
});
