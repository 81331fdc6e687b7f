import { describe, expect, test } from 'vitest';
import { startTurns } from '#server/cluster/start-turns.ts';
import { play, rawNode } from './play.ts';
import { bookmarkLine, eventLine, refuse, type Answer, type ScriptedApi, type SeenRequest } from './scripted-api.ts';

const isWatchList = ({ query }: SeenRequest): boolean => query['sendInitialEvents'] === 'true';
const isWatch = (request: SeenRequest): boolean => request.query['watch'] === 'true' && !isWatchList(request);
const isList = ({ query }: SeenRequest): boolean => query['watch'] === undefined;

/** A server with these nodes. */
function nodes(...names: string[]) {
  return (api: ScriptedApi): void => names.forEach((name) => api.put(rawNode(name)));
}

/** Lets `times` requests that match be answered by `how` instead of the server. */
function instead(
  api: ScriptedApi,
  matches: (request: SeenRequest) => boolean,
  times: number,
  how: (answer: Answer) => void,
) {
  let left = times;
  api.scripts.push((request, answer) => {
    if (left === 0 || !matches(request)) return undefined;
    left -= 1;
    how(answer);
    return 'answered';
  });
}

describe.each(['h1', 'h2'] as const)('list-watch over %s', (protocol) => {
  test('has the whole state by one WatchList, then follows every change on the same stream', async () => {
    const { api, synced, names, told, rights } = await play({ protocol, before: nodes('nuc0', 'nuc1') });
    await synced();
    api.put(rawNode('nuc2'));
    api.remove('nuc0');
    api.put(rawNode('nuc1', { spec: { unschedulable: true } }));
    await synced();
    expect(names()).toEqual(['nuc1', 'nuc2']);
    expect(api.seen).toHaveLength(1);
    expect(api.seen[0]?.query).toMatchObject({ resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' });
    expect(api.seen[0]?.query).not.toHaveProperty('resourceVersion');
    expect(told.states.map(({ state }) => state)).toEqual(['syncing', 'synced']);
    expect(told.restarts).toEqual({});
    expect(rights).toEqual([{ granted: true, message: '' }]);
  });

  test('asks for watches that end after 300 to 600 s', async () => {
    const { api, synced } = await play({ protocol });
    await synced();
    const seconds = Number(api.seen[0]?.query['timeoutSeconds']);
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  test('an empty cluster is synced, too', async () => {
    const { synced, told } = await play({ protocol });
    await synced();
    expect(told.replaced).toBe(1);
  });

  test('is fresh as often as the connection shows life', async () => {
    const { api, synced, told, until } = await play({ protocol });
    await synced();
    const before = told.freshAt!;
    await until('a later sign of life', () => {
      if (protocol === 'h1') api.bookmark();
      return told.freshAt! > before;
    });
    expect(told.freshAt).toBeLessThanOrEqual(Date.now());
  });

  test('goes on from the last version at once after a stream ended in good order, without a flicker', async () => {
    const { api, synced, told, until } = await play({ protocol, before: nodes('nuc0') });
    await synced();
    api.put(rawNode('nuc1'));
    api.bookmark();
    await synced();
    const { version } = api;
    api.endWatches();
    api.put(rawNode('missed'));
    await synced();
    await until('the watch goes on', () => api.watchers.size === 1);
    expect(api.seen.filter(isWatch).map(({ query }) => query['resourceVersion'])).toEqual([version]);
    expect(told.states.map(({ state }) => state)).toEqual(['syncing', 'synced']);
    expect(told.restarts).toEqual({ 'closed by server': 1 });
    expect(told.replaced).toBe(1);
  });

  test('a connection that is cut is made anew and nothing is lost', async () => {
    const { api, synced, told } = await play({ protocol, before: nodes('nuc0', 'nuc1') });
    await synced();
    api.reset();
    api.remove('nuc0');
    api.put(rawNode('nuc2'));
    await synced();
    expect(told.replaced).toBe(1);
    expect(told.restarts).toMatchObject({ 'connection lost': 1 });
  });

  test('a line cut in half ends the stream and is had again', async () => {
    const { api, synced, told } = await play({ protocol, before: nodes('nuc0') });
    await synced();
    api.say('{"type":"ADDED","object":{"metadata":{"name":"half');
    api.endWatches();
    api.put(rawNode('nuc1'));
    await synced();
    expect(told.restarts).toEqual({ 'half a line': 1 });
  });

  test('stop ends the request and nothing comes after', async () => {
    const { api, synced, watch, told, until } = await play({ protocol, before: nodes('nuc0') });
    await synced();
    watch.stop();
    await watch.ended;
    await until('the server sees it go', () => api.watchers.size === 0);
    api.put(rawNode('late'));
    expect([...told.facts.keys()]).toEqual(['nuc0']);
    expect(told.states.at(-1)?.state).toBe('synced');
  });
});

describe('where WatchList is not to be had', () => {
  test.each([
    ['refuses it (422)', 'refuses', { '422': 1 }],
    ['has an etcd that cannot (500)', 'progress-disabled', { '500': 1 }],
    ['ignores the parameter', 'ignores', { 'no initial end': 1 }],
    ['ignores the parameter and sends bookmarks', 'ignores-with-bookmarks', { 'no initial end': 1 }],
  ] as const)('pages of a list come instead when the server %s', async (_, support, restarts) => {
    const { api, synced, told, until } = await play({
      limits: { pageSize: 2 },
      before: (server) => {
        server.watchList = support;
        nodes('a', 'b', 'c', 'd', 'e')(server);
      },
    });
    await synced();
    await until('the watch is open', () => api.seen.some(isWatch) && api.watchers.size > 0);
    const lists = api.seen.filter(isList).map(({ query }) => query);
    const { version } = api;
    expect(lists).toEqual([
      { limit: '2' },
      { limit: '2', continue: `${version}:2` },
      { limit: '2', continue: `${version}:4` },
    ]);
    expect(told.restarts).toEqual(restarts);
    expect(api.seen.filter(isWatch)[0]?.query['resourceVersion']).toBe(version);
    api.put(rawNode('f'));
    await synced();
  });

  test('it is remembered: the next whole state comes by pages at once', async () => {
    const { api, synced, told, until } = await play({
      before: (server) => {
        server.watchList = 'refuses';
        nodes('a')(server);
      },
    });
    await synced();
    await until('the watch is open', () => api.watchers.size > 0);
    api.endWatches();
    api.put(rawNode('b'));
    api.compact();
    await synced();
    await until('a second whole state', () => told.replaced === 2);
    expect(api.seen.filter(isWatchList)).toHaveLength(1);
  });

  test('a busy server that ignores the parameter is found out although bytes keep coming', async () => {
    const { api, synced, until } = await play({
      before: (server) => {
        server.watchList = 'ignores';
        nodes('a')(server);
      },
    });
    const busy = setInterval(() => api.put(rawNode('a')), 5);
    await until('it lists', () => api.seen.some(isList));
    clearInterval(busy);
    await synced();
  });

  test('pages that fail as well show that it was not for want of WatchList', async () => {
    const { api, synced } = await play({
      before: (server) => {
        nodes('a')(server);
        instead(server, isWatchList, 1, (answer) => {
          answer.writeHead(200, {});
          answer.flushHeaders();
        });
        instead(server, isList, 1, (answer) => refuse(answer, 500, 'InternalError', 'etcd is down'));
      },
    });
    await synced();
    expect(api.seen.map((request) => (isWatchList(request) ? 'stream' : 'pages'))).toEqual([
      'stream',
      'pages',
      'stream',
    ]);
  });

  test('a continue token that has expired begins anew, once without pages', async () => {
    const { api, synced } = await play({
      limits: { pageSize: 2 },
      before: (server) => {
        server.watchList = 'refuses';
        nodes('a', 'b', 'c')(server);
        server.scripts.push(({ query }) => {
          if (query['continue'] === undefined) return undefined;
          server.remove('a');
          server.compact();
          return undefined;
        });
      },
    });
    await synced();
    expect(api.seen.filter(isList).map(({ query }) => query)).toEqual([
      { limit: '2' },
      { limit: '2', continue: expect.any(String) as string },
      {},
    ]);
  });

  test('a page that fails loses nothing that was known', async () => {
    const { api, synced, until, state, names } = await play({
      limits: { pageSize: 2 },
      before: (server) => {
        server.watchList = 'refuses';
        nodes('a', 'b', 'c')(server);
      },
    });
    await synced();
    await until('the watch is open', () => api.watchers.size > 0);
    let healed = false;
    api.scripts.push(({ query }, answer) => {
      if (healed || query['continue'] === undefined) return undefined;
      refuse(answer, 500, 'InternalError', 'etcdserver: request timed out');
      return 'answered';
    });
    api.put(rawNode('d'));
    api.endWatches();
    api.put(rawNode('e'));
    api.compact();
    await until('it fails', () => state() === 'failing');
    expect(names().slice(0, 3)).toEqual(['a', 'b', 'c']);
    healed = true;
    await synced();
  });
});

describe('versions', () => {
  test('410 within the stream begins anew with the last version, and replaces by what is there', async () => {
    const { api, synced, told } = await play({ before: nodes('gone', 'kept') });
    await synced();
    const { version } = api;
    api.endWatches();
    api.remove('gone');
    api.put(rawNode('new'));
    api.compact();
    await synced();
    expect(told.restarts).toEqual({ 'closed by server': 1, '410': 1 });
    expect(api.seen.filter(isWatchList).map(({ query }) => query['resourceVersion'])).toEqual([undefined, version]);
    expect(told.states.map(({ state }) => state)).toEqual(['syncing', 'synced']);
  });

  test('410 as an answer does the same, and a second one asks for whatever there is', async () => {
    const { api, synced, told } = await play({ before: nodes('a') });
    await synced();
    instead(api, isWatch, 1, (answer) => refuse(answer, 410, 'Expired', 'too old resource version'));
    instead(api, isWatchList, 1, (answer) => refuse(answer, 410, 'Expired', 'too old resource version'));
    api.endWatches();
    api.put(rawNode('b'));
    await synced();
    expect(told.restarts).toEqual({ 'closed by server': 1, '410': 2 });
    expect(api.seen.filter(isWatchList).at(-1)?.query).not.toHaveProperty('resourceVersion');
  });

  test('410 without end does not become a storm', async () => {
    const { api, synced, told, until, state } = await play({ before: nodes('a') });
    await synced();
    api.scripts.push((_, answer) => {
      refuse(answer, 410, 'Expired', 'too old resource version');
      return 'answered';
    });
    api.endWatches();
    await until('it is called failing', () => state() === 'failing');
    const before = told.restarts['410']!;
    await new Promise((resolve) => setTimeout(resolve, 200));
    // The longest wait here is 40 to 80 ms.
    expect(told.restarts['410']! - before).toBeLessThan(20);
    expect([...told.facts.keys()]).toEqual(['a']);
  });

  test('a version too large for the server leads to whatever there is', async () => {
    const { api, synced, told, until } = await play({ before: nodes('a', 'b') });
    await synced();
    instead(api, isWatch, 1, (answer) => refuse(answer, 504, 'Timeout', 'Too large resource version: 12, current: 3'));
    api.endWatches();
    await until('the whole state has come again', () => told.replaced === 2);
    expect(told.restarts).toEqual({ 'closed by server': 1, '504': 1 });
    expect(api.seen.at(-1)?.query).not.toHaveProperty('resourceVersion');
  });

  test('an etcd wiped while the API was away is noticed, although a watch from the future would be silent', async () => {
    const { api, synced, told } = await play({ before: nodes('old0', 'old1') });
    await synced();
    api.reset();
    api.wipe();
    api.put(rawNode('new0'));
    await synced();
    expect([...told.facts.keys()]).toEqual(['new0']);
    expect(told.restarts).toMatchObject({ 'set back': 1 });
  });

  test('410 after other failures does not wait as for one failure more', async () => {
    const backOff = { baseMs: 100, mostMs: 100_000, forgetMs: 1e6 };
    const { api, synced, told } = await play({ limits: { backOff }, before: nodes('a') });
    await synced();
    instead(
      api,
      () => true,
      2,
      (answer) => refuse(answer, 500, 'InternalError', 'etcd is down'),
    );
    api.endWatches();
    api.put(rawNode('b'));
    api.compact();
    await synced();
    expect(told.restarts).toEqual({ 'closed by server': 1, '500': 2, '410': 1 });
    // Two waits of 100 to 200 ms and 200 to 400 ms; a third one would be of 400 to 800 ms.
    const waited = told.states.map(({ state }) => state);
    expect(waited).toEqual(['syncing', 'synced', 'failing', 'failing', 'synced']);
  });

  test('an object recreated under its name while nobody watched is another one', async () => {
    const { api, synced, told } = await play({ before: nodes('nuc0') });
    await synced();
    const before = told.facts.get('nuc0')?.uid;
    api.endWatches();
    api.remove('nuc0');
    api.put(rawNode('nuc0'));
    api.compact();
    await synced();
    expect(told.facts.get('nuc0')?.uid).not.toBe(before);
  });

  test('bookmarks carry the version on: no whole state is needed after a quiet time', async () => {
    const { api, synced, told, until } = await play({ before: nodes('a') });
    await synced();
    for (let i = 0; i < 5; i += 1) api.put(rawNode('a'));
    await until('the stream is read', () => told.facts.size === 1);
    api.bookmark();
    api.compact();
    await until('a sign of life', () => told.freshAt !== null);
    api.endWatches();
    api.put(rawNode('b'));
    await synced();
    expect(told.replaced).toBe(1);
  });
});

describe('refusals', () => {
  test('429 waits as long as the server asks for, keeps the version, and says so', async () => {
    const { api, synced, told, until, state } = await play({ before: nodes('a') });
    await synced();
    let askedAt = 0;
    instead(api, isWatch, 1, (answer) => {
      askedAt = performance.now();
      refuse(answer, 429, 'TooManyRequests', 'please try again later', { 'retry-after': '1' });
    });
    api.endWatches();
    await until('it is told', () => state() === 'failing');
    expect(told.states.at(-1)?.reason).toBe('429 Too Many Requests: please try again later');
    await synced();
    expect(performance.now() - askedAt).toBeGreaterThan(950);
    expect(told.replaced).toBe(1);
  });

  test('an absurd Retry-After is not believed', async () => {
    const { api, synced } = await play({ limits: { retryAfterMostMs: 50 }, before: nodes('a') });
    await synced();
    const refusal = { 'retry-after': '99999999999' };
    instead(api, isWatch, 1, (answer) => refuse(answer, 503, 'ServiceUnavailable', 'later', refusal));
    api.endWatches();
    api.put(rawNode('b'));
    await synced();
  });

  test('401 is told, and the streams that live go on', async () => {
    const { api, synced, until, state, gate, told } = await play({ before: nodes('a') });
    await synced();
    api.scripts.push((_, answer) => {
      refuse(answer, 401, 'Unauthorized', 'Unauthorized');
      return 'answered';
    });
    gate.set(false, '401 Unauthorized');
    api.put(rawNode('b'));
    await synced();
    gate.set(true, '');
    api.endWatches();
    await until('it is told', () => state() === 'unauthorized');
    expect([...told.facts.keys()]).toEqual(['a', 'b']);
    api.scripts.length = 0;
    await synced();
  });

  test('403 at the beginning is told with the right that is missing, and hardly asked again', async () => {
    const { api, until, state, rights, told } = await play({
      before: (server) => {
        server.scripts.push((_, answer) => {
          refuse(answer, 403, 'Forbidden', 'nodes is forbidden: User "wall" cannot watch resource "nodes"');
          return 'answered';
        });
      },
    });
    await until('it is told', () => state() === 'forbidden');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(api.seen).toHaveLength(1);
    const reason = '403 Forbidden: nodes is forbidden: User "wall" cannot watch resource "nodes"';
    expect(told.states.at(-1)).toEqual({ state: 'forbidden', reason });
    expect(rights).toEqual([{ granted: false, message: reason }]);
  });

  test('403 is asked again as soon as all has changed', async () => {
    let allowed = false;
    const { synced, until, state, watch, rights } = await play({
      before: (server) => {
        nodes('a')(server);
        server.scripts.push((_, answer) => {
          if (allowed) return undefined;
          refuse(answer, 403, 'Forbidden', 'no');
          return 'answered';
        });
      },
    });
    await until('it is told', () => state() === 'forbidden');
    allowed = true;
    watch.hurry();
    await synced();
    expect(rights.map(({ granted }) => granted)).toEqual([false, true]);
  });

  test('403 after it had been seen is doubted first, then told, and what was known is kept', async () => {
    const { api, synced, until, state, names, told } = await play({ before: nodes('a') });
    await synced();
    api.scripts.push((_, answer) => {
      refuse(answer, 403, 'Forbidden', 'no');
      return 'answered';
    });
    api.endWatches();
    await until('it is told', () => state() === 'forbidden');
    const afterwards = told.states
      .map((each) => each.state)
      .slice(told.states.findIndex((each) => each.state === 'synced'));
    expect(afterwards.slice(0, 2), 'without a stream it is not synced, not even in doubt').toEqual(['synced', 'stale']);
    expect(names()).toEqual(['a']);
    api.scripts.length = 0;
    await synced();
  });

  test('404 is absence: nothing is there, until it appears', async () => {
    const { api, synced, until, state, told, gate } = await play({ source: 'ingresses', before: nodes('a') });
    await synced();
    api.scripts.push((_, answer) => {
      refuse(answer, 404, 'NotFound', 'the server could not find the requested resource');
      return 'answered';
    });
    api.endWatches();
    await until('it is in doubt', () => state() === 'failing');
    gate.set(true, '');
    await until('it is told', () => state() === 'absent');
    expect(told.facts.size).toBe(0);
    api.scripts.length = 0;
    await synced();
    expect(told.facts.size).toBe(1);
  });

  test('what was never there is looked for again when the API comes back', async () => {
    const { api, synced, until, state, gate } = await play({
      source: 'ingresses',
      before: (server) => {
        nodes('a')(server);
        instead(
          server,
          () => true,
          1,
          (answer) => refuse(answer, 404, 'NotFound', 'not here'),
        );
      },
    });
    await until('it is told', () => state() === 'absent');
    expect(api.seen).toHaveLength(1);
    gate.set(false, 'connection refused');
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.set(true, '');
    await synced();
  });

  test.each([
    ['a page of HTML', '<html>\n<body>Bad gateway</body></html>'],
    ['nothing', ''],
    ['JSON that is no event', '{"kind":"NodeList","items":[]}\n'],
    ['an event of an unknown type', '{"type":"SOMETHING","object":{}}\n'],
  ])('%s with status 200 never counts as the state', async (_, text) => {
    const { api, until, state, told, synced } = await play({
      before: (server) => {
        nodes('a')(server);
        server.scripts.push((_request, answer) => {
          answer.writeHead(200, {});
          answer.end(text);
          return 'answered';
        });
      },
    });
    await until('it is told', () => state() === 'failing');
    expect(told.replaced).toBe(0);
    expect(told.states.at(-1)?.reason).toMatch(/no watch event|not a whole list|WatchList|initial state/);
    api.scripts.length = 0;
    await synced();
  });
});

describe('streams gone bad', () => {
  test('a line that is not JSON ends the stream; one such never shows', async () => {
    const { api, synced, told } = await play({ before: nodes('a') });
    await synced();
    api.say('this is not JSON\n');
    api.put(rawNode('b'));
    await synced();
    expect(told.restarts).toEqual({ 'bad line': 1 });
    expect(told.states.map(({ state }) => state)).toEqual(['syncing', 'synced']);
  });

  test('an object that is too large ends the stream with a reason, and is failing if it stays', async () => {
    const { api, synced, until, state, told } = await play({ limits: { mostObjectBytes: 20_000 }, before: nodes('a') });
    await synced();
    api.put(rawNode('giant', { padding: 'x'.repeat(30_000) }));
    await until('it is told', () => state() === 'failing');
    expect(told.states.at(-1)?.reason).toMatch(/larger than/);
    expect(told.restarts['oversized object']).toBeGreaterThan(1);
    api.remove('giant');
    api.compact();
    await synced();
  });

  test('a stream without a byte for too long is given up', async () => {
    const { api, synced, told, until } = await play({ limits: { silentMs: 60 }, before: nodes('a') });
    await synced();
    api.watchers.clear(); // the server forgets it, the connection stays open
    api.put(rawNode('b'));
    await synced();
    await until('the silence is told', () => told.restarts['silent'] !== undefined);
  });

  test('a stream on which not even a bookmark came is not believed: the whole state is had anew', async () => {
    const { api, synced, told, until } = await play({ limits: { silentMs: 60 }, before: nodes('a') });
    await synced();
    instead(api, isWatch, 1, (answer) => {
      answer.writeHead(200, {});
      answer.flushHeaders();
    });
    api.endWatches();
    await until('the whole state has come again', () => told.replaced === 2);
    expect(told.restarts['silent']).toBe(1);
  });

  test('a stream that breaks once before it is well does not show', async () => {
    const { api, synced, told, until } = await play({ before: nodes('a') });
    await synced();
    instead(api, isWatch, 1, (answer) => {
      answer.writeHead(200, {});
      answer.end('not JSON\n');
    });
    api.endWatches();
    await until('it breaks', () => told.restarts['bad line'] === 1);
    api.put(rawNode('b'));
    await synced();
    expect(told.states.map(({ state }) => state)).toEqual(['syncing', 'synced']);
  });

  test('watches closed as soon as they are opened are not asked for without pause, and at last told', async () => {
    const { api, synced, until, state } = await play({ before: nodes('a') });
    await synced();
    api.scripts.push((request, answer) => {
      if (isList(request)) return undefined;
      answer.writeHead(200, {});
      answer.end();
      return 'answered';
    });
    api.endWatches();
    await until('it is told', () => state() === 'failing');
    const before = api.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(api.seen.length - before).toBeLessThan(20);
    api.scripts.length = 0;
    await synced();
  });

  test('line separators of Unicode within a string end no line', async () => {
    const { synced, told } = await play({
      before: (api) => api.put(rawNode('a', { status: { nodeInfo: { osImage: 'Deb\u2028ian\u2029' } } })),
    });
    await synced();
    expect(told.facts.get('a')).toMatchObject({ osImage: 'Deb\u2028ian\u2029' });
  });

  test('objects that are null, nameless or absurd are left out, and end nothing', async () => {
    const { api, synced, told } = await play({ before: nodes('a') });
    await synced();
    for (const object of [null, 3, [], {}, { metadata: null }, { metadata: { name: 7 } }]) {
      api.say(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    }
    api.put(rawNode('b', { spec: null, status: [{}], metadata: { name: 'b', labels: 3, creationTimestamp: {} } }));
    await synced();
    expect(told.restarts).toEqual({});
  });

  test('an error event in the stream is taken for what it says', async () => {
    const { api, synced, told, until, state } = await play({ before: nodes('a') });
    await synced();
    const status = { kind: 'Status', code: 500, message: 'etcdserver: no leader' };
    instead(api, isList, 1, (answer) => refuse(answer, 500, 'InternalError', 'etcdserver: no leader'));
    api.say(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    await until('it is told', () => state() === 'failing');
    expect(told.states.at(-1)?.reason).toBe('500 Internal Server Error: etcdserver: no leader');
    await synced();
    expect(told.replaced).toBe(1);
  });
});

describe('the initial state', () => {
  test('is published whole or not at all', async () => {
    let answer: Answer | null = null;
    const { told, until, state } = await play({
      limits: { initialIdleMs: 10_000 },
      before: (api) =>
        instead(api, isWatchList, 1, (its) => {
          its.writeHead(200, {});
          its.write(eventLine({ version: 1, type: 'ADDED', object: rawNode('a') }));
          answer = its;
        }),
    });
    await until('the request', () => answer !== null);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([told.facts.size, told.replaced, state(), told.freshAt]).toEqual([0, 0, 'syncing', null]);
    answer!.write(eventLine({ version: 2, type: 'ADDED', object: rawNode('b') }));
    answer!.write(eventLine({ version: 3, type: 'DELETED', object: rawNode('a') }));
    answer!.write(`${bookmarkLine('7', true)}\n`);
    await until('it is synced', () => state() === 'synced');
    expect([...told.facts.keys()]).toEqual(['b']);
  });

  test('that breaks off leaves the old facts and is asked for again', async () => {
    const { api, synced, told } = await play({ before: nodes('a', 'b') });
    await synced();
    instead(api, isWatchList, 1, (answer) => {
      answer.writeHead(200, {});
      answer.write(eventLine({ version: 1, type: 'ADDED', object: rawNode('only-this') }));
      setTimeout(() => api.reset(), 20);
    });
    api.endWatches();
    api.put(rawNode('c'));
    api.compact();
    await synced();
    expect([...told.facts.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(told.restarts).toMatchObject({ '410': 1, 'connection lost': 1 });
    expect(told.replaced).toBe(2);
  });

  test('waits for its turn', async () => {
    const turns = startTurns(1);
    const release = await turns.take(new AbortController().signal);
    const { api, synced } = await play({ turns, before: nodes('a') });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(api.seen).toHaveLength(0);
    release();
    await synced();
    (await turns.take(new AbortController().signal))(); // given back at the end of the initial state
  });
});

describe('the gate', () => {
  test('closed at the beginning, nothing is asked', async () => {
    const { api, gate, synced, told } = await play({
      before: (server, closed) => {
        nodes('a')(server);
        closed.set(false, 'connection refused');
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(api.seen).toHaveLength(0);
    expect(told.states.at(-1)).toEqual({ state: 'syncing', reason: 'connection refused' });
    gate.set(true, '');
    await synced();
  });

  test('ends every back-off when it opens', async () => {
    const { api, gate, synced, until, state } = await play({
      limits: { backOff: { baseMs: 60_000, mostMs: 60_000, forgetMs: 1e6 } },
      before: nodes('a'),
    });
    await synced();
    instead(
      api,
      () => true,
      1,
      (answer) => refuse(answer, 500, 'InternalError', 'no'),
    );
    api.endWatches();
    await until('it fails', () => state() === 'failing');
    gate.set(false, 'connection refused');
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.set(true, '');
    await synced();
  });

  test('ends every back-off when the API is well again that had only turned us away', async () => {
    const { api, gate, synced, until, state } = await play({
      limits: { backOff: { baseMs: 60_000, mostMs: 60_000, forgetMs: 1e6 } },
      before: nodes('a'),
    });
    await synced();
    instead(api, isWatch, 1, (answer) => refuse(answer, 429, 'TooManyRequests', 'please try again later'));
    api.endWatches();
    await until('it fails', () => state() === 'failing');
    gate.set(true, '');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state(), 'an open gate alone ends nothing').toBe('failing');
    gate.ease();
    await synced();
  });

  test('closed while a broken stream is to be made anew, it tells why nothing is fresh', async () => {
    const { api, gate, synced, told, until, state } = await play({
      limits: { backOff: { baseMs: 60_000, mostMs: 60_000, forgetMs: 1e6 } },
      before: nodes('a'),
    });
    await synced();
    api.reset();
    await until('it is noticed', () => told.restarts['connection lost'] === 1);
    gate.set(false, 'connection refused');
    await until('it is stale', () => state() === 'stale');
    expect(told.states.at(-1)?.reason).toBe('connection refused');
    gate.set(true, '');
    await synced();
  });

  test('a request that hangs from the time the API was away is asked anew', async () => {
    const { api, gate, synced, until } = await play({ before: nodes('a') });
    await synced();
    let hanging = false;
    instead(api, isWatch, 1, () => {
      hanging = true;
    });
    api.endWatches();
    await until('it hangs', () => hanging);
    api.put(rawNode('b'));
    gate.set(false, 'timeout');
    await new Promise((resolve) => setTimeout(resolve, 20));
    gate.set(true, '');
    await synced();
  });

  test('closed from the start, and then for another reason: the newest is told', async () => {
    const { gate, synced, told, until, state } = await play({
      before: (server, closed) => {
        nodes('a')(server);
        closed.set(false, 'the API has not been asked yet');
      },
    });
    gate.set(false, 'the API refuses our credentials');
    await until('it is told', () => told.states.at(-1)?.reason === 'the API refuses our credentials');
    expect(state()).toBe('syncing');
    gate.set(true, '');
    await synced();
  });

  test('closed when a stream ends makes it stale with the reason', async () => {
    const { api, gate, synced, told, until, state } = await play({ before: nodes('a') });
    await synced();
    gate.set(false, 'the API does not answer');
    api.endWatches();
    await until('it is stale', () => state() === 'stale');
    expect(told.states.at(-1)?.reason).toBe('the API does not answer');
    gate.set(true, '');
    await synced();
  });
});

describe('stop', () => {
  test.each([
    ['before anything', 'nothing'],
    ['while the headers are awaited', 'headers'],
    ['within the initial state', 'initial'],
    ['within the pages', 'pages'],
    ['in a back-off', 'back-off'],
    ['at the gate', 'gate'],
    ['while waiting for its turn', 'turn'],
  ])('%s ends all, soon and for good', async (_, when) => {
    const turns = startTurns(when === 'turn' ? 0 : 1);
    const { api, watch, until, told } = await play({
      turns,
      limits: { backOff: { baseMs: 60_000, mostMs: 60_000, forgetMs: 1e6 } },
      before: (server, gate) => {
        if (when === 'gate') gate.set(false, 'closed');
        server.scripts.push((request, answer) => {
          if (when === 'back-off') refuse(answer, 500, 'InternalError', 'no');
          else if (when === 'pages' && isWatchList(request)) refuse(answer, 422, 'Invalid', 'no');
          else if (when === 'pages') answer.writeHead(200, {});
          else if (when === 'initial') {
            answer.writeHead(200, {});
            answer.write(eventLine({ version: 1, type: 'ADDED', object: rawNode('a') }));
          }
          return 'answered';
        });
      },
    });
    const expected = { headers: 1, initial: 1, pages: 2, 'back-off': 1 }[when] ?? 0;
    await until('it is there', () => api.seen.length >= expected);
    watch.stop();
    await watch.ended;
    const seen = api.seen.length;
    await until('the server sees it go', () => api.connections === 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(api.seen.length).toBe(seen);
    expect(told.replaced).toBe(0);
  });
});
