import { expect, test } from 'vitest';

import { readRoute } from '#web/live/route.svelte.ts';

test.each(['', '#', '#/'])('"%s" is the wall', (hash) => {
  expect(readRoute(hash)).toEqual({ page: 'wall' });
});

test('#/areas/nodes is the area of that name', () => {
  expect(readRoute('#/areas/nodes')).toEqual({ page: 'area', area: 'nodes' });
});

test('an id with slashes, bars and percent signs comes through its encoding', () => {
  const id = 'workloads/not-ready|Pod/git/100 %|key';
  expect(readRoute(`#/findings/${encodeURIComponent(id)}`)).toEqual({ page: 'finding', id });
});

test.each(['#/areas/kitchen', '#/findings/', '#/elsewhere', '#/areas', '#/findings/%E0%A4%A'])(
  '%s names nothing, and is not the wall',
  (hash) => {
    expect(readRoute(hash).page).toBe('nowhere');
  },
);

test('what names nothing is told as it was asked for', () => {
  expect(readRoute('#/areas/K%C3%BCche')).toEqual({ page: 'nowhere', asked: 'areas/Küche' });
});
