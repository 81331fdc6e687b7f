import { describe, expect, test } from 'vitest';
import { doubtOfAbsence } from '#server/cluster/not-found.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { trouble } from '#server/cluster/trouble.ts';
import { refuse } from './scripted-api.ts';
import { play } from './play.ts';

const notFound = trouble('absent', '404 Not Found: 404 page not found', '404');
const gateways = '/apis/gateway.networking.k8s.io/v1/gateways';

describe('a 404', () => {
  test('for a kind that was never seen is absence while an API server answers at the door', () => {
    expect(doubtOfAbsence(gateways, { apiAskedAt: performance.now() })(notFound, false)?.kind).toBe('absent');
    expect(doubtOfAbsence(gateways, { apiAskedAt: -Infinity })(notFound, false)).toEqual({
      ...notFound,
      kind: 'failing',
    });
  });

  test('for what was seen before is absence once an API server has answered since', () => {
    const gate = { apiAskedAt: performance.now() };
    const doubted = doubtOfAbsence(gateways, gate);
    expect(doubted(notFound, true)?.kind).toBe('failing');
    expect(doubted(notFound, true)?.kind).toBe('failing');
    gate.apiAskedAt = performance.now() + 1;
    expect(doubted(notFound, true)?.kind).toBe('absent');
    gate.apiAskedAt = -Infinity;
    expect(doubted(notFound, true)?.kind, 'what is proven stays so').toBe('absent');
    expect(doubted(null, true)).toBeNull();
    expect(doubted(notFound, true)?.kind, 'what is back must be proven anew').toBe('failing');
  });

  test('for what every API server serves is never absence', () => {
    const absent = kinds.filter(
      ({ path }) => doubtOfAbsence(path, { apiAskedAt: Infinity })(notFound, true)?.kind === 'absent',
    );
    const always = kinds.filter((kind) => !absent.includes(kind)).map((kind) => kind.source);
    const served = kinds.filter(({ rule }) => ['', 'apps', 'coordination.k8s.io'].includes(rule.group));
    expect(always.sort()).toEqual(served.map(({ source }) => source).sort());
    expect(always).toEqual(expect.arrayContaining(['nodes', 'pods', 'leases', 'deployments']));
  });

  test('leaves every other trouble as it is', () => {
    const refused = trouble('forbidden', '403', '403');
    expect(doubtOfAbsence('/api/v1/nodes', { apiAskedAt: -Infinity })(refused, true)).toBe(refused);
  });
});

describe('a server that was an API and answers 404 to everything', () => {
  test.each(['nodes', 'ingresses'])(
    'is an answer that is no good: the %s stay, and are told to be failing',
    async (source) => {
      const { api, synced, until, state, names, told } = await play({
        source,
        before: (server) => server.put(named('a')),
      });
      await synced();
      api.scripts.push((_, answer) => {
        answer.writeHead(404, { 'content-type': 'text/plain' });
        answer.end('404 page not found\n');
        return 'answered';
      });
      const before = api.seen.length;
      api.endWatches();
      await until('it was asked several times', () => api.seen.length > before + 4);
      expect(state()).toBe('failing');
      expect(told.states.map((each) => each.state)).not.toContain('absent');
      expect(names()).toEqual(['house/a']);
      api.scripts.length = 0;
      await synced();
    },
  );

  test('is believed to have no such kind once an API server has answered at the door since', async () => {
    const { api, synced, until, state, told, gate } = await play({
      source: 'ingresses',
      before: (server) => server.put(named('a')),
    });
    await synced();
    api.scripts.push((_, answer) => {
      refuse(answer, 404, 'NotFound', 'the server could not find the requested resource');
      return 'answered';
    });
    api.endWatches();
    await until('it is in doubt', () => state() === 'failing');
    expect(told.facts.size).toBe(1);
    gate.set(true, '');
    await until('it is told', () => state() === 'absent');
    expect(told.facts.size).toBe(0);
  });
});

const named = (name: string) => ({
  metadata: { name, namespace: 'house', uid: `uid-${name}` },
});
