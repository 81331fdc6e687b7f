import { describe, expect, test } from 'vitest';
import { challengeOf, tokenPlace } from '#server/probes/registry-challenge.ts';
import { tokenOf } from '#server/probes/registry-token.ts';
import { answered, unanswered } from './http-answers.ts';

describe('how a registry wants to be logged in to', () => {
  test('is read from its header, whatever the order, quotes and letters', () => {
    expect(challengeOf('Basic realm="home"')).toEqual({ is: 'basic' });
    const scope = 'repository:team/web:pull,push';
    expect(
      challengeOf(`Bearer realm="https://auth.example/token",service="registry.example",scope="${scope}"`),
    ).toEqual({ is: 'bearer', realm: 'https://auth.example/token', service: 'registry.example', scope });
    expect(challengeOf('bearer scope=a,REALM=https://auth.example/t')).toMatchObject({
      ...{ realm: 'https://auth.example/t', service: '', scope: 'a' },
    });
    expect(challengeOf('Basic realm="x", Bearer realm="https://a.example/"')).toMatchObject({ is: 'bearer' });
    expect(challengeOf('Bearer realm="https://a.example/",service="a \\"quoted\\" one"')).toMatchObject({
      service: 'a "quoted" one',
    });
  });

  test('is not known of what is no challenge of ours', () => {
    for (const header of ['', 'Negotiate', 'Digest realm="x"', 'Bearerrealm="x"', '"Basic"']) {
      expect(challengeOf(header), header).toBeNull();
    }
  });

  test('is read in time, however long and strange', () => {
    const begunAt = performance.now();
    challengeOf(`Bearer ${'realm="\\"'.repeat(100)}${'a='.repeat(200)}`.slice(0, 1_000));
    challengeOf(`Bearer ${' '.repeat(990)}`);
    expect(performance.now() - begunAt).toBeLessThan(200);
  });
});

describe('a token is asked for', () => {
  const at = (realm: string, registry = 'https://registry.example/v2/', scope = '') =>
    tokenPlace({ is: 'bearer', realm, service: 'a&b', scope: '' }, registry, scope);

  test('where the registry says, with service and scopes', () => {
    expect(
      at('https://auth.example/token?x=1', 'https://registry.example/v2/', 'repository:a:pull repository:b:pull'),
    ).toEqual({
      url: 'https://auth.example/token?x=1&service=a%26b&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull',
      own: false,
    });
    expect(at('https://registry.example:8443/token')).toMatchObject({ own: true });
  });

  test('by plain HTTP only of the very host that is asked so itself', () => {
    expect(at('http://registry.example/token', 'http://registry.example:5000/v2/')).toMatchObject({ own: true });
    expect(at('http://registry.example/token'), 'a password would be shown').toBeNull();
    expect(at('http://auth.example/token', 'http://registry.example/v2/')).toBeNull();
  });

  test('of nobody where that is no URL of the web, or holds a login', () => {
    for (const realm of ['', 'nonsense', 'file:///etc/passwd', 'javascript:1', 'https://a:b@auth.example/', '//x']) {
      expect(at(realm), realm).toBeNull();
    }
  });
});

describe('what a token server says', () => {
  const json = (value: unknown) => answered(200, { body: JSON.stringify(value) });

  test('is a token with its time, a minute where none is told, an hour at most', () => {
    expect(tokenOf(json({ token: 'abc', expires_in: 300 }))).toEqual({ token: 'abc', lastsMs: 295_000 });
    expect(tokenOf(json({ access_token: 'abc' }))).toEqual({ token: 'abc', lastsMs: 55_000 });
    expect(tokenOf(json({ token: '', access_token: 'x', expires_in: 1e12 }))).toEqual({
      token: 'x',
      lastsMs: 3_595_000,
    });
    expect(tokenOf(json({ token: 'abc', expires_in: 1 }))).toEqual({ token: 'abc', lastsMs: 0 });
    expect(tokenOf(json({ token: 'abc', expires_in: -5 }))).toMatchObject({ lastsMs: 55_000 });
  });

  test('is that it refuses the login', () => {
    expect(tokenOf(answered(401))).toMatchObject({ refused: true });
    expect(tokenOf(answered(403))).toMatchObject({ refused: true });
  });

  test.each([
    ['an error', answered(503), 'its token server answers 503'],
    ['nothing', unanswered('refused'), 'its token server cannot be asked: registry.example has refused'],
    ['no JSON', answered(200, { body: '<html>' }), 'its token server gives no token'],
    ['no object', json([1]), 'its token server gives no token'],
    ['a token of lines', json({ token: 'a\r\nX-Evil: 1' }), 'its token server gives no token'],
    ['a token without end', json({ token: 'a'.repeat(20_000) }), 'its token server gives no token'],
    ['a number', json({ token: 7 }), 'its token server gives no token'],
  ])('may be %s: then there is none, and the login is not to blame', (_, answer, message) => {
    expect(tokenOf(answer)).toEqual({ refused: false, message });
  });
});
