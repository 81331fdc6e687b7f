import { describe, expect, test } from 'vitest';
import { isOfApi, readDoorAnswer, readFailingParts, unanswered } from '#server/probes/door-answer.ts';
import { closedReason, letsThrough, nextDoorState, provesAnApi } from '#server/probes/door-state.ts';

const read = (status: number, text: string, headers: Record<string, string> = {}) =>
  readDoorAnswer(status, headers, text);

describe('what an answer to /readyz means', () => {
  test('only "ok" is ready', () => {
    expect(read(200, 'ok')).toEqual({ outcome: 'ready', status: 200, message: '', shows: '', failingParts: [] });
    expect(read(200, 'ok\n').outcome).toBe('ready');
    expect(read(200, '').outcome).toBe('unexpected');
    expect(read(200, '{"status":"ok"}').outcome).toBe('unexpected');
  });

  test('a failing part makes it not ready, by name', () => {
    const text =
      '[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\nreadyz check failed\n';
    expect(read(500, text)).toEqual({
      outcome: 'not-ready',
      status: 500,
      message: 'not ready: etcd, etcd-readiness',
      shows: '',
      failingParts: ['etcd', 'etcd-readiness'],
    });
    expect(read(500, 'readyz check failed').message).toBe('the API server says that it is not ready');
  });

  test('401 and 403 are told with what was said', () => {
    const status = '{"kind":"Status","message":"Unauthorized","code":401}';
    expect(read(401, status)).toMatchObject({ outcome: 'unauthorized', message: '401 Unauthorized: Unauthorized' });
    const forbidden = '{"message":"forbidden: User \\"anna\\" cannot get path \\"/readyz\\""}';
    expect(read(403, forbidden)).toMatchObject({
      outcome: 'forbidden',
      message: '403 Forbidden: forbidden: User "anna" cannot get path "/readyz"',
    });
  });

  test('k3s says for an API server that does not run yet that it is not ready', () => {
    const status = (message: string) => JSON.stringify({ kind: 'Status', message, code: 503 });
    expect(read(503, status('apiserver not ready'))).toMatchObject({ outcome: 'not-ready', failingParts: [] });
    expect(read(503, 'starting').outcome).toBe('not-ready');
    expect(read(503, status('starting the backup of apiserver not ready')).outcome).toBe('failing');
  });

  test('429 says when to ask again, in seconds or as a date', () => {
    const busy = (after?: string) =>
      read(429, 'Too many requests, please try again later.', after === undefined ? {} : { 'retry-after': after });
    expect(busy('5')).toMatchObject({
      outcome: 'too-many-requests',
      message: '429 Too Many Requests: "Too many requests, please try again later."; to be asked again in 5 s',
    });
    expect(busy('Fri, 02 Oct 2026 12:00:00 GMT').message).toMatch(
      /to be asked again at Fri, 02 Oct 2026 12:00:00 GMT$/,
    );
    expect(busy().message).not.toContain('asked again');
  });

  test('a redirect says where it leads, without what its query holds', () => {
    expect(read(302, '', { location: 'https://login.example/?token=abc#x' })).toMatchObject({
      outcome: 'redirected',
      shows: 'https://login.example/',
      message: '302 Found, which leads to https://login.example/',
    });
    expect(read(302, '').outcome, 'it leads nowhere').toBe('unexpected');
  });

  test('a page for people is no API, whatever its status, and its title is told', () => {
    const portal = '<!doctype html><html><title>Hotel\n Wi-Fi</title><body>Please <b>log in</b></body>';
    expect(read(200, portal)).toMatchObject({
      outcome: 'web-page',
      shows: 'Hotel Wi-Fi',
      message: '200 OK: a page "Hotel Wi-Fi"',
    });
    for (const status of [401, 403, 404, 500]) expect(read(status, portal).outcome, `${status}`).toBe('web-page');
    expect(read(401, 'Log in', { 'content-type': 'text/html; charset=utf-8' })).toMatchObject({
      outcome: 'web-page',
      shows: '',
    });
  });

  test('what stands before the API and does not reach it is told apart from errors of its own', () => {
    expect(read(503, '<h1>503 Service Unavailable</h1> No server is available')).toMatchObject({
      outcome: 'bad-gateway',
      message: '503 Service Unavailable: "503 Service Unavailable No server is available"',
    });
    expect(read(502, 'Bad Gateway').outcome).toBe('bad-gateway');
    const own = '{"kind":"Status","message":"etcdserver: request timed out","code":500}';
    expect(read(500, own)).toMatchObject({
      outcome: 'failing',
      message: '500 Internal Server Error: etcdserver: request timed out',
    });
    expect(read(504, own).outcome).toBe('failing');
    expect(read(500, 'This request caused apiserver to panic. Look in the logs for details.').outcome).toBe('failing');
  });

  test('all else is unexpected, with a short quote: JSON that is not of the API, nothing, an odd status', () => {
    expect(read(200, '{"login":"required"}')).toMatchObject({
      outcome: 'unexpected',
      message: '200 OK: "{"login":"required"}"',
    });
    expect(read(404, '').message).toBe('404 Not Found, empty');
    expect(read(799, 'x').message).toBe('799 answer: "x"');
  });

  test('only answers of the API tell its clock', () => {
    const told = [
      read(200, 'ok'),
      read(401, ''),
      read(403, ''),
      read(500, ''),
      read(429, ''),
      read(500, '[-]etcd failed'),
    ];
    expect(told.map(isOfApi)).toEqual(told.map(() => true));
    const others = [read(302, '', { location: '/' }), read(200, '<html>'), read(502, ''), read(200, '{}')];
    expect([...others, unanswered('refused', '')].map(isOfApi)).toEqual([false, false, false, false, false]);
  });

  test('hostile answers stay one short line', () => {
    const { message, failingParts } = read(
      500,
      `[-]${'x'.repeat(5_000)} failed\n[-]a\u202eb\u0000 failed\n${'[-]p\n'.repeat(500)}`,
    );
    expect(message.length).toBeLessThanOrEqual(300);
    expect(failingParts.every((part) => part.length <= 100 && !/[\u0000-\u001f\u202e]/.test(part))).toBe(true);
    expect(readFailingParts(Array.from({ length: 500 }, (_, i) => `[-]part${i} failed`).join('\n'))).toHaveLength(50);
    expect(read(418, '\u001b[31m\u202e'.repeat(9_999)).message.length).toBeLessThanOrEqual(300);
  });
});

