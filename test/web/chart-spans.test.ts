import { expect, test } from 'vitest';

import { plainly, say } from '#shared/say.ts';
import { spanMarks, spansOf } from '#web/parts/chart-spans.ts';
import { hour, minute, timeZone } from './fixtures.ts';
import { makeEpisode } from './past-fixtures.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const context = { now, timeZone };
const series = 'services/latency|Host/git.example';
const down = (since: number, endedAt: number | null, more = {}) =>
  makeEpisode({
    finding: 'services/down|Host/git.example',
    since,
    endedAt,
    say: plainly('git.example is down'),
    ...more,
  });

test('a chart shades when its own subject was wrong, whatever explained it', () => {
  const episodes = [
    down(now - hour, null, { cause: 'services/controller-down|Deployment/kube-system/traefik' }),
    down(now - 5 * hour, now - 4 * hour, { level: 'warn', finding: 'services/slow|Host/git.example|p' }),
    down(now - 3 * hour, now - 2 * hour, { finding: 'services/down|Host/git.example:8443' }),
    down(now - 3 * hour, now - 2 * hour, { level: 'notice' }),
    down(now - 3 * hour, now - 2 * hour, { level: 'unknown' }),
  ];
  expect(spansOf(episodes, series).map(({ from, to, level }) => [from, to, level])).toEqual([
    [now - 5 * hour, now - 4 * hour, 'warn'],
    [now - hour, null, 'bad'],
  ]);
  expect(spansOf(episodes, 'services/up')).toEqual([]);
});

test('of very many the latest are shaded', () => {
  const many = Array.from({ length: 100 }, (_, i) => down(now - i * hour, now - i * hour + minute));
  const spans = spansOf(many, series);
  expect([spans.length, spans.at(-1)?.from]).toEqual([60, now]);
});

test('what was wrong at a time is told there, as it read when it was over, and not twice', () => {
  const silent = say('git.example has not answered for {at:age}', { at: now - 2 * hour });
  const spans = spansOf([down(now - 2 * hour, now - hour, { say: silent })], series);
  const at = (time: number) => ({ from: time, to: time + 5 * minute });
  const told = (time: number, begin = Infinity) =>
    spanMarks(spans, at(time), [{ at: begin, text: 'git.example is down', begin: true }], context).map(
      ({ text }) => text,
    );
  expect(told(now - 90 * minute)).toEqual(
    ['Git.example has not answered for 60 min'].map((text) => text.replace('Git', 'git')),
  );
  expect(told(now - 30 * minute)).toEqual([]);
  expect(told(now - 3 * hour)).toEqual([]);
  expect(told(now - 90 * minute, now - 2 * hour + minute)).toEqual([]);
});
