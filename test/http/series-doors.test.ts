import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from '#server/app.ts';
import { csvFileName, historyCsv } from '#server/http/history-csv.ts';
import { prefersCsv } from '#server/http/prefers-csv.ts';
import { areas } from '#shared/area.ts';
import { fixtureView, startedAt } from './fixture-view.ts';

const minute = 60_000;
const asked = `/api/history?series=api-latency&from=${startedAt - minute}&to=${startedAt}&points=7`;
let app: FastifyInstance;

beforeEach(async () => {
  const view = fixtureView();
  app = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: console.error, now: () => startedAt });
});
afterEach(() => app.close());

async function refusal(url: string): Promise<{ status: number; error: string }> {
  const answer = await app.inject(url);
  return { status: answer.statusCode, error: answer.json<{ error: string }>().error };
}

test('the series of an area are named', async () => {
  expect((await app.inject('/api/series?area=nodes')).json()).toEqual({
    series: [{ series: 'nodes/ready', title: 'Ready', unit: 'count', area: 'nodes' }],
  });
});

describe('a history', () => {
  test('has as many points as asked for', async () => {
    expect((await app.inject(asked)).json()).toMatchObject({ series: 'api-latency', unit: 'ms', step: 15_000 });
    expect((await app.inject(asked)).json()).toMatchObject({ points: { length: 2, 0: [startedAt - minute, 1, 2, 7] } });
  });

  test('is a file of comma-separated values for whoever asks for one', async () => {
    const { headers, body, statusCode } = await app.inject({ url: asked, headers: { accept: 'text/csv' } });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="api-latency.csv"');
    expect(headers['vary']).toContain('accept');
    expect(body).toBe('at,min,average,max\n2026-04-01T11:59:00.000Z,1,2,7\n2026-04-01T11:59:15.000Z,,,\n');
  });

  test('is JSON for everybody else, and says that it depends on who asks', async () => {
    const { headers } = await app.inject({ url: asked, headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([headers['content-type'], headers['vary']]).toEqual([
      expect.stringContaining('application/json'),
      expect.stringContaining('accept'),
    ]);
  });

  test('that does not exist is 404 in either form, with a sentence in JSON', async () => {
    for (const accept of ['text/csv', 'application/json']) {
      const answer = await app.inject({ url: '/api/history?series=nothing', headers: { accept } });
      expect([answer.statusCode, answer.json()]).toEqual([404, { error: 'there is no such series' }]);
    }
  });
});

describe('is refused with a sentence:', () => {
  const count = 'points must be a whole number from 2 to 2000';

  test.each([
    ['/api/series', 'area is missing'],
    ['/api/series?area=nods', `area must be one of ${areas.join(', ')}`],
    ['/api/series?area=__proto__', `area must be one of ${areas.join(', ')}`],
    ['/api/series?area=nodes&area=jobs', 'area must be given once'],
    ['/api/series?area=nodes&from=1', 'unknown parameter from: those known are area'],
    ['/api/history?from=1&to=2', 'series is missing'],
    ['/api/history?series=&from=1&to=2', 'series must not be empty'],
    ['/api/history?series=x&series=y', 'series must be given once'],
    ['/api/history?series=x&points=1', count],
    ['/api/history?series=x&points=1e9', count],
    ['/api/history?series=x&points=2001', count],
    ['/api/history?series=x&points=', count],
    ['/api/history?series=x&points=-5', count],
    ['/api/history?series=x&points=3&points=4', 'points must be given once'],
    ['/api/history?series=x&from=5&to=4', 'from must be before to'],
    ['/api/history?series=x&step=5', 'unknown parameter step: those known are series, points, from, to'],
  ])('%s', async (url, error) => {
    expect(await refusal(url)).toEqual({ status: 400, error });
  });
});

describe('whether CSV is wanted', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/csv', true],
    ['TEXT/CSV; header=present', true],
    ['text/*', true],
    ['text/csv, application/json', false],
    ['text/csv, application/json;q=0.9', true],
    ['text/csv;q=0.5, application/json', false],
    ['text/csv;q=0.5, */*;q=0.1', true],
    ['text/csv;q=0, */*', false],
    ['application/json;q=0, */*', true],
    ['text/csv;q=high', false],
    ['text/csv;q=', false],
    ['text/csv;q=7', false],
    ['text/csv;q=-1, */*;q=0.1', false],
    ['image/png', false],
    ['text/csv,'.repeat(500), false],
    [',;=/,;q', false],
  ])('is read of %j', (accept, wanted) => {
    expect(prefersCsv(accept)).toBe(wanted);
  });
});

test('figures in a file are as exact as they were measured', () => {
  expect(historyCsv([[0, 0.1, 1 / 3, 1e21]])).toBe(
    'at,min,average,max\n1970-01-01T00:00:00.000Z,0.1,0.3333333333333333,1e+21\n',
  );
});

test.each([
  ['nodes/disk|Node/nuc0', 'nodes-disk-Node-nuc0.csv'],
  ['../../etc/passwd', 'etc-passwd.csv'],
  ['a"; filename="b\r\nx: y', 'a-filename-b-x-y.csv'],
  ['ノード', 'series.csv'],
  ['x'.repeat(500), `${'x'.repeat(120)}.csv`],
])('the file of %j is called %s', (series, name) => {
  expect(csvFileName(series)).toBe(name);
});
