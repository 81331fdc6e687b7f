import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '#server/cluster/network.ts';
import { registryAnswer } from '#server/probes/registry-answer.ts';
import type { Spoken } from '#server/probes/registry-session.ts';
import { answered, unanswered } from './http-answers.ts';

const means = (answer: HttpAnswer, login: Spoken['login'] = 'unknown', problem = '') =>
  registryAnswer({ answer, login, problem });
const html = { 'content-type': 'text/html; charset=utf-8' };
const marked = { 'docker-distribution-api-version': 'registry/2.0' };

describe('a registry lives', () => {
  test('that answers 200, marked or not, with an empty object or nothing', () => {
    expect(means(answered(200, { headers: marked, body: '{}' }), 'none')).toEqual({
      ...{ alive: true, trouble: '', message: '', status: 200, login: 'none', latencyMs: 12, address: '10.0.0.5:443' },
    });
    expect(means(answered(200, { body: ' {}\n' })).alive).toBe(true);
    expect(means(answered(200)).alive).toBe(true);
    expect(means(answered(200, { headers: { ...marked, ...html }, body: '<p>' })).alive).toBe(true);
  });

  test.each<[string, Parameters<typeof answered>[1]]>([
    ['says how', { headers: { 'www-authenticate': 'Basic realm="home"' } }],
    ['says where', { headers: { 'www-authenticate': 'Bearer realm="https://auth.example/token"' } }],
    ['is marked', { headers: marked }],
    ['says it in its own words', { body: '{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}' }],
  ])('that wants a login and %s', (_, part) => {
    expect(means(answered(401, part), 'wanted')).toMatchObject({ alive: true, trouble: '', login: 'wanted' });
  });

  test('that limits us, or refuses our login: it says so and is not down', () => {
    expect(means(answered(429))).toMatchObject({
      ...{ alive: true, trouble: 'limited', message: 'answers 429 Too Many Requests' },
    });
    const refused = answered(401, { headers: { 'www-authenticate': 'Basic realm="home"' } });
    expect(means(refused, 'refused', 'it does not accept user anna')).toMatchObject({
      ...{ alive: true, trouble: 'refused-login', message: 'it does not accept user anna', status: 401 },
    });
  });
});

describe('a registry is down', () => {
  test.each([
    ['refused', 'registry.example refused the connection', 'refused the connection'],
    [
      'dns',
      'the name registry.example cannot be resolved (ENOTFOUND)',
      'has a name that cannot be resolved (ENOTFOUND)',
    ],
    ['unreachable', 'there is no way to registry.example (EHOSTUNREACH)', 'cannot be reached (EHOSTUNREACH)'],
    ['timeout', 'no connection to registry.example within 4 s', 'takes no connection within 4 s'],
    [
      'silent',
      'connected to registry.example, but no answer came within 4 s',
      'takes the connection, but no answer came within 4 s',
    ],
    ['reset', 'the connection to registry.example broke off (ECONNRESET)', 'breaks the connection off (ECONNRESET)'],
    ['tls', 'the certificate of registry.example has expired', 'shows a certificate that has expired'],
    [
      'tls',
      'an authority in the chain of registry.example has expired (CN=home)',
      'shows a certificate of an authority that has expired (CN=home)',
    ],
    [
      'redirects',
      'registry.example leads from one address to another in a circle',
      'leads from one address to another in a circle',
    ],
    ['unexpected', 'registry.example.org failed', 'cannot be asked: registry.example.org failed'],
  ] as const)('if nobody answers, and why is said behind its name: %s', (trouble, message, said) => {
    expect(means(unanswered(trouble, { message }))).toMatchObject({
      ...{ alive: false, trouble, message: said, status: null, latencyMs: null },
    });
  });

  test('if it answers with an error, and from which server', () => {
    expect(means(answered(503, { headers: { server: 'nginx' } }))).toMatchObject({
      ...{ alive: false, trouble: 'status', message: 'answers 503 Service Unavailable (nginx)', status: 503 },
    });
    expect(means(answered(500, { headers: marked })).trouble).toBe('status');
    expect(means(answered(403)).message).toBe('answers 403 Forbidden');
    expect(means(answered(502, { headers: { server: '<script>alert(1)</script>' } })).message).toBe(
      'answers 502 Bad Gateway',
    );
  });

  test.each<[string, HttpAnswer]>([
    ['a page', answered(200, { headers: html, body: '<!doctype html><title>Welcome</title>' })],
    ['a page that does not say so', answered(200, { body: '\n<html>' })],
    ['another text', answered(200, { headers: { 'content-type': 'text/plain' }, body: 'it works' })],
    ['404', answered(404, { body: '404 page not found' })],
    ['404 as JSON', answered(404, { body: '{"errors":[]}' })],
    ['a login of another kind', answered(401, { headers: { 'www-authenticate': 'Negotiate' } })],
    ['a login page', answered(401, { headers: html, body: '<html>' })],
    ['400', answered(400)],
  ])('if it shows %s: that is none', (_, answer) => {
    expect(means(answer)).toMatchObject({ alive: false, trouble: 'not-a-registry' });
  });

  test('if it is asked by HTTP and speaks HTTPS, which it says', () => {
    const asGo = answered(400, { body: 'Client sent an HTTP request to an HTTPS server.\n' });
    const asNginx = answered(400, { body: '<title>400 The plain HTTP request was sent to HTTPS port</title>' });
    for (const answer of [asGo, asNginx]) {
      expect(means(answer)).toMatchObject({ trouble: 'tls', message: 'speaks HTTPS, and is asked by http://' });
    }
  });
});
