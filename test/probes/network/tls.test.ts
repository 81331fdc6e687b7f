import { createServer, type ServerOptions } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { HttpAsk, Verifying } from '#server/cluster/network.ts';
import { startFaultProxy } from '#test/cluster/fault-proxy.ts';
import { until } from '#test/cluster/until.ts';
import { signedByItself, type Signed } from '../tls-certificates.ts';
import { rawHouse, type Shown } from '../tls-house.ts';
import { asked, askOf, realNetwork, sayingHouse } from './network-play.ts';

const often = { everyMs: 5, withinMs: 5_000 };
const dayMs = 86_400_000;
const git = { subject: [{ CN: ['git.example'] }], names: ['git.example'] };
const past = { notBefore: new Date(Date.now() - 5 * dayMs), notAfter: new Date(Date.now() - dayMs) };
const future = { notBefore: new Date(Date.now() + dayMs), notAfter: new Date(Date.now() + 5 * dayMs) };
let root: Signed;
let middle: Signed;

beforeAll(async () => {
  root = await signedByItself({ subject: [{ CN: ['Home Root'] }], isAuthority: true });
  middle = await root.sign({ subject: [{ CN: ['Home Middle'] }], isAuthority: true });
});

interface HttpsHouse {
  port: number;
  /** Names by which it was asked and whether each had its handshake shortened, in their order. */
  requests: { head: string; resumed: boolean }[];
  /** Bytes that came after handshakes. */
  heard(): number;
  handshakes(): number;
  open(): number;
  show(shown: Shown): void;
}

