import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import { signedByItself, type OddRequest, type Signed } from './tls-certificates.ts';
import { looks, namedHouse, rawHouse, targetOf, tlsHouse, type Shown } from './tls-house.ts';

const dayMs = 86_400_000;
const git = { subject: [{ CN: ['git.example'] }], names: ['git.example'] };
let root: Signed;
let middle: Signed;

beforeAll(async () => {
  root = await signedByItself({ subject: [{ CN: ['Home Root'] }], isAuthority: true });
  middle = await root.sign({ subject: [{ CN: ['Home Middle'] }], isAuthority: true });
});

/** Looks at a server that shows this, and trusts `Home Root`. */
async function seen(shown: Shown, after: readonly Shown[] = [], more: object = {}) {
  const { port } = await tlsHouse(shown, after);
  return { port, ...(await looks()(targetOf(port, { also: [root.certificate], ...more }))) };
}

describe('a certificate that is read', () => {
  test('says all of itself, and is trusted by an authority given beside the system’s', async () => {
    const [notBefore, notAfter] = [new Date(1_790_000_000_000), new Date(1_990_000_000_000)];
    const subject = [{ O: ['Home, Inc'] }, { CN: ['git.example'] }];
    const names = ['git.example', '*.home.example', '192.168.8.2', '::1'];
    const leaf = await middle.sign({ subject, names, notBefore, notAfter });
    const look = await seen(leaf, [middle]);
    expect(look).toMatchObject({ outcome: 'trusted', trouble: '', message: '', protocol: 'TLSv1.3' });
    expect(look.certificate).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      subject: 'O=Home\\, Inc, CN=git.example',
      commonName: 'git.example',
      names: ['git.example', '*.home.example', '192.168.8.2', '0:0:0:0:0:0:0:1'],
      issuer: 'CN=Home Middle',
      notBefore: notBefore.getTime(),
      notAfter: notAfter.getTime(),
      selfSigned: false,
      keyType: 'EC P-256',
      chain: [
        expect.objectContaining({ subject: 'CN=Home Middle', issuer: 'CN=Home Root', selfSigned: false }),
        expect.objectContaining({ subject: 'CN=Home Root', issuer: 'CN=Home Root', selfSigned: true }),
      ],
      chainIs: 'complete',
    });
  });

  test.each([
    ['EC', 'EC P-256'],
    ['RSA', 'RSA 2048'],
    ['Ed25519', 'Ed25519'],
  ] as const)('with a key of type %s', async (algorithm, keyType) => {
    expect((await seen(await signedByItself({ ...git, algorithm }))).certificate?.keyType).toBe(keyType);
  });

  test('has the same fingerprint wherever it is shown, and another one when it is another', async () => {
    const [leaf, other] = [await root.sign(git), await root.sign(git)];
    const shown = await Promise.all(
      [leaf, leaf, other].map(async (each) => (await seen(each)).certificate?.fingerprint),
    );
    expect(shown[1]).toBe(shown[0]);
    expect(shown[2]).not.toBe(shown[0]);
  });
});

