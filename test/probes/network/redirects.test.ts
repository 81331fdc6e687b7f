import { describe, expect, test } from 'vitest';
import type { HttpAsk } from '#server/cluster/network.ts';
import type { House } from '../tls-house.ts';
import { dnsHouse } from './dns-house.ts';
import { asked, http, sayingHouse } from './network-play.ts';

interface Walk extends House {
  /** The heads of all requests. */
  heads: string[];
}

/** A server that answers each path with what `answers` says. */
async function walk(answers: Record<string, string | Buffer>): Promise<Walk> {
  const heads: string[] = [];
  const house = await sayingHouse((socket, head) => {
    heads.push(head);
    const path = head.split(' ')[1]!;
    socket.end(answers[path] ?? http('404 Not Found', {}, path));
  });
  return { ...house, heads };
}

const to = (location: string, status = '302 Found') => http(status, { location }, 'moved');
const local = () => dnsHouse(() => ({ four: ['127.0.0.1'], six: [] }));
const secrets = { authorization: 'Basic czNjcmV0', cookie: 'session=s3cret', 'x-token': 's3cret' };

describe('an answer that leads elsewhere', () => {
  test.each(['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent'])(
    '%s is followed',
    async (status) => {
      const { port, heads } = await walk({
        '/': to('/login?next=%2F', status),
        '/login?next=%2F': http('200 OK', {}, 'log in'),
      });
      const answer = await asked(`http://127.0.0.1:${port}/`);
      // What is told of it holds no query: that is where tokens are.
      expect(answer).toMatchObject({ trouble: '', status: 200, body: 'log in', url: `http://127.0.0.1:${port}/login` });
      expect(heads).toHaveLength(2);
    },
  );

  test('is the answer where none is to be followed, where it says no place, and with 300 or 304', async () => {
    const { port, heads } = await walk({
      '/': to('/x'),
      '/none': http('302 Found'),
      '/304': to('/x', '304 Not Modified'),
    });
    expect(await asked(`http://127.0.0.1:${port}/`, { redirects: 0 })).toMatchObject({
      status: 302,
      headers: { location: '/x' },
    });
    expect(await asked(`http://127.0.0.1:${port}/none`)).toMatchObject({ trouble: '', status: 302 });
    expect(await asked(`http://127.0.0.1:${port}/304`)).toMatchObject({ trouble: '', status: 304 });
    expect(heads).toHaveLength(3);
  });

  test('as often as it may, and not once more', async () => {
    const { port, heads } = await walk({
      '/': to('/1'),
      '/1': to('/2'),
      '/2': to('/3'),
      '/3': http('200 OK', {}, 'there'),
    });
    expect(await asked(`http://127.0.0.1:${port}/`, { redirects: 3 })).toMatchObject({ trouble: '', body: 'there' });
    heads.length = 0;
    expect(await asked(`http://127.0.0.1:${port}/`, { redirects: 2 })).toMatchObject({
      ...{
        trouble: 'redirects',
        message: `127.0.0.1:${port} leads from one address to another on and on, more than 2 times`,
      },
    });
    expect(heads).toHaveLength(3);
  });

  test('in a circle', async () => {
    const { port, heads } = await walk({ '/': to('/a'), '/a': to('/b#x'), '/b': to('/') });
    const answer = await asked(`http://127.0.0.1:${port}/`, { redirects: 20 });
    expect(answer).toMatchObject({
      trouble: 'redirects',
      message: `127.0.0.1:${port} leads from one address to another in a circle`,
    });
    expect(heads).toHaveLength(3);
    const itself = await walk({ '/': to(''), '/x': to('/x') });
    expect(await asked(`http://127.0.0.1:${itself.port}/x`)).toMatchObject({ trouble: 'redirects' });
  });

  test.each([
    'ftp://git.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://',
    'https://[',
    'gopher://x',
  ])('nowhere one can go: %s', async (location) => {
    const { port, heads } = await walk({ '/': to(location) });
    const answer = await asked(`http://127.0.0.1:${port}/`);
    expect(answer).toMatchObject({ trouble: 'redirects', message: expect.stringMatching(/not followed$/) });
    expect(heads).toHaveLength(1);
  });

  test('all of it within one limit', async () => {
    const { port } = await sayingHouse((socket, head) => {
      const turn = Number(/^GET \/(\d*)/.exec(head)?.[1] ?? 0);
      setTimeout(() => socket.end(to(`/${turn + 1}`)), 100);
    });
    const begunAt = performance.now();
    const answer = await asked(`http://127.0.0.1:${port}/`, { redirects: 100 }, 500);
    expect(performance.now() - begunAt).toBeLessThan(1_500);
    expect(answer).toMatchObject({ trouble: 'silent', url: expect.stringMatching(/\/[1-9]$/) });
  });
});