describe('how the door stands', () => {
  const ready = read(200, 'ok');
  const refused = unanswered('refused', 'refused');

  test('since when is the asking that first had the outcome; what was last ready and last measured is kept', () => {
    const first = nextDoorState(null, 1_000, ready, 12.4);
    expect(first).toMatchObject({ outcome: 'ready', outcomeSince: 1_000, readyAt: 1_000, latencyMs: 12 });
    const second = nextDoorState(first, 4_000, refused, 1);
    const third = nextDoorState(second, 7_000, refused, 1);
    expect(third).toMatchObject({
      outcome: 'refused',
      outcomeSince: 4_000,
      askedAt: 7_000,
      readyAt: 1_000,
      latencyMs: 12,
    });
  });

  test('the gate is open for whatever answers, but for 401, somebody else, a dead etcd and the first seconds of a start', () => {
    const state = (answer: typeof ready, since: number) => ({
      ...nextDoorState(null, since, answer, 1),
      askedAt: 100_000,
    });
    expect(letsThrough(state(ready, 0))).toBe(true);
    expect(letsThrough(state(read(403, ''), 0))).toBe(true);
    expect(letsThrough(state(read(429, ''), 0))).toBe(true);
    expect(letsThrough(state(read(404, '<html>'), 0))).toBe(false);
    expect(letsThrough(state(read(404, '404 page not found'), 0))).toBe(false);
    expect(letsThrough(state(read(200, '{"ok":true}'), 0))).toBe(false);
    expect(letsThrough(state(read(200, '<html>'), 0))).toBe(false);
    expect(letsThrough(state(read(302, '', { location: '/login' }), 0))).toBe(false);
    expect(letsThrough(state(read(502, ''), 0))).toBe(false);
    expect(letsThrough(state(refused, 0))).toBe(false);
    expect(letsThrough(state(read(401, ''), 0))).toBe(false);
    expect(letsThrough(state(read(500, '[-]etcd failed'), 0))).toBe(false);
    const hook = read(500, '[-]poststarthook/rbac/bootstrap-roles failed');
    expect(letsThrough(state(hook, 95_000))).toBe(false);
    expect(letsThrough(state(hook, 70_000))).toBe(true);
  });

  test('an API server that knows us proves that there is one; whoever turns everybody away may be anybody', () => {
    const proves = (status: number, text: string) => provesAnApi(nextDoorState(null, 0, read(status, text), 1));
    expect(proves(200, 'ok')).toBe(true);
    expect(proves(403, '{"kind":"Status","message":"no"}')).toBe(true);
    expect(proves(500, '[-]etcd failed')).toBe(true);
    expect(proves(500, '{"kind":"Status","message":"no"}')).toBe(true);
    for (const status of [200, 401, 404, 429, 502]) expect(proves(status, 'Hello'), `${status}`).toBe(false);
  });

  test('why the gate is closed is told in plain words', () => {
    const why = (status: number, text: string) => closedReason(nextDoorState(null, 0, read(status, text), 1));
    expect(why(401, 'Unauthorized')).toBe('the API refuses our credentials');
    expect(why(404, '404 page not found')).toBe(
      'what answers is not a Kubernetes API: 404 Not Found: "404 page not found"',
    );
    expect(why(500, '[-]etcd failed')).toBe('not ready: etcd');
  });
});