describe('what a browser would say', () => {
  const past = { notBefore: new Date(Date.now() - 5 * dayMs), notAfter: new Date(Date.now() - dayMs) };
  const future = { notBefore: new Date(Date.now() + dayMs), notAfter: new Date(Date.now() + 5 * dayMs) };
  const tenYears = { notAfter: new Date(Date.now() + 3_650 * dayMs) };
  const oneDay = { notAfter: new Date(Date.now() + dayMs) };

  test.each([
    ['expired', past, 'expired', 'has expired'],
    ['of the future', future, 'not-yet-valid', 'is not valid yet'],
    [
      'for another name',
      { names: ['nas.example', '10.0.0.1'] },
      'wrong-name',
      'is for another name: nas.example, 10.0.0.1',
    ],
    ['without any name but its subject', { names: [] }, 'wrong-name', 'is for another name: no name at all'],
    ['of ten years', tenYears, 'trusted', ''],
    ['of one day', oneDay, 'trusted', ''],
    ['until the year 9999', { notAfter: new Date('9999-12-31T23:59:59Z') }, 'trusted', ''],
    ['since before 1970', { notBefore: new Date('1955-01-01T00:00:00Z') }, 'trusted', ''],
  ])('a certificate %s', async (_, odd: OddRequest, outcome, words) => {
    const look = await seen(await root.sign({ ...git, ...odd }));
    const message = words === '' ? '' : `the certificate of 127.0.0.1:${look.port} ${words}`;
    expect(look).toMatchObject({ outcome, message, trouble: '', certificate: { chainIs: 'complete' } });
    if (odd.notAfter !== undefined) expect(look.certificate?.notAfter).toBe(seconds(odd.notAfter));
    if (odd.notBefore !== undefined) expect(look.certificate?.notBefore).toBe(seconds(odd.notBefore));
  });

  test('an expired one of a strange authority has expired first of all, and its chain is told all the same', async () => {
    const strange = await signedByItself({ subject: [{ CN: ['Strange'] }], isAuthority: true });
    const look = await seen(await strange.sign({ ...git, ...past }));
    expect([look.outcome, look.certificate?.chainIs]).toEqual(['expired', 'unknown-issuer']);
  });

  test('an expired authority in the chain makes it untrusted, since its own dates are fine', async () => {
    const old = await root.sign({ subject: [{ CN: ['Old Middle'] }], isAuthority: true, ...past });
    const look = await seen(await old.sign(git), [old]);
    expect([look.outcome, look.certificate?.chainIs]).toEqual(['untrusted', 'complete']);
    expect(look.message).toContain('an authority in the chain of 127.0.0.1');
    expect(look.message).toContain('has expired');
  });

  test('one signed by itself', async () => {
    const look = await seen(await signedByItself(git));
    expect(look).toMatchObject({ outcome: 'untrusted', certificate: { selfSigned: true, chainIs: 'self-signed' } });
    expect(look.message).toBe(`the certificate of 127.0.0.1:${look.port} is signed by itself`);
  });

  test('one signed by itself that the owner trusts', async () => {
    const own = await signedByItself(git);
    const look = await seen(own, [], { also: [own.certificate] });
    expect(look).toMatchObject({ outcome: 'trusted', certificate: { selfSigned: true, chainIs: 'complete' } });
  });

  test('one of an authority that nobody knows, shown or not', async () => {
    const strange = await signedByItself({ subject: [{ CN: ['Strange'] }], isAuthority: true });
    const leaf = await strange.sign(git);
    for (const after of [[], [strange]]) {
      const look = await seen(leaf, after);
      expect(look).toMatchObject({ outcome: 'untrusted', certificate: { chainIs: 'unknown-issuer' } });
      expect(look.message).toContain('comes from an authority that is not trusted: CN=Strange');
    }
  });

  test('one whose intermediate is not shown, if it says where that is to be had', async () => {
    const leaf = await middle.sign({ ...git, issuerAt: 'http://r10.example/' });
    const look = await seen(leaf);
    expect(look).toMatchObject({ outcome: 'untrusted', certificate: { chainIs: 'incomplete', chain: [] } });
    expect(look.message).toBe(
      `127.0.0.1:${look.port} does not show the certificate of CN=Home Middle, which has signed the last one that it shows`,
    );
    expect((await seen(leaf, [middle])).outcome).toBe('trusted');
  });

  test('without such a hint an intermediate that is not shown is an unknown authority: that cannot be told', async () => {
    expect((await seen(await middle.sign(git))).certificate?.chainIs).toBe('unknown-issuer');
  });

  test('the cluster’s own authority counts only where it is asked for', async () => {
    const { port } = await tlsHouse(await root.sign(git));
    const look = looks(root.certificate);
    expect((await look(targetOf(port, { trust: 'cluster' }))).outcome).toBe('trusted');
    expect((await look(targetOf(port))).outcome).toBe('untrusted');
  });

  test('another name that is given instead, and an address', async () => {
    const leaf = await root.sign({ ...git, names: ['nuc0', '127.0.0.1'] });
    expect((await seen(leaf, [], { otherName: 'nuc0' })).outcome).toBe('trusted');
    expect((await seen(leaf, [], { serverName: '127.0.0.1' })).outcome).toBe('trusted');
    expect((await seen(leaf, [], { serverName: '' })).outcome).toBe('trusted');
    expect((await seen(leaf, [], { serverName: '127.0.0.2' })).outcome).toBe('wrong-name');
  });

  test('a name beyond ASCII, and one with the dot of the root', async () => {
    const leaf = await root.sign({ ...git, names: ['xn--mller-kva.example'] });
    expect((await seen(leaf, [], { serverName: 'müller.example' })).outcome).toBe('trusted');
    expect((await seen(leaf, [], { serverName: 'xn--mller-kva.example.' })).outcome).toBe('trusted');
  });
});

