import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { HistoryAnswer, MomentsAnswer } from '#shared/history.ts';
import { plainly } from '#shared/say.ts';
import { Charts } from '#web/live/charts.svelte.ts';
import { ChosenRange } from '#web/live/chosen-range.svelte.ts';

const day = 86_400_000;
const minute = 60_000;
let now: number;
let visible: boolean;
let asked: { url: URL; answer(body: unknown, status?: number): void }[];

const answerOf = (series: string, value: number): HistoryAnswer => ({
  series,
  title: series,
  unit: 'count',
  step: 1,
  points: Array.from({ length: 30 }, (_, i) => [i, value, value, value]),
});
const of = (path: string) => asked.filter(({ url }) => url.pathname === path);
const histories = () => of('/api/history');
const charts = () => new Charts({ now: () => now, points: () => 100, visible: () => visible });

beforeEach(() => {
  now = 1_800_000_000_000;
  visible = true;
  asked = [];
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (path: string) => {
    return new Promise<Response>((resolve) => {
      const answer = (body: unknown, status = 200) => resolve(new Response(JSON.stringify(body), { status }));
      asked.push({ url: new URL(path, 'http://wall'), answer });
    });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets answers that were given arrive. */
const arrive = () => vi.advanceTimersByTimeAsync(3_000);

test('asks for each series and the moments over the range, with as many points as there is room for', async () => {
  charts().follow(['a', 'b', 'a'], '7d');
  await arrive();
  expect(histories().map(({ url }) => url.searchParams.get('series'))).toEqual(['a', 'b']);
  const { searchParams } = histories()[0]!.url;
  expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(7 * day);
  expect(searchParams.get('points')).toBe('100');
  expect(of('/api/moments')).toHaveLength(1);
});

test('the first chart has its answer before anything else is asked for; one that is slow is not waited for long', async () => {
  const quick = charts();
  quick.follow(['a', 'b'], '7d');
  expect(asked).toHaveLength(1);
  histories()[0]!.answer(answerOf('a', 7));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map(({ url }) => url.searchParams.get('series') ?? url.pathname)).toEqual(['a', 'b', '/api/moments']);
  charts().follow(['slow', 'b'], '7d');
  expect(asked).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toHaveLength(6);
});

test('what is chosen before the first answer is asked for in place of what was', async () => {
  const shown = charts();
  shown.follow(['a', 'b'], '7d');
  shown.follow(['c', 'b'], '30d');
  await arrive();
  expect(histories().map(({ url }) => url.searchParams.get('series'))).toEqual(['a', 'c', 'b']);
  expect(of('/api/moments')).toHaveLength(1);
});

test('what was wrong with its subject is told with a series', () => {
  const shown = charts();
  const since = now - 5 * minute;
  const finding = 'services/down|Host/git.example';
  const episode = { episode: `${finding}@${since}`, finding, check: 'services/down', area: 'services' as const };
  const down = { ...episode, level: 'bad' as const, say: plainly('down'), since, endedAt: null, cause: null };
  const follow = (episodes: (typeof down)[]) =>
    shown.follow(['services/latency|Host/git.example', 'services/latency|Host/other'], '24h', [], episodes);
  follow([]);
  expect(shown.list()[0]?.spans).toEqual([]);
  follow([down]);
  expect(shown.list().map(({ spans }) => spans.map(({ from, to }) => [from, to]))).toEqual([[[since, null]], []]);
});

test('an answer that is on its way is not asked for again', async () => {
  const value = { history: answerOf('a', 5), from: now - day, to: now };
  const ahead = () => Promise.resolve({ ok: true as const, value });
  const shown = new Charts({ now: () => now, points: () => 100, visible: () => visible, ahead });
  shown.follow(['a'], '24h');
  await arrive();
  expect(histories()).toHaveLength(0);
  expect(shown.list()[0]?.history).toEqual(value.history);
});

test('asks again every minute while shown, not sooner, not while hidden, never after it was left', async () => {
  const shown = charts();
  const step = async (ms: number) => {
    now += ms;
    shown.follow(['a'], '7d');
    for (const { url, answer } of asked) answer(url.pathname === '/api/moments' ? { moments: [] } : answerOf('a', 1));
    await arrive();
  };
  await step(0);
  await step(30_000);
  expect(histories()).toHaveLength(1);
  await step(minute);
  expect(histories()).toHaveLength(2);
  visible = false;
  await step(5 * minute);
  expect(histories()).toHaveLength(2);
  visible = true;
  await step(0);
  expect(histories()).toHaveLength(3);
  shown.leave();
  expect(shown.list()).toEqual([]);
  now += 10 * minute;
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(histories()).toHaveLength(3);
});

test('an answer over an old range never takes the place of a newer one, however late it comes', async () => {
  const shown = charts();
  shown.follow(['a'], '7d');
  shown.follow(['a'], '30d');
  const [old, young] = histories();
  young!.answer(answerOf('a', 30));
  await arrive();
  old!.answer(answerOf('a', 7));
  await arrive();
  const [one] = shown.list();
  expect(one?.history?.points[0]?.[2]).toBe(30);
  expect(one!.to - one!.from).toBe(30 * day);
  expect(one?.range).toBe('30d');
});

test('until the new range has come the old one stays, with its own time', async () => {
  const shown = charts();
  shown.follow(['a'], '7d');
  histories()[0]!.answer(answerOf('a', 7));
  await arrive();
  shown.follow(['a'], '2y');
  const [one] = shown.list();
  expect(one).toMatchObject({ waiting: true, range: '2y' });
  expect(one!.to - one!.from).toBe(7 * day);
  histories()[1]!.answer(answerOf('a', 2));
  await arrive();
  expect(shown.list()[0]).toMatchObject({ waiting: false });
  expect(shown.list()[0]?.history?.points[0]?.[2]).toBe(2);
});

test('a series that is gone and a wall that is gone are words, and the last figures stay', async () => {
  const shown = charts();
  shown.follow(['a', 'b'], '7d');
  histories()[0]!.answer({ error: 'there is no such series' }, 404);
  await arrive();
  histories()[1]!.answer(answerOf('b', 1));
  await arrive();
  expect(shown.list()[0]).toMatchObject({ missing: true, history: null });
  now += 2 * minute;
  shown.follow(['a', 'b'], '7d');
  histories()[3]!.answer('<h1>Bad gateway</h1>', 502);
  await arrive();
  expect(shown.list()[1]).toMatchObject({ trouble: 'The wall answered 502.', missing: false });
  expect(shown.list()[1]?.history?.series).toBe('b');
});

test('a young wall shows its last hour in place of a nearly empty day', async () => {
  const shown = charts();
  shown.follow(['a'], '24h');
  histories()[0]!.answer({ ...answerOf('a', 1), points: [[now, 1, 1, 1]] });
  await arrive();
  const { searchParams } = histories()[1]!.url;
  expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(60 * minute);
});

test('moments are marks beside what the page speaks of, which is not told twice', async () => {
  const shown = charts();
  const here = [{ at: now - 5 * minute, text: 'it began', here: true as const }];
  shown.follow(['nodes/ready'], '7d', here);
  const moments: MomentsAnswer['moments'] = [
    { at: now - 10 * minute, kind: 'reboot', text: 'nuc0 rebooted' },
    { at: now - 4 * minute, kind: 'incident-begin', text: 'nuc0 is full', finding: 'nodes/full|Node/nuc0' },
  ];
  await arrive();
  of('/api/moments')[0]!.answer({ moments });
  await arrive();
  expect(shown.list()[0]?.marks.map(({ text }) => text)).toEqual(['nuc0 rebooted', 'it began']);
});

test('the chosen range is kept for the tab, and what is no range is not taken', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  } as unknown as Storage;
  new ChosenRange(storage).choose('30d');
  expect(new ChosenRange(storage).range).toBe('30d');
  kept.set([...kept.keys()][0]!, 'constructor');
  expect(new ChosenRange(storage).range).toBe('24h');
  expect(new ChosenRange(null).range).toBe('24h');
});
