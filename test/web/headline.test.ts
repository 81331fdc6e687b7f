import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { say } from '#shared/say.ts';
import Headline from '#web/parts/Headline.svelte';
import { minute, timeZone } from './fixtures.ts';
import * as scenes from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const text = () => screen.getByRole('banner').textContent.replace(/\s+/g, ' ');

test('all good: cluster, version, the clock in the zone of the wall, live', () => {
  render(Headline, { props: { board: scenes.allGood(now).board, context: { now, timeZone } } });
  expect(text()).toMatch(/All good in the 3 areas watched homelab · k3s v1\.36\.2 20:41 · live/);
});

test('an incident: the sentence with its age as it is now, how much is wrong, and a way to its story', () => {
  const { board } = scenes.nodeLost(now);
  render(Headline, { props: { board, context: { now: now + 3 * minute, timeZone } } });
  expect(text()).toMatch(/nuc2 has sent no heartbeat for 7 min homelab · 2 failing · 1 warning 20:44 · for 7 min/);
  const { id } = board.findings[0] ?? {};
  expect(screen.getByRole('link').getAttribute('href')).toBe(`#/findings/${encodeURIComponent(id ?? '')}`);
});

test('the headline is not told anew with each of its ages', () => {
  const { container } = render(Headline, { props: { board: scenes.nodeLost(now).board, context: { now, timeZone } } });
  expect(container.querySelector('[aria-live], [role="status"], [role="alert"]')).toBeNull();
});

test('it begins with a large letter, but for a name, which stays as it is written', async () => {
  const { board } = scenes.nodeLost(now);
  const { rerender } = render(Headline, { props: { board, context: { now, timeZone } } });
  expect(screen.getByRole('heading').textContent).toMatch(/^\s*nuc2 has/);
  const words = say('the API takes {took:duration} to answer', { took: 1400 });
  await rerender({ board: { ...board, headline: { ...board.headline, say: words } } });
  expect(screen.getByRole('heading').textContent).toMatch(/^\s*The API takes 1\.4 s/);
});

test('DEMO stands there for the demo cluster and for no other', async () => {
  const { rerender } = render(Headline, { props: { board: scenes.demo(now).board, context: { now, timeZone } } });
  expect(screen.getByText('DEMO')).toBeTruthy();
  await rerender({ board: scenes.allGood(now).board });
  expect(screen.queryByText('DEMO')).toBeNull();
});

test('the largest letters are for one line only: with much beside it a sentence has smaller ones', async () => {
  const { board } = scenes.nodeLost(now);
  const words = say('Traefik is down: {count} services unreachable', { count: 12 });
  const told = { ...board, headline: { ...board.headline, say: words, counts: { bad: 1, warn: 0, unknown: 0 } } };
  const { rerender } = render(Headline, { props: { board: told, context: { now, timeZone } } });
  const length = () => screen.getByRole('banner').dataset['length'];
  expect(length()).toBe('short');
  const counts = { bad: 2, warn: 0, unknown: 1 };
  const cluster = { ...board.cluster, demo: true };
  await rerender({ board: { ...told, cluster, headline: { ...told.headline, counts } } });
  expect(length()).toBe('middle');
});

test('names are text: no markup comes from them', () => {
  const { container } = render(Headline, { props: { board: scenes.hostile(now).board, context: { now, timeZone } } });
  expect(container.querySelector('img')).toBeNull();
  expect(text()).toContain('is not ready');
});