describe('the name that is asked for', () => {
  test('decides which of two certificates is shown on one port; an address is never sent', async () => {
    const [web, photos, fallback] = await Promise.all(
      ['git.example', 'photos.example', 'fallback.example'].map((name) =>
        root.sign({ subject: [{ CN: [name] }], names: [name] }),
      ),
    );
    const { port } = await namedHouse(fallback!, { 'git.example': web!, 'photos.example': photos! });
    const look = looks();
    const shownFor = async (serverName: string) =>
      (await look(targetOf(port, { serverName, also: [root.certificate] }))).certificate?.commonName;
    expect(await shownFor('git.example')).toBe('git.example');
    expect(await shownFor('photos.example')).toBe('photos.example');
    expect(await shownFor('127.0.0.1')).toBe('fallback.example');
  });
});

describe('a server that wants a certificate of ours', () => {
  test.each(['TLSv1.3', 'TLSv1.2'] as const)('gives its own all the same, with %s', async (version) => {
    const wants = { requestCert: true, rejectUnauthorized: true, ca: root.certificate, maxVersion: version };
    const { port, open } = await tlsHouse(await root.sign(git), [], wants);
    const look = await looks()(targetOf(port, { also: [root.certificate] }));
    expect(look).toMatchObject({ outcome: 'trusted', protocol: version, certificate: { subject: 'CN=git.example' } });
    await until('no socket is left', () => open() === 0, { everyMs: 10 });
  });
});

describe('a server that speaks only what was given up long ago', () => {
  test.each(['TLSv1', 'TLSv1.1'] as const)('%s: its certificate is read by a second handshake', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { port, connections, open } = await tlsHouse(await root.sign(git), [], old);
    const look = await looks()(targetOf(port, { also: [root.certificate] }));
    const words = version === 'TLSv1' ? 'TLS 1.0' : 'TLS 1.1';
    expect(look).toMatchObject({
      ...{ outcome: 'trusted', trouble: 'old-protocol', protocol: version },
      message: `127.0.0.1:${port} speaks only ${words}, which browsers refuse`,
      certificate: { commonName: 'git.example', chainIs: 'complete' },
    });
    expect(connections()).toBe(2);
    await until('no socket is left', () => open() === 0, { everyMs: 10 });
  });

  test('and is expired besides', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { port } = await tlsHouse(await root.sign({ ...git, notAfter: new Date(Date.now() - dayMs) }), [], old);
    const look = await looks()(targetOf(port));
    expect([look.outcome, look.trouble]).toEqual(['expired', 'old-protocol']);
  });
});