async function httpsHouse(
  shown: Shown,
  after: readonly Shown[] = [],
  options: ServerOptions = {},
): Promise<HttpsHouse> {
  const certOf = (one: Shown) => [one, ...after].map(({ certificate }) => certificate).join('\n');
  let [heard, handshakes, open] = [0, 0, 0];
  const requests: HttpsHouse['requests'] = [];
  const server = createServer({ cert: certOf(shown), key: shown.key, ...options }, (request, answer) => {
    const socket = request.socket as import('node:tls').TLSSocket;
    requests.push({ head: `${request.method} ${request.headers.host}`, resumed: socket.isSessionReused() });
    answer.end('over TLS');
  });
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  server.on('secureConnection', (socket) => {
    handshakes += 1;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (heard += chunk.length));
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return {
    ...{ port: (server.address() as AddressInfo).port, requests },
    ...{ heard: () => heard, handshakes: () => handshakes, open: () => open },
    show: (other) => server.setSecureContext({ cert: certOf(other), key: other.key }),
  };
}

const trusting = (more: Partial<HttpAsk> = {}): Partial<HttpAsk> => ({
  ...{ address: '127.0.0.1', authorities: [root.certificate] },
  ...more,
});
const at = (port: number) => `https://git.example:${port}/`;

describe('a server whose certificate is right', () => {
  test('is asked by its name, and tells how long the handshake took', async () => {
    const { port, requests, open } = await httpsHouse(await middle.sign(git), [middle]);
    const answer = await asked(at(port), trusting());
    expect(answer).toMatchObject({
      trouble: '',
      status: 200,
      body: 'over TLS',
      distrust: '',
      address: `127.0.0.1:${port}`,
    });
    expect(answer.phases).toMatchObject({ connectMs: expect.any(Number), tlsMs: expect.any(Number), dnsMs: null });
    expect(answer.phases.tlsMs).toBeGreaterThan(0);
    expect(requests).toEqual([{ head: `GET git.example:${port}`, resumed: false }]);
    await until('nothing is left', () => open() === 0, often);
  });

  test('by an address in it, by a wildcard, and by a name with the root’s dot', async () => {
    const shown = await root.sign({ ...git, names: ['127.0.0.1', '*.home.example', 'git.example'] });
    const { port } = await httpsHouse(shown);
    for (const host of ['127.0.0.1', 'nas.home.example', 'git.example.', 'GIT.example']) {
      expect(await asked(`https://${host}:${port}/`, trusting())).toMatchObject({ trouble: '', distrust: '' });
    }
    expect(await asked(`https://a.nas.home.example:${port}/`, trusting())).toMatchObject({ distrust: 'wrong-name' });
  });
});

describe('a server whose certificate is not right', () => {
  type Case = [string, () => Promise<[Shown, Shown[]?]>, string, RegExp, Verifying[]];
  const cases: Case[] = [
    [
      'expired',
      async () => [await root.sign({ ...git, ...past })],
      'expired',
      /the certificate of git\.example:\d+ has expired/,
      ['all', 'dates'],
    ],
    [
      'of the future',
      async () => [await root.sign({ ...git, ...future })],
      'not-yet-valid',
      /is not valid yet/,
      ['all', 'dates'],
    ],
    ['signed by itself', async () => [await signedByItself(git)], 'untrusted', /is signed by itself/, ['all']],
    [
      'of a private authority',
      async () => {
        const other = await signedByItself({ subject: [{ CN: ['Other Root'] }], isAuthority: true });
        return [await other.sign(git), [other]];
      },
      'untrusted',
      /comes from an authority that is not trusted: CN=Other Root/,
      ['all'],
    ],
    [
      'without its intermediate',
      async () => [await middle.sign(git)],
      'untrusted',
      /not trusted|does not show/,
      ['all'],
    ],
    [
      'for another name',
      async () => [await root.sign({ names: ['other.example'] })],
      'wrong-name',
      /is for another name: other\.example/,
      ['all'],
    ],
    [
      'for no name at all',
      async () => [await root.sign({ subject: git.subject })],
      'wrong-name',
      /for another name: no name at all/,
      ['all'],
    ],
    [
      'whose authority has expired',
      async () => {
        const old = await root.sign({ subject: [{ CN: ['Old Middle'] }], isAuthority: true, ...past });
        return [await old.sign(git), [old]];
      },
      'untrusted',
      /an authority in the chain of git\.example:\d+ has expired/,
      ['all'],
    ],
    [
      'expired and signed by itself',
      async () => [await signedByItself({ ...git, ...past })],
      'expired',
      /has expired/,
      ['all', 'dates'],
    ],
  ];

  test.each(cases)('%s', async (_, make, distrust, words, refusedBy) => {
    const house = await httpsHouse(...(await make()));
    for (const verify of ['all', 'dates', 'none'] as const) {
      const before = house.heard();
      const network = realNetwork();
      // The second time too, where a session might be resumed.
      for (let i = 0; i < 2; i += 1) {
        const answer = await network.askHttp(askOf(at(house.port), trusting({ verify })), 5_000);
        expect(answer.distrust).toBe(distrust);
        if (!refusedBy.includes(verify)) expect(answer).toMatchObject({ trouble: '', body: 'over TLS' });
        else expect(answer).toMatchObject({ trouble: 'tls', message: expect.stringMatching(words) });
      }
      await until('all have ended', () => house.open() === 0, often);
      if (refusedBy.includes(verify)) expect(house.heard(), 'not a byte is sent').toBe(before);
    }
  });

  test('is not asked there by a redirect either', async () => {
    const inner = await httpsHouse(await signedByItself(git));
    const { port } = await sayingHouse((socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nlocation: ${at(inner.port)}\r\n\r\n`),
    );
    const answer = await asked(`http://git.example:${port}/`, trusting());
    expect(answer).toMatchObject({ trouble: 'tls', distrust: 'untrusted' });
    expect(inner.heard()).toBe(0);
  });

  test('authorities that cannot be read', async () => {
    const { port, heard } = await httpsHouse(await root.sign(git));
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(await asked(at(port), trusting({ authorities: [broken] }))).toMatchObject({ trouble: 'unexpected' });
    expect(heard()).toBe(0);
  });

  test('authorities that sign each other do not hold anything up', async () => {
    const [a, b] = await Promise.all(
      ['A', 'B'].map((CN) => signedByItself({ subject: [{ CN: [CN] }], isAuthority: true })),
    );
    const aByB = await b!.sign({ subject: [{ CN: ['A'] }], isAuthority: true, keys: a!.keys });
    const bByA = await a!.sign({ subject: [{ CN: ['B'] }], isAuthority: true, keys: b!.keys });
    const { port } = await httpsHouse(await a!.sign(git));
    const authorities = [aByB.certificate, bByA.certificate];
    expect(await asked(at(port), trusting({ authorities }))).toMatchObject({ trouble: '', distrust: '' });
    const other = await httpsHouse(await signedByItself(git));
    expect(await asked(at(other.port), trusting({ authorities }))).toMatchObject({
      trouble: 'tls',
      distrust: 'untrusted',
    });
  });
});

describe('TLS of another kind', () => {
  test.each([
    ['TLSv1', 'TLS 1.0'],
    ['TLSv1.1', 'TLS 1.1'],
  ] as const)('%s is told as what it is, and asked nothing', async (version, words) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { port, heard, open } = await httpsHouse(await root.sign(git), [], old);
    for (const verify of ['all', 'none'] as const) {
      expect(await asked(at(port), trusting({ verify }))).toMatchObject({
        ...{ trouble: 'tls', distrust: 'old-protocol', address: `127.0.0.1:${port}` },
        message: `git.example:${port} speaks only ${words}, which browsers refuse`,
      });
    }
    expect(heard()).toBe(0);
    await until('nothing is left', () => open() === 0, often);
  });

  test('TLS 1.2 is well, and its session is resumed too', async () => {
    const { port, requests } = await httpsHouse(await root.sign(git), [], { maxVersion: 'TLSv1.2' });
    const network = realNetwork();
    for (let i = 0; i < 3; i += 1) await network.askHttp(askOf(at(port), trusting()), 5_000);
    expect(requests.map(({ resumed }) => resumed)).toEqual([false, true, true]);
  });

  test.each(['TLSv1.3', 'TLSv1.2'] as const)('a certificate of ours is wanted, by %s', async (maxVersion) => {
    const wants = { requestCert: true, rejectUnauthorized: true, ca: root.certificate, maxVersion };
    const { port, requests } = await httpsHouse(await root.sign(git), [], wants);
    const answer = await asked(at(port), trusting());
    expect(answer).toMatchObject({ trouble: expect.stringMatching(/^(tls|reset)$/) });
    expect(requests).toEqual([]);
  });

  test('none at all: something else answers', async () => {
    const plain = await sayingHouse('HTTP/1.1 400 Bad Request\r\n\r\n');
    const speaks = await rawHouse((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    const hello = await rawHouse((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    for (const { port } of [speaks, hello]) {
      const answer = await asked(at(port), trusting(), 1_000);
      expect(answer).toMatchObject({ trouble: 'tls', message: expect.stringMatching(/ speaks no TLS$/) });
    }
    expect((await asked(at(plain.port), trusting(), 300)).trouble).toBe('silent');
  });

  test('closed, reset or silent within the handshake', async () => {
    const closes = await rawHouse((socket) => socket.once('data', () => socket.end()));
    const resets = await rawHouse((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const silent = await rawHouse(() => undefined);
    for (const { port } of [closes, resets])
      expect(await asked(at(port), trusting())).toMatchObject({ trouble: 'reset' });
    const answer = await asked(at(silent.port), trusting(), 300);
    expect(answer).toMatchObject({
      ...{ trouble: 'silent', address: `127.0.0.1:${silent.port}`, distrust: '' },
      message: `connected to git.example:${silent.port}, but the TLS handshake was not done within 0.3 s`,
    });
    for (const { open } of [closes, resets, silent]) await until('nothing is left', () => open() === 0, often);
  });

  test('reset after the handshake, before and within the answer', async () => {
    const shown = await root.sign(git);
    const server = createTlsServer({ cert: shown.certificate, key: shown.key }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (chunk: Buffer) => {
        if (!chunk.toString().includes('/half')) return proxy.cut();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () => setTimeout(() => proxy.cut(), 100));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const proxy = await startFaultProxy({ targetPort: (server.address() as AddressInfo).port });
    onTestFinished(() => proxy.close());
    const { port } = proxy;
    expect(await asked(at(port), trusting())).toMatchObject({ trouble: 'reset', distrust: '' });
    expect(await asked(`${at(port)}half`, trusting())).toMatchObject({ trouble: '', body: 'half', bodyCut: true });
  });

  test('that goes silent when the line is cut', async () => {
    const { port: targetPort, open } = await httpsHouse(await root.sign(git));
    const proxy = await startFaultProxy({ targetPort });
    onTestFinished(() => proxy.close());
    await proxy.setMode('blackhole');
    expect((await asked(at(proxy.port), trusting(), 300)).trouble).toBe('silent');
    await proxy.setMode('pass');
    expect((await asked(at(proxy.port), trusting())).trouble).toBe('');
    await until('nothing is left', () => open() === 0, often);
  });
});

describe('a session', () => {
  test('is resumed with the same server, name and trust only', async () => {
    const shown = await root.sign({ ...git, names: ['git.example', 'nas.example'] });
    const { port, requests } = await httpsHouse(shown);
    const network = realNetwork();
    const ask = (host: string, more: Partial<HttpAsk> = {}) =>
      network.askHttp(askOf(`https://${host}:${port}/`, trusting(more)), 5_000);
    for (let i = 0; i < 4; i += 1) expect(await ask('git.example')).toMatchObject({ trouble: '', distrust: '' });
    await ask('nas.example');
    await ask('git.example', { authorities: [root.certificate, middle.certificate] });
    await ask('git.example');
    expect(requests.map(({ resumed }) => resumed)).toEqual([false, true, true, true, false, false, true]);
  });

  test('never makes up for a certificate: who was trusted by one authority is not by another', async () => {
    const { port, requests } = await httpsHouse(await root.sign(git));
    const other = await signedByItself({ subject: [{ CN: ['Other Root'] }], isAuthority: true });
    const network = realNetwork();
    const ask = (more: Partial<HttpAsk>) => network.askHttp(askOf(at(port), trusting(more)), 5_000);
    expect(await ask({})).toMatchObject({ trouble: '' });
    for (let i = 0; i < 2; i += 1) {
      expect(await ask({ authorities: [other.certificate] })).toMatchObject({ trouble: 'tls', distrust: 'untrusted' });
    }
    // Whoever does not mind has a session, which helps nobody who does.
    for (let i = 0; i < 2; i += 1) {
      expect(await ask({ authorities: [other.certificate], verify: 'none' })).toMatchObject({
        trouble: '',
        distrust: 'untrusted',
      });
    }
    expect(await ask({ authorities: [other.certificate] })).toMatchObject({ trouble: 'tls', distrust: 'untrusted' });
    expect(requests.map(({ resumed }) => resumed)).toEqual([false, false, true]);
  });

  test('ends with the certificate it was begun with', async () => {
    const soon = await root.sign({ ...git, notAfter: new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000) });
    const { port } = await httpsHouse(soon);
    const network = realNetwork();
    const ask = () => network.askHttp(askOf(at(port), trusting({ verify: 'dates' })), 5_000);
    expect(await ask()).toMatchObject({ trouble: '', distrust: '' });
    expect(await ask()).toMatchObject({ trouble: '', distrust: '' });
    await until('it is over', async () => (await ask()).trouble === 'tls', { everyMs: 100, withinMs: 6_000 });
    expect(await ask()).toMatchObject({ trouble: 'tls', distrust: 'expired' });
  });

  test('that a restarted server knows nothing of is a whole handshake, judged anew', async () => {
    const first = await httpsHouse(await root.sign(git));
    const network = realNetwork();
    const proxied = await startFaultProxy({ targetPort: first.port });
    const { port } = proxied;
    const ask = () => network.askHttp(askOf(at(port), trusting()), 5_000);
    expect(await ask()).toMatchObject({ trouble: '' });
    await proxied.close();
    const second = await httpsHouse(await signedByItself(git));
    const again = await startFaultProxy({ targetPort: second.port, port });
    onTestFinished(() => again.close());
    expect(await ask()).toMatchObject({ trouble: 'tls', distrust: 'untrusted' });
    expect(second.heard()).toBe(0);
  });
});
