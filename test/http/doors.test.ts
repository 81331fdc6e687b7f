import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from '#server/app.ts';
import { cordoned, fixtureBoard, fixtureView, startedAt, type FixtureView } from './fixture-view.ts';

let pageDirectory: string;
let view: FixtureView;
let app: FastifyInstance;
let log: string[];

beforeAll(() => {
  pageDirectory = mkdtempSync(join(tmpdir(), 'clusterwall-page-'));
  mkdirSync(join(pageDirectory, 'assets'));
  writeFileSync(join(pageDirectory, 'index.html'), '<!doctype html><title>wall</title>');
  writeFileSync(join(pageDirectory, 'assets', 'page-1a2b.js'), 'console.log(1)');
  writeFileSync(join(pageDirectory, 'assets', 'page-1a2b.js.br'), brotliCompressSync('console.log(1)'));
});

afterAll(() => rmSync(pageDirectory, { recursive: true }));

beforeEach(async () => {
  view = fixtureView();
  log = [];
  app = await buildApp({ view, pageDirectory, build: 'test', log: (text) => log.push(text), now: () => startedAt });
});

afterEach(() => app.close());

/** The sentence of a refusal; fails if the answer is not one. */
async function refusal(url: string): Promise<{ status: number; error: string }> {
  const answer = await app.inject(url);
  return { status: answer.statusCode, error: answer.json<{ error: string }>().error };
}

describe('the board', () => {
  test('is told whole, with its revision as tag', async () => {
    const answer = await app.inject('/api/board');
    expect(answer.json()).toEqual(fixtureBoard(1));
    const again = await app.inject({ url: '/api/board', headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    view.show(fixtureBoard(2));
    const later = await app.inject({ url: '/api/board', headers: { 'if-none-match': String(answer.headers.etag) } });
    expect(later.statusCode).toBe(200);
  });

  test('has another tag in another process, since revisions begin anew', async () => {
    const other = await buildApp({
      view,
      pageDirectory,
      build: 'test',
      log: () => undefined,
      now: () => startedAt + 1,
    });
    const tags = [await app.inject('/api/board'), await other.inject('/api/board')].map(({ headers }) => headers.etag);
    expect(tags[0]).not.toBe(tags[1]);
    await other.close();
  });

  test('a mistake of ours is logged, and answered without its insides', async () => {
    view.fail = new Error('secret insides');
    const answer = await app.inject('/api/board');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(log.join()).toContain('secret insides');
  });
});

describe('areas and findings', () => {
  test('an area answers with the revision as tag', async () => {
    const answer = await app.inject('/api/areas/nodes');
    expect(answer.json()).toMatchObject({ area: 'nodes', revision: 1 });
    const again = () =>
      app.inject({ url: '/api/areas/nodes', headers: { 'if-none-match': String(answer.headers.etag) } });
    expect((await again()).statusCode).toBe(304);
    view.show(fixtureBoard(2));
    expect((await again()).statusCode).toBe(200);
  });

  test('cells that are measured go on without a revision: a tag of rows is good for a minute', async () => {
    const answer = await app.inject('/api/areas/nodes');
    const rows = view.area('nodes');
    view.area = () => ({ ...rows, judgedAt: rows.judgedAt + 60_000 });
    const later = await app.inject({
      url: '/api/areas/nodes',
      headers: { 'if-none-match': String(answer.headers.etag) },
    });
    expect(later.statusCode).toBe(200);
  });

  test('what was measured of the rows of an area is told by a door of its own, with when as tag', async () => {
    const answer = await app.inject('/api/areas/nodes/measured');
    expect(answer.json()).toMatchObject({ area: 'nodes', rows: { 'Node/nuc0': { up24h: 99.97 } } });
    const again = { url: '/api/areas/nodes/measured', headers: { 'if-none-match': String(answer.headers.etag) } };
    expect((await app.inject(again)).statusCode).toBe(304);
    expect((await refusal('/api/areas/nods/measured')).status).toBe(404);
  });

  test('measuring that fails is a mistake of ours, and told as such', async () => {
    view.areaMeasured = () => Promise.reject(new Error('secret insides'));
    const answer = await app.inject('/api/areas/nodes/measured');
    expect([answer.statusCode, answer.body.includes('secret')]).toEqual([500, false]);
    expect(log.join()).toContain('secret insides');
  });

  test('an area that does not exist is named as such, with those that do', async () => {
    expect(await refusal('/api/areas/nods')).toEqual({
      status: 404,
      error: expect.stringContaining('control-plane, nodes'),
    });
  });

  test('a finding is found by its id, encoded or not, however long', async () => {
    expect((await app.inject(`/api/findings/${encodeURIComponent(cordoned.id)}`)).json()).toEqual(cordoned);
    expect((await app.inject('/api/findings/nodes/cordoned%7CNode/nuc0')).json()).toEqual(cordoned);
    expect((await refusal(`/api/findings/${'x'.repeat(3_000)}`)).status).toBe(404);
  });

  test('a path that is not encoded correctly is refused', async () => {
    expect(await refusal('/api/findings/%zz')).toEqual({ status: 400, error: 'the path is not encoded correctly' });
  });
});

describe('acknowledgements', () => {
  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/api/acknowledgements', payload: payload as object, headers });

  test('a finding is acknowledged as seen unless told otherwise, and taken back', async () => {
    expect((await post({ finding: cordoned.id })).json()).toEqual({ outcome: 'done' });
    expect((await post({ finding: cordoned.id, episode: cordoned.episode, meaning: 'mine' })).statusCode).toBe(200);
    const back = await app.inject({
      method: 'DELETE',
      url: '/api/acknowledgements',
      payload: { finding: cordoned.id },
    });
    expect(back.statusCode).toBe(200);
    const byQuery = `/api/acknowledgements?finding=${encodeURIComponent(cordoned.id)}`;
    expect((await app.inject({ method: 'DELETE', url: byQuery })).statusCode).toBe(200);
    expect(view.acknowledged.map((text) => text.split(' ').slice(1).join(' '))).toEqual([
      'seen',
      'mine',
      'taken back',
      'taken back',
    ]);
  });

  test('a finding that is not there is 404, an episode that is over 409', async () => {
    expect((await post({ finding: 'nodes/cordoned|Node/gone' })).statusCode).toBe(404);
    expect((await post({ finding: cordoned.id, episode: `${cordoned.id}@1` })).statusCode).toBe(409);
  });

  test.each([
    [{}, 'finding is missing'],
    [{ finding: 3 }, 'finding must be the id of a finding'],
    [{ finding: 'x', meaning: 'whatever' }, 'meaning must be seen, mine, restored'],
    [[], 'finding is missing'],
    ['"text"', 'send an object such as'],
    ['{"finding":', 'the body is no valid JSON'],
    ['', 'the body is empty'],
  ])('%j is refused: %s', async (payload, error) => {
    const answer = await post(payload, { 'content-type': 'application/json' });
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([400, expect.stringContaining(error)]);
    expect(view.acknowledged).toEqual([]);
  });

  test('forms and plain text, which any site may send, are refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await post(JSON.stringify({ finding: cordoned.id }), { 'content-type': type });
      expect(answer.statusCode).toBe(415);
    }
  });

  test('a body larger than an acknowledgement can be is refused', async () => {
    expect((await post({ finding: 'x'.repeat(10_000) })).statusCode).toBe(413);
  });

  test('the page of another site is refused, our own and a TLS proxy before us are not', async () => {
    const from = (origin: string) => post({ finding: cordoned.id }, { origin, host: 'wall.home:8080' });
    expect((await from('http://evil.example')).statusCode).toBe(403);
    expect((await from('null')).statusCode).toBe(403);
    expect((await from('http://wall.home:9090')).statusCode).toBe(403);
    expect((await from('http://wall.home:8080')).statusCode).toBe(200);
    expect((await post({ finding: cordoned.id }, { origin: 'https://wall.home', host: 'wall.home' })).statusCode).toBe(
      200,
    );
    expect(view.acknowledged).toHaveLength(2);
  });
});

