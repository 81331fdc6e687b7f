import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { nodeLost } from '#test/web/scenes.ts';
import { acknowledge, askArea, askFinding, askHistory, askMoments, takeBack } from '#web/live/doors.ts';

const { board } = nodeLost(1_700_000_000_000);
const [finding] = board.findings;
if (finding === undefined) throw new Error('the scene has a finding');
let app: FastifyInstance;
let received: unknown[];

beforeAll(async () => {
  received = [];
  app = Fastify();
  app.get('/api/areas/nodes', () => ({ area: 'nodes', rows: [] }));
  app.get('/api/areas/jobs', (_, reply) => reply.type('text/html').send('<h1>login</h1>'));
  app.get<{ Params: { id: string } }>('/api/findings/:id', ({ params }, reply) =>
    params.id === finding.id ? finding : reply.code(404).send({ error: 'there is no such finding now' }),
  );
  app.get('/api/history', ({ query }) => ({ query }));
  app.get('/api/moments', (_, reply) => reply.code(502).type('text/html').send('<h1>Bad gateway</h1>'));
  app.post('/api/acknowledgements', ({ body }) => {
    received.push(body);
    return {};
  });
  app.delete('/api/acknowledgements', ({ body }, reply) => {
    received.push(body);
    return reply.code(204).send();
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const real = globalThis.fetch;
  // A page's addresses are relative to where it came from; Node has no such place.
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(new URL(path, address), init));
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await app.close();
});

test('an answer is a value', async () => {
  expect(await askArea('nodes')).toEqual({ ok: true, value: { area: 'nodes', rows: [] } });
});

test('an id with slashes and bars is asked for whole', async () => {
  expect(await askFinding(finding.id)).toMatchObject({ ok: true, value: { id: finding.id } });
});

test('times are sent as whole milliseconds', async () => {
  const answer = await askHistory('api', 1.5, 10.4, 3);
  expect(answer).toEqual({ ok: true, value: { query: { series: 'api', from: '2', to: '10', points: '3' } } });
});

test('a refusal comes in the words of the wall, and what is not there is marked so', async () => {
  expect(await askFinding('nodes/other|Node/x')).toEqual({
    ok: false,
    missing: true,
    sentence: 'The wall says: there is no such finding now.',
  });
});

test('a refusal without words is told by its number', async () => {
  expect(await askMoments(0, 1)).toEqual({ ok: false, missing: false, sentence: 'The wall answered 502.' });
});

test('what is not JSON is no answer', async () => {
  expect(await askArea('jobs')).toMatchObject({ ok: false, sentence: 'The wall gave an answer that cannot be read.' });
});

test('an acknowledgement names the episode, and taking it back takes an empty answer', async () => {
  expect(await acknowledge(finding, 'mine')).toMatchObject({ ok: true });
  expect(await takeBack(finding)).toEqual({ ok: true, value: null });
  const { id, episode } = finding;
  expect(received).toEqual([
    { finding: id, episode, meaning: 'mine' },
    { finding: id, episode },
  ]);
});

test('a wall that is gone is a sentence, not an exception', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  expect(await askArea('nodes')).toMatchObject({ ok: false, sentence: 'The wall cannot be reached.' });
});
