import { render, screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import type { Moment, Uptime } from '#shared/history.ts';
import { acknowledgedText } from '#shared/meaning-words.ts';
import { toldMoments } from '#web/parts/moment-words.ts';
import Timeline from '#web/parts/Timeline.svelte';
import { hour, minute, timeZone } from './fixtures.ts';

// 20:41 in Amsterdam.
const now = Date.UTC(2026, 4, 5, 18, 41);
const day = 24 * hour;
const month = (watchedMs: number, badMs = 0): Uptime[] => [
  { windowMs: 30 * day, percent: (100 * (watchedMs - badMs)) / watchedMs, watchedMs, badMs, unknownMs: 0 },
];

function show(moments: Moment[] | null, uptime: Uptime[] | null = null, low = false, trouble: string | null = null) {
  return render(Timeline, { props: { moments, uptime, trouble, low, context: { now, timeZone } } }).container;
}
const lines = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

test('each moment has its time, the day too if it was not today, and what it is in a word', () => {
  show([
    { at: now - 22.5 * hour, kind: 'reboot', text: 'nuc0 rebooted' },
    { at: now - 3 * hour, kind: 'image', text: 'mealie 2.4.0 → 2.4.1' },
    { at: now - hour, kind: 'incident-begin', text: 'nuc1 is silent', level: 'bad' },
    { at: now - minute, kind: 'incident-begin', text: 'nuc0 is 86 % full', level: 'warn' },
  ]);
  expect(lines()).toEqual([
    'Mon 22:11 · reboot nuc0 rebooted',
    '17:41 · new image mealie 2.4.0 → 2.4.1',
    '19:41 · failing nuc1 is silent',
    '20:40 · warning nuc0 is 86 % full',
  ]);
});

test('what somebody said of a finding stands before it, and one that does not tell is called seen', () => {
  const lost = 'gitea-data lost its data: 1.9 GB · 2 files';
  show([
    { at: now - hour, kind: 'acknowledged', text: acknowledgedText(lost, 'restored') },
    { at: now - hour, kind: 'acknowledged', text: acknowledgedText(lost, 'mine') },
    { at: now - hour, kind: 'acknowledged', text: 'of an older wall' },
  ]);
  expect(lines()).toEqual([
    `19:41 · it is restored ${lost}`,
    `19:41 · it was me ${lost}`,
    '19:41 · seen of an older wall',
  ]);
});

test('two moments that are the same in all are two lines', () => {
  const twice: Moment = { at: now - hour, kind: 'scale', text: 'mealie 1 → 2' };
  show([twice, { ...twice }]);
  expect(lines()).toEqual(['19:41 · scale mealie 1 → 2', '19:41 · scale mealie 1 → 2']);
});

test('five stand side by side, and it is said that there are more', () => {
  const many = Array.from({ length: 9 }, (_, i): Moment => ({
    at: now - (9 - i) * hour,
    kind: 'cordon',
    text: `n${i}`,
  }));
  const container = show(many);
  expect(lines().map((line) => line.slice(-2))).toEqual(['n4', 'n5', 'n6', 'n7', 'n8']);
  expect(container.textContent).toContain('the latest 5 of 9');
});

describe('a swarm', () => {
  const moved = (i: number, at = now - hour + i * minute): Moment => ({ at, kind: 'moved', text: `pod ${i} moved` });

  test('of pods that moved together is one line, whatever came in between', () => {
    const gone: Moment = { at: now - hour + 90_000, kind: 'node-gone', text: 'nuc2 is gone' };
    show([moved(0), moved(1), gone, ...[2, 3, 4, 5].map((i) => moved(i))]);
    expect(lines()).toEqual(['19:41 · moved pod 0 moved, and 5 more', '19:42 · node nuc2 is gone']);
  });

  test('of two is told in two lines, and so are two hours apart', () => {
    expect(toldMoments([moved(0), moved(1)]).map(({ others }) => others)).toEqual([0, 0]);
    expect(toldMoments([moved(0, now - 3 * hour), moved(1, now - 2 * hour), moved(2, now - hour)])).toHaveLength(3);
  });

  test('is never made of incidents', () => {
    const bad = (i: number): Moment => ({ at: now - i, kind: 'incident-begin', text: `x${i}`, level: 'bad' });
    expect(toldMoments([bad(3), bad(2), bad(1), bad(0)])).toHaveLength(4);
  });
});

describe('how much of the month nothing was failing', () => {
  test('stands beside it', () => {
    expect(show([], month(30 * day, 9 * minute)).textContent).toMatch(/Nothing failing: 99\.97\s% over 30\sdays/);
  });

  test('says how much of it was watched, if that is less', () => {
    expect(show([], month(6 * day + 3 * hour)).textContent).toContain('100\u00a0% of 6 d 3\u00a0h watched');
  });

  test.each([
    ['before it is told', null, false],
    ['of a wall that has just begun', month(10 * minute), false],
    ['beside an incident that is explained', month(30 * day), true],
  ])('is left out %s', (_, uptime, low) => {
    expect(show([], uptime, low).textContent).not.toContain('%');
  });
});

test('that nothing has changed is said once it is known', () => {
  expect(show(null).textContent).not.toContain('Nothing');
  expect(show([]).textContent).toContain('Nothing has changed.');
});

test('that the changes cannot be told is said', () => {
  expect(show([], null, false, 'The wall cannot be reached.').textContent).toContain('The wall cannot be reached.');
});
