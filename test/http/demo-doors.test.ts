import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from '#server/app.ts';
import type { DemoView } from '#server/http/demo-doors.ts';
import { fixtureView, startedAt } from './fixture-view.ts';

const scenarios = [
  { name: 'calm', title: 'All well', about: 'Nothing bad happens.' },
  { name: 'crash-loop', title: 'A database crashes', about: 'It crashes again and again.' },
];
let playing: string;
let app: FastifyInstance;

function appWith(demo?: DemoView): Promise<FastifyInstance> {
  const rest = { pageDirectory: '/nowhere', build: 'test', log: () => undefined, now: () => startedAt };
  return buildApp({ view: fixtureView(), demo, ...rest });
}

beforeEach(async () => {
  playing = 'calm';
  app = await appWith({
    offers: () => scenarios,
    playing: () => ({ scenario: playing, shows: playing, since: startedAt }),
    play(scenario) {
      const isKnown = scenarios.some(({ name }) => name === scenario);
      if (isKnown) playing = scenario;
      return isKnown;
    },
  });
});
afterEach(() => app.close());

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/api/demo',
    headers: { 'content-type': 'application/json', host: 'wall.example', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

test('what can be played and what plays is told', async () => {
  const answer = await app.inject('/api/demo');
  expect(answer.json()).toEqual({ scenarios, playing: { scenario: 'calm', shows: 'calm', since: startedAt } });
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('a scenario is played, and the answer says so', async () => {
  const answer = await post({ scenario: 'crash-loop' });
  expect([answer.statusCode, answer.json().playing.scenario]).toEqual([200, 'crash-loop']);
  expect(playing).toBe('crash-loop');
});

test.each<[what: string, body: unknown, sentence: string]>([
  ['an unknown scenario', { scenario: 'clam' }, 'there is no such scenario: the scenarios are calm, crash-loop'],
  ['no scenario', {}, 'scenario is missing'],
  ['another type', { scenario: 7 }, 'scenario must be the name of a scenario'],
  ['an empty name', { scenario: '' }, 'scenario must be the name of a scenario'],
  ['a name without end', { scenario: 'x'.repeat(101) }, 'scenario is too long'],
  ['a list', [], 'scenario is missing'],
  ['nothing', 'null', 'send an object such as { "scenario": "crash-loop" }'],
  ['no JSON', '{', 'the body is no valid JSON'],
])('%s is refused in words, and nothing changes', async (_what, body, sentence) => {
  const answer = await post(body);
  expect([answer.statusCode, answer.json()]).toEqual([400, { error: sentence }]);
  expect(playing).toBe('calm');
});

test('the page of another site may not play', async () => {
  const answer = await post({ scenario: 'crash-loop' }, { origin: 'https://evil.example' });
  expect(answer.statusCode).toBe(403);
  expect(playing).toBe('calm');
  expect((await post({ scenario: 'crash-loop' }, { origin: 'http://wall.example' })).statusCode).toBe(200);
});

test('a wall that watches a cluster has no such doors', async () => {
  const other = await appWith();
  const answers = [await other.inject('/api/demo'), await other.inject({ method: 'POST', url: '/api/demo' })];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
  await other.close();
});
