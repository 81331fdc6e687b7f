import { describe, expect, test } from 'vitest';
import { readDoorAnswer, readFailingParts, unanswered } from '#server/probes/door-answer.ts';
import { letsThrough, nextDoorState } from '#server/probes/door-state.ts';

const read = (status: number, text: string, headers: Record<string, string> = {}) =>
  readDoorAnswer(status, headers, text);

describe('what an answer to /readyz means', () => {
  test('only "ok" is ready', () => {
    expect(read(200, 'ok')).toEqual({ outcome: 'ready', status: 200, message: '', failingParts: [] });
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

  test('a captive portal, a redirect, a proxy that is down and an odd server are unexpected, with a short quote', () => {
    const portal = '<!doctype html><html><title>Hotel\n Wi-Fi</title><body>Please <b>log in</b></body>';
    expect(read(200, portal)).toMatchObject({ outcome: 'unexpected', message: '200 OK: a page "Hotel Wi-Fi"' });
    expect(read(302, '', { location: 'https://login.example/?token=abc' }).message).toBe(
      '302 Found, which leads to https://login.example/',
    );
    expect(read(503, '<h1>503 Service Unavailable</h1> No server is available')).toMatchObject({
      outcome: 'unexpected',
      message: '503 Service Unavailable: "503 Service Unavailable No server is available"',
    });
    expect(read(404, '').message).toBe('404 Not Found, empty');
    expect(read(799, 'x').message).toBe('799 answer: "x"');
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

  test('the gate is open for whatever answers, but for 401, a dead etcd and the first seconds of a start', () => {
    const state = (answer: typeof ready, since: number) => ({
      ...nextDoorState(null, since, answer, 1),
      askedAt: 100_000,
    });
    expect(letsThrough(state(ready, 0))).toBe(true);
    expect(letsThrough(state(read(403, ''), 0))).toBe(true);
    expect(letsThrough(state(read(200, '<html>'), 0))).toBe(true);
    expect(letsThrough(state(refused, 0))).toBe(false);
    expect(letsThrough(state(read(401, ''), 0))).toBe(false);
    expect(letsThrough(state(read(500, '[-]etcd failed'), 0))).toBe(false);
    const hook = read(500, '[-]poststarthook/rbac/bootstrap-roles failed');
    expect(letsThrough(state(hook, 95_000))).toBe(false);
    expect(letsThrough(state(hook, 70_000))).toBe(true);
  });
});
