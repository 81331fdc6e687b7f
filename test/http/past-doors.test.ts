import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from '#server/app.ts';
import { areas } from '#shared/area.ts';
import { cordoned, fixtureView, startedAt, type FixtureView } from './fixture-view.ts';

const hour = 3_600_000;
const day = 24 * hour;
let view: FixtureView;
let app: FastifyInstance;

beforeEach(async () => {
  view = fixtureView();
  app = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: console.error, now: () => startedAt });
});
afterEach(() => app.close());

/** The sentence of a refusal; fails if the answer is not one. */
async function refusal(url: string): Promise<{ status: number; error: string }> {
  const answer = await app.inject(url);
  return { status: answer.statusCode, error: answer.json<{ error: string }>().error };
}

describe('without from and to the last 24 hours are told', () => {
  test('of levels and moments', async () => {
    expect((await app.inject('/api/levels?subject=nodes')).json()).toEqual({
      subject: 'nodes',
      stretches: [{ level: 'ok', from: startedAt - day, to: null }],
    });
    expect((await app.inject('/api/moments')).json()).toMatchObject({ moments: [{ at: startedAt - day }] });
  });

  test('of episodes, all of them or those of an area or a finding', async () => {
    expect((await app.inject('/api/episodes')).json()).toEqual({ episodes: [] });
    await app.inject('/api/episodes?area=nodes');
    await app.inject(`/api/episodes?finding=${encodeURIComponent(cordoned.id)}&from=${startedAt - hour}`);
    expect(view.episodesAsked).toEqual([
      { from: startedAt - day, to: startedAt },
      { from: startedAt - day, to: startedAt, area: 'nodes' },
      { from: startedAt - hour, to: startedAt, finding: cordoned.id },
    ]);
  });
});

test('the wall as a whole is a subject too', async () => {
  expect((await app.inject('/api/levels?subject=wall')).statusCode).toBe(200);
  expect((await app.inject('/api/uptime?subject=wall')).json()).toEqual({ subject: 'wall', uptime: [] });
});

test('what lasts has no end, unless only what was before some time is asked for', async () => {
  const ends = async (to: number) => {
    const answer = await app.inject(`/api/levels?subject=nodes&to=${to}`);
    return answer.json<{ stretches: { to: number | null }[] }>().stretches.map((stretch) => stretch.to);
  };
  expect(await ends(startedAt - hour)).toEqual([startedAt - hour]);
  expect(await ends(startedAt)).toEqual([null]);
  expect(await ends(startedAt + hour / 2)).toEqual([null]);
});

test('what is asked for by a clock that is a little ahead ends now', async () => {
  await app.inject(`/api/episodes?to=${startedAt + hour / 2}`);
  expect(view.episodesAsked).toEqual([{ from: startedAt + hour / 2 - day, to: startedAt }]);
});

describe('whoever asks from before anything can be kept', () => {
  const earliest = startedAt - 731 * day;

  test.each(['from=0', `from=${earliest - 1}`, `from=${earliest}`])('is told all that is: %s', async (from) => {
    for (const door of ['episodes?', 'moments?', 'levels?subject=nodes&', 'history?series=api-latency&']) {
      expect((await app.inject(`/api/${door}${from}`)).statusCode, door).toBe(200);
    }
    expect(view.episodesAsked).toEqual([{ from: earliest, to: startedAt }]);
    expect((await app.inject(`/api/moments?${from}`)).json()).toMatchObject({ moments: [{ at: earliest }] });
  });

  test.each(['to=5', 'from=1&to=2', `to=${earliest}`])('until before that is told so: %s', async (bounds) => {
    for (const door of ['episodes?', 'moments?', 'levels?subject=nodes&', 'history?series=api-latency&']) {
      expect(await refusal(`/api/${door}${bounds}`), door).toEqual({
        status: 400,
        error: 'to must not be more than two years ago: nothing is kept of then',
      });
    }
  });
});

describe('is refused with a sentence:', () => {
  const time = 'must be a time in epoch milliseconds';
  const known = (...names: string[]) => `those known are ${names.join(', ')}`;

  test.each([
    ['/api/levels', 'subject is missing'],
    ['/api/levels?subject=', 'subject must not be empty'],
    ['/api/levels?subject=nodes&subject=jobs', 'subject must be given once'],
    ['/api/levels?subject=nodes&subject=', 'subject must be given once'],
    ['/api/levels?subject[]=nodes', 'subject is missing'],
    [`/api/levels?subject=${'x'.repeat(2_001)}`, 'subject is too long'],
    ['/api/levels?subject=nodes&from=yesterday', `from ${time}`],
    ['/api/levels?subject=nodes&from=-1', `from ${time}`],
    ['/api/levels?subject=nodes&from=', `from ${time}`],
    ['/api/levels?subject=nodes&from=1e12', `from ${time}`],
    ['/api/levels?subject=nodes&from=1.5', `from ${time}`],
    ['/api/levels?subject=nodes&from=NaN', `from ${time}`],
    ['/api/levels?subject=nodes&from=%00', `from ${time}`],
    [`/api/levels?subject=nodes&from=${'9'.repeat(400)}`, `from ${time}`],
    ['/api/levels?subject=nodes&from=1&from=2', 'from must be given once'],
    ['/api/levels?subject=nodes&from=9&to=9', 'from must be before to'],
    ['/api/levels?subject=nodes&form=9', `unknown parameter form: ${known('subject', 'from', 'to')}`],
    ['/api/levels?subject=nodes&__proto__=9', `unknown parameter __proto__: ${known('subject', 'from', 'to')}`],
    ['/api/levels?subject=nodes&=', `unknown parameter : ${known('subject', 'from', 'to')}`],
    ['/api/uptime', 'subject is missing'],
    ['/api/uptime?subject=nodes&from=1', `unknown parameter from: ${known('subject')}`],
    ['/api/uptime?subject=nodes&subject=nodes', 'subject must be given once'],
    ['/api/episodes?area=nods', `area must be one of ${areas.join(', ')}`],
    ['/api/episodes?area=', `area must be one of ${areas.join(', ')}`],
    ['/api/episodes?area=nodes&area=jobs', 'area must be given once'],
    ['/api/episodes?finding=', 'finding must not be empty'],
    ['/api/episodes?constructor=x', `unknown parameter constructor: ${known('area', 'finding', 'from', 'to')}`],
    ['/api/moments?from=1&to=999999999999999', `to ${time}`],
    ['/api/moments?subject=nodes', `unknown parameter subject: ${known('from', 'to')}`],
    [`/api/moments?from=${startedAt}&to=${startedAt + 1}`, 'from must not be in the future'],
    [`/api/moments?from=${startedAt - 1}&to=${startedAt + 2 * hour}`, 'to must not be in the future'],
  ])('%s', async (url, error) => {
    expect(await refusal(url)).toEqual({ status: 400, error });
  });

  test('a parameter whose name is a book is not told back whole', async () => {
    const { status, error } = await refusal(`/api/moments?${'x'.repeat(5_000)}=1`);
    expect([status, error.length < 200]).toEqual([400, true]);
  });
});

test.each(['levels', 'uptime'])('%s of a subject that does not exist is 404', async (door) => {
  for (const subject of ['nowhere', '../nodes', 'nodes%00', "'; drop table levels; --", '%E2%80%AE']) {
    expect(await refusal(`/api/${door}?subject=${subject}`), subject).toEqual({
      status: 404,
      error: 'there is no such subject: it is an area, wall or the id of a finding',
    });
  }
});