describe('no handshake', () => {
  test('where nobody listens', async () => {
    const port = await freePort();
    expect(await looks()(targetOf(port))).toEqual({
      ...{ outcome: 'no-handshake', trouble: 'refused', certificate: null, protocol: '' },
      message: `127.0.0.1:${port} refused the connection`,
    });
  });

  test.each([
    [
      'an HTTP server',
      (port: number) => `127.0.0.1:${port} does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)`,
      'HTTP/1.1 400 Bad Request\r\n\r\n',
    ],
    [
      'a mail server',
      (port: number) => `127.0.0.1:${port} does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)`,
      '220 mail.example ESMTP\r\n',
    ],
    [
      'an SSH server',
      (port: number) => `127.0.0.1:${port} does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)`,
      'SSH-2.0-OpenSSH_9.2\r\n',
    ],
  ])('%s', async (_, message, greeting) => {
    const { port, open } = await rawHouse((socket) => socket.write(greeting));
    expect(await looks()(targetOf(port))).toMatchObject({ trouble: 'not-tls', message: message(port) });
    await until('no socket is left', () => open() === 0, { everyMs: 10 });
  });

  test('a server that is silent after connect takes the whole limit, and no more', async () => {
    const { port, open } = await rawHouse(() => undefined);
    const startedAt = performance.now();
    expect(await looks()(targetOf(port), 300)).toMatchObject({
      trouble: 'silent',
      message: `connected to 127.0.0.1:${port}, but the TLS handshake was not done within 0.3 s`,
    });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    await until('no socket is left', () => open() === 0, { everyMs: 10 });
  });

  test('a server that answers one byte after the other is as good as silent', async () => {
    const real = await tlsHouse(await root.sign(git));
    let sent = 0;
    const { port, open } = await rawHouse((socket) => {
      const behind = connectTcp(real.port, '127.0.0.1').on('error', () => socket.destroy());
      const waiting: number[] = [];
      behind.on('data', (bytes) => waiting.push(...bytes));
      const drip = setInterval(() => {
        const byte = waiting.shift();
        if (byte !== undefined && socket.write(Buffer.of(byte))) sent += 1;
      }, 20);
      socket.on('data', (bytes) => behind.write(bytes)).once('close', () => (clearInterval(drip), behind.destroy()));
    });
    expect(await looks()(targetOf(port), 1_000)).toMatchObject({ trouble: 'silent', certificate: null });
    expect(sent).toBeGreaterThan(5);
    await until('no socket is left', () => open() === 0, { everyMs: 10 });
  });

  test('a server that hangs up, at once or when it is spoken to', async () => {
    const atOnce = await rawHouse((socket) => socket.end());
    const spokenTo = await rawHouse((socket) => socket.once('data', () => socket.resetAndDestroy()));
    for (const { port } of [atOnce, spokenTo]) {
      expect(await looks()(targetOf(port))).toMatchObject({
        trouble: 'reset',
        message: `the connection to 127.0.0.1:${port} broke off (ECONNRESET)`,
      });
    }
  });

  test('a server that says why it does not want to', async () => {
    // A fatal alert: there is no host of this name.
    const { port } = await rawHouse((socket) =>
      socket.once('data', () => socket.write(Buffer.of(21, 3, 3, 0, 2, 2, 112))),
    );
    const look = await looks()(targetOf(port));
    expect(look).toMatchObject({ trouble: 'unexpected', certificate: null });
    expect(look.message).toMatch(/^127\.0\.0\.1:\d+ broke off the TLS handshake: .*unrecognized name/);
  });

  test('a name that cannot be resolved', async () => {
    const look = await looks()(targetOf(443, { host: 'nowhere.invalid' }));
    expect(look).toMatchObject({ trouble: 'dns', certificate: null });
    expect(look.message).toContain('the name in nowhere.invalid:443 cannot be resolved');
  });

  test.each([
    ['no host', { host: '' }],
    ['a port that there is not', { port: 70_000 }],
    ['a resolver that is no address', { host: 'git.example', resolver: 'router' }],
    ['an authority that is no certificate', { also: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] }],
  ])('%s', async (_, more) => {
    const { port } = await tlsHouse(await root.sign(git));
    const look = await looks()(targetOf(port, more));
    expect(look).toMatchObject({ outcome: 'no-handshake', certificate: null });
    expect(look.message).not.toBe('');
    expect(look.message.length).toBeLessThanOrEqual(300);
  });
});

describe('split DNS', () => {
  test('the host is looked up by the DNS server that the owner names', async () => {
    const asked: string[] = [];
    const resolver = await dnsServer((name) => (asked.push(name), name === 'git.example' ? '127.0.0.1' : null));
    const { port } = await tlsHouse(await root.sign(git));
    const target = { host: 'git.example', resolver, also: [root.certificate] };
    expect(await looks()(targetOf(port, target))).toMatchObject({ outcome: 'trusted', trouble: '' });
    expect(asked).toContain('git.example');
    const look = await looks()(targetOf(port, { ...target, host: 'other.example' }));
    expect(look).toMatchObject({ trouble: 'dns' });
    expect(look.message).toContain('cannot be resolved by the configured resolver (ENOTFOUND)');
  });

  test('a DNS server that does not listen is no host that refuses', async () => {
    const resolver = `127.0.0.1:${await freePort()}`;
    const look = await looks()(targetOf(443, { host: 'git.example', resolver }), 10_000);
    expect(look.trouble).toBe('dns');
  });
});