describe('the page', () => {
  test('is asked for anew each time, its hashed files never', async () => {
    const page = await app.inject('/');
    expect(page.body).toContain('<title>wall</title>');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await app.inject('/?kiosk')).statusCode).toBe(200);
    expect((await app.inject('/assets/page-1a2b.js')).headers['cache-control']).toContain('immutable');
  });

  test('its files come compressed as the build wrote them', async () => {
    const answer = await app.inject({ url: '/assets/page-1a2b.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(answer.headers['content-type']).toContain('javascript');
    expect(answer.headers['cache-control']).toContain('immutable');
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe('console.log(1)');
  });

  test('may load nothing from elsewhere, and does not insist on HTTPS', async () => {
    const { headers } = await app.inject('/');
    expect(headers['content-security-policy']).toContain("default-src 'self';script-src 'self';style-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['cross-origin-opener-policy']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('a file that the browser has is not sent again', async () => {
    const { etag } = (await app.inject('/')).headers;
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String(etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('a browser that goes away while a file is sent is no mistake of ours', async () => {
    writeFileSync(join(pageDirectory, 'assets', 'large.js'), Buffer.alloc(30_000_000, ' '));
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    await new Promise<void>((resolve, reject) => {
      const asked = get(`${address}/assets/large.js`, (answer) => {
        answer.once('data', () => asked.destroy());
        answer.once('close', resolve);
      }).once('error', reject);
    });
    // The server learns of it when it writes on; other answers come after that.
    for (let i = 0; i < 5; i += 1) expect(await (await fetch(`${address}/assets/page-1a2b.js`)).text()).not.toBe('');
    expect(log).toEqual([]);
  });

  test('asks that only want to know whether it is there get no body', async () => {
    const head = await app.inject({ method: 'HEAD', url: '/' });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', '34']);
  });

  test('files outside of it, hidden ones and directories cannot be had', async () => {
    const odd = ['/.env', '/assets', '/assets/', '/assets/.html', '/index.html%00', '/index.html/x', '//etc/passwd'];
    const paths = ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', ...odd];
    writeFileSync(join(pageDirectory, '.env'), 'secret');
    for (const url of paths) {
      expect((await app.inject(url)).statusCode, url).toBeGreaterThanOrEqual(400);
    }
  });

  test('where it is not built, the wall says how', async () => {
    const bare = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: () => undefined });
    expect((await bare.inject('/')).body).toContain('npm run build');
    await bare.close();
  });

  test('what is not there is a sentence', async () => {
    expect(await refusal('/api/nothing?x=1')).toEqual({ status: 404, error: 'there is nothing at GET /api/nothing' });
  });
});

describe('health', () => {
  test('ready means that a first board stands, alive that the process answers', async () => {
    view.judged = 0;
    expect((await app.inject('/readyz')).statusCode).toBe(503);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    view.judged = startedAt;
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });
});