describe('who is led elsewhere', () => {
  const post = { method: 'POST', body: 'password=s3cret', headers: secrets };

  test('takes along on the same server what the owner has set', async () => {
    const { port, heads } = await walk({ '/': to('/x') });
    await asked(`http://127.0.0.1:${port}/`, { headers: secrets });
    expect(heads[1]).toContain('authorization: Basic czNjcmV0');
    expect(heads[1]).toContain('x-token: s3cret');
  });

  test('never to another, be it another port, name or scheme, nor when it leads back', async () => {
    const { resolver } = await local();
    const other = await walk({});
    const first = await walk({
      '/': to(`http://git.example:${other.port}/x`),
      '/name': to(`http://evil.example:${other.port}/x`),
    });
    const back = await walk({ '/x': to(`http://git.example:${first.port}/back`) });
    const ask = (path: string, more: Partial<HttpAsk> = {}) =>
      asked(`http://git.example:${first.port}${path}`, { headers: secrets, resolver, ...more });
    await ask('/');
    await ask('/name');
    expect(other.heads).toHaveLength(2);
    const round = await walk({ '/': to(`http://evil.example:${back.port}/x`) });
    await asked(`http://git.example:${round.port}/`, { headers: secrets, resolver });
    expect(first.heads.at(-1)).toMatch(/^GET \/back /);
    for (const head of [...other.heads, ...back.heads, first.heads.at(-1)!]) {
      expect(head).not.toMatch(/s3cret|czNjcmV0|authorization|cookie|x-token/i);
    }
    expect(first.heads[0], 'the first has them').toContain('x-token: s3cret');
  });

  test('does not take the host of the first along', async () => {
    const { resolver } = await local();
    const other = await walk({});
    const first = await walk({ '/': to(`http://other.example:${other.port}/`) });
    await asked(`http://git.example:${first.port}/`, { headers: { host: 'inner.example' }, resolver });
    expect(first.heads[0]).toContain('host: inner.example\r\n');
    expect(other.heads[0]).toContain(`host: other.example:${other.port}\r\n`);
  });

  test('does not log in with what a server has written into the address', async () => {
    const other = await walk({});
    const first = await walk({ '/': to(`http://user:pass@127.0.0.1:${other.port}/`) });
    const answer = await asked(`http://127.0.0.1:${first.port}/`);
    expect(answer).toMatchObject({ trouble: '', url: `http://127.0.0.1:${other.port}/` });
    expect(other.heads[0]).not.toMatch(/authorization/i);
  });

  test('with what was sent: asks by GET after 301, 302 and 303, sends it again after 307 and 308, never to another server', async () => {
    for (const status of ['301 M', '302 F', '303 S']) {
      const { port, heads } = await walk({ '/': to('/x', status) });
      await asked(`http://127.0.0.1:${port}/`, post);
      expect(heads.map((head) => head.split(' ')[0])).toEqual(['POST', 'GET']);
      expect(heads[1]).not.toContain('content-length');
    }
    for (const status of ['307 T', '308 P']) {
      const other = await walk({});
      const { port, heads } = await walk({
        '/': to('/x', status),
        '/out': to(`http://127.0.0.1:${other.port}/`, status),
      });
      await asked(`http://127.0.0.1:${port}/`, post);
      expect(heads.map((head) => head.split(' ')[0])).toEqual(['POST', 'POST']);
      expect(await asked(`http://127.0.0.1:${port}/out`, post)).toMatchObject({ trouble: 'redirects' });
      expect(other.heads).toEqual([]);
    }
  });

  test('by HEAD stays with HEAD', async () => {
    const { port, heads } = await walk({ '/': to('/x', '303 See Other') });
    await asked(`http://127.0.0.1:${port}/`, { method: 'HEAD' });
    expect(heads.map((head) => head.split(' ')[0])).toEqual(['HEAD', 'HEAD']);
  });

  test('finds the first host where the owner said, and others where DNS says', async () => {
    const { resolver, asked: names } = await dnsHouse((name) =>
      name === 'sso.example' ? { four: ['127.0.0.1'], six: [] } : undefined,
    );
    const other = await walk({ '/': http('200 OK', {}, 'log in') });
    const { port } = await walk({ '/': to('/again'), '/again': to(`http://sso.example:${other.port}/`) });
    const answer = await asked(`http://git.example:${port}/`, { resolver, address: '127.0.0.1' });
    expect(answer).toMatchObject({ trouble: '', body: 'log in', url: `http://sso.example:${other.port}/` });
    expect(new Set(names.map((name) => name.split(' ')[0]))).toEqual(new Set(['sso.example']));
  });

  test('to who cannot be reached is told so, with both names', async () => {
    const { resolver } = await dnsHouse(() => undefined);
    const { port } = await walk({ '/': to('http://sso.example/?token=s3cret') });
    const answer = await asked(`http://127.0.0.1:${port}/`, { resolver });
    expect(answer).toMatchObject({
      ...{ trouble: 'dns', url: 'http://sso.example/', address: '' },
      message: `127.0.0.1:${port} leads elsewhere: the name sso.example cannot be resolved by ${resolver} (ENOTFOUND)`,
    });
  });
});