describe('what strangers write', () => {
  test('control and direction characters, and a name of 10 kB, become one line that can be shown', async () => {
    const hostile = `evil\u202Egro.elpmaxe\r\n\u0007<script>\u2028${'x'.repeat(10_000)}`;
    const shown = (
      await seen(
        await signedByItself({ subject: [{ CN: [hostile] }, { O: ['token=abcdefgh'] }], names: ['git.example'] }),
      )
    ).certificate!;
    for (const text of [shown.subject, shown.issuer, shown.commonName]) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
      expect(text.length).toBeLessThanOrEqual(300);
      expect(text).toContain('evil');
    }
    expect(shown.names).toEqual(['git.example']);
  });

  test('100 names are all told, of more the first 100', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `host-${i}.example`);
    expect((await seen(await root.sign({ ...git, names: names.slice(0, 100) }))).certificate?.names).toEqual(
      names.slice(0, 100),
    );
    const more = await seen(await root.sign({ ...git, names }), [], { serverName: 'host-129.example' });
    expect([more.certificate?.names.length, more.outcome]).toEqual([100, 'trusted']);
  });

  test('a chain of 20 is gone through, and 10 of it are told', async () => {
    const chain: Signed[] = [];
    let top = root;
    for (let i = 0; i < 19; i += 1) {
      top = await top.sign({ subject: [{ CN: [`Middle ${i}`] }], isAuthority: true });
      chain.unshift(top);
    }
    const look = await seen(await top.sign(git), chain);
    expect(look.outcome).toBe('trusted');
    expect(look.certificate?.chain.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 10 }, (_, i) => `CN=Middle ${18 - i}`),
    );
    const strange = await looks()(targetOf((await tlsHouse(await top.sign(git), chain)).port));
    expect([strange.outcome, strange.certificate?.chainIs]).toEqual(['untrusted', 'unknown-issuer']);
  });

  test('two authorities that have signed each other come to an end', async () => {
    const first = await signedByItself({ subject: [{ CN: ['First'] }], isAuthority: true });
    const second = await first.sign({ subject: [{ CN: ['Second'] }], isAuthority: true });
    const firstBySecond = await second.sign({ subject: [{ CN: ['First'] }], isAuthority: true, keys: first.keys });
    const leaf = await second.sign(git);
    const look = await seen(leaf, [second, firstBySecond]);
    expect([look.outcome, look.certificate?.chainIs]).toEqual(['untrusted', 'unknown-issuer']);
    // Known to us, too.
    expect((await seen(leaf, [], { also: [firstBySecond.certificate, second.certificate] })).outcome).toBe('trusted');
  });

  test('a name to ask for that is nonsense does no harm', async () => {
    const look = await seen(await root.sign(git), [], { serverName: `\u0000${'x'.repeat(2_000)}` });
    expect(look.message).not.toBe('');
    expect(look.message.length).toBeLessThanOrEqual(300);
  });

  test('certificates that have nothing to do with it do no harm', async () => {
    const stranger = await signedByItself({ subject: [{ CN: ['Stranger'] }] });
    expect((await seen(await middle.sign(git), [stranger, middle, root])).outcome).toBe('trusted');
  });
});

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000) * 1_000;
}

/** A DNS server of one answer: an address for A, none for all else. Returns `address:port`. */
async function dnsServer(addressOf: (name: string) => string | null): Promise<string> {
  const server = createSocket('udp4');
  server.on('message', (query, { port, address }) => server.send(dnsAnswer(query, addressOf), port, address));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function dnsAnswer(query: Buffer, addressOf: (name: string) => string | null): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(12, at + 5);
  const isA = question.readUInt16BE(question.length - 4) === 1;
  const address = addressOf(labels.join('.'));
  const answers = isA && address !== null ? 1 : 0;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(address === null ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers, 6);
  if (answers === 0) return Buffer.concat([header, question]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address!.split('.').map(Number)]);
  return Buffer.concat([header, question, record]);
}
