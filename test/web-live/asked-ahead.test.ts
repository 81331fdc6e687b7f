import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { AskedAhead } from '#web/live/asked-ahead.ts';
import { KnownSeries } from '#web/live/known-series.ts';
import { answerHistory, answerSeries } from '#test/web/chart-fixtures.ts';

let now: number;
let asked: URL[];
let known: KnownSeries;
let ahead: AskedAhead;

beforeEach(() => {
  now = 1_800_000_000_000;
  asked = [];
  known = new KnownSeries();
  ahead = new AskedAhead(known, () => now);
  vi.stubGlobal('innerWidth', 1_920);
  vi.stubGlobal('fetch', (path: string) => {
    const url = new URL(path, 'http://wall');
    asked.push(url);
    const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
    const series = url.searchParams.get('series');
    const body = series === null ? answerSeries('nodes') : answerHistory(series, from, to, 288);
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => vi.unstubAllGlobals());

const first = 'nodes/ready';
const paths = () => asked.map(({ pathname }) => pathname);
const prepared = () => vi.waitFor(() => expect(paths()).toContain('/api/history'));

test('asks for the names, then for the first chart alone, and whoever opens the page has it', async () => {
  ahead.prepare('nodes', [], '24h');
  await prepared();
  expect(paths()).toEqual(['/api/series', '/api/history']);
  expect(await ahead.take(first, '24h')).toMatchObject({ ok: true, value: { history: { series: first }, to: now } });
  expect(ahead.take(first, '24h')).toBeNull();
});

test('the series of a finding comes first, and names that are known are not asked for', async () => {
  await known.ask('nodes');
  ahead.prepare('nodes', ['nodes/disk|Node/nuc0'], '7d');
  await prepared();
  expect(paths()).toEqual(['/api/series', '/api/history']);
  expect(ahead.take('nodes/disk|Node/nuc0', '7d')).not.toBeNull();
});

test('a pointer that moves about asks once', async () => {
  for (let i = 0; i < 20; i += 1) ahead.prepare('nodes', [], '24h');
  await prepared();
  expect(paths()).toEqual(['/api/series', '/api/history']);
});

test('another range, another series and what is old are not taken', async () => {
  ahead.prepare('nodes', [], '24h');
  await prepared();
  expect(ahead.take(first, '7d')).toBeNull();
  expect(ahead.take('nodes/cpu|Node/nuc0', '24h')).toBeNull();
  now += 10_000;
  expect(ahead.take(first, '24h')).toBeNull();
});

test('names that two ask for at once are asked for once', async () => {
  const answers = await Promise.all([known.ask('nodes'), known.ask('nodes')]);
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(paths()).toEqual(['/api/series']);
  await known.ask('nodes');
  expect(paths()).toEqual(['/api/series', '/api/series']);
});
