import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCertificateAuthority, type CertificateAuthority } from '#test/cluster/certificates.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { ask, connected, failureOf, serving, standIn, textOf } from './house.ts';

const dayMs = 86_400_000;
let ca: CertificateAuthority;
let other: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  other = await createCertificateAuthority('elsewhere');
});

const kubeconfig = (server: string, more: object = {}) => ({ server, certificateAuthority: ca.certificate, ...more });

/** A server on TCP that does with a connection what the test says. */
async function tcp(accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    accept(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Failure and message of a request, the port written as PORT. */
async function told(server: string, limits = {}, more = {}): Promise<[string, string]> {
  const { failure, message } = await failureOf(ask(await connected(kubeconfig(server, more), limits)));
  return [failure, message.replaceAll(/:\d{4,5}\b/g, ':PORT')];
}

describe('a certificate that must not be believed', () => {
  test.each([
    ['expired', { notAfter: new Date(Date.now() - dayMs) }, 'certificate-expired', 'has expired'],
    ['not yet valid', { notBefore: new Date(Date.now() + dayMs) }, 'certificate-not-yet-valid', 'is not valid yet'],
    [
      'for another name',
      { names: ['nuc9.example'] },
      'wrong-name',
      'is for another name: IP: 127.0.0.1 is not in the cert',
    ],
  ])('%s: says so', async (_, more, failure, words) => {
    const api = await standIn('h2', await serving(ca, more));
    const [told0, message] = await told(api.server);
    expect(told0).toBe(failure);
    expect(message).toContain(`the certificate of 127.0.0.1:PORT ${words}`);
    expect(api.asked).toEqual([]);
  });

  test('signed by another CA', async () => {
    const api = await standIn('h2', await serving(other), {});
    expect(await told(api.server, {}, { credential: { token: 'secret-token' } })).toEqual([
      'untrusted',
      'the certificate of 127.0.0.1:PORT is not signed by the trusted CA (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
    ]);
    expect(api.asked, 'no token goes to a stranger').toEqual([]);
  });

  test('without a CA in the kubeconfig the house CA is not trusted', async () => {
    const api = await standIn('h2', await serving(ca));
    expect((await told(api.server, {}, { certificateAuthority: '' }))[0]).toBe('untrusted');
  });
});

describe('what kubectl believes we believe', () => {
  test('tls-server-name is the name that counts', async () => {
    const api = await standIn('h2', await serving(ca, { names: ['kubernetes.default'] }));
    const connection = await connected(kubeconfig(api.server, { tlsServerName: 'kubernetes.default' }));
    expect(await textOf(await ask(connection))).toBe('ok');
  });

  test('insecure-skip-tls-verify believes anything', async () => {
    const api = await standIn(
      'h2',
      await serving(other, { notAfter: new Date(Date.now() - dayMs), names: ['x.example'] }),
    );
    const text = JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: api.server, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name: 'a', context: { cluster: 'a' } }],
      'current-context': 'a',
    });
    expect(await textOf(await ask(await connected(text)))).toBe('ok');
  });

  test('a self-signed serving certificate that is itself the CA', async () => {
    const text = { certificate: ca.certificate, key: ca.key, keys: null as never };
    const api = await standIn('h2', text);
    // It has no names at all, so only its chain is believed.
    expect((await told(api.server))[0]).toBe('wrong-name');
  });
});

describe('who does not answer', () => {
  test('nobody listens: refused', async () => {
    const port = await freePort();
    expect(await told(`https://127.0.0.1:${port}`)).toEqual(['refused', '127.0.0.1:PORT refused the connection']);
    expect(await told(`http://127.0.0.1:${port}`)).toEqual(['refused', '127.0.0.1:PORT refused the connection']);
    expect((await told(`https://localhost:${port}`))[0], 'with several addresses too').toBe('refused');
  });

  test('no such name: dns', async () => {
    const [failure, message] = await told('https://nuc0.invalid:6443');
    expect([failure, message.replace(/\(.*/, '')]).toEqual([
      'dns',
      'the name in nuc0.invalid:PORT cannot be resolved ',
    ]);
  });

  test('a listener that accepts and stays silent is told from one that is not there', async () => {
    const port = await tcp(() => undefined);
    expect(await told(`https://127.0.0.1:${port}`, { dialMs: 150 })).toEqual([
      'silent',
      'connected to 127.0.0.1:PORT, but the TLS handshake got no answer within 0.2 s',
    ]);
    const connection = await connected(kubeconfig(`https://127.0.0.1:${port}`), { dialMs: 3_000 });
    const { failure, message } = await failureOf(ask(connection, '/', 150));
    expect([failure, message]).toEqual([
      'silent',
      expect.stringContaining('but the TLS handshake got no answer within 0.2 s'),
    ]);
  });

  test('a listener that hangs up at once: reset', async () => {
    const port = await tcp((socket) => socket.resetAndDestroy());
    expect((await told(`https://127.0.0.1:${port}`))[0]).toBe('reset');
    const polite = await tcp((socket) => socket.end());
    expect((await told(`https://127.0.0.1:${polite}`))[0]).toBe('reset');
    expect((await told(`http://127.0.0.1:${polite}`))[0]).toBe('reset');
  });

  test('something that does not speak TLS or HTTP: unexpected, in one line', async () => {
    const ssh = await tcp((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian\r\n'));
    expect(await told(`https://127.0.0.1:${ssh}`)).toEqual([
      'unexpected',
      expect.stringMatching(/^127.0.0.1:PORT does not speak TLS/),
    ]);
    expect(await told(`http://127.0.0.1:${ssh}`)).toEqual([
      'unexpected',
      expect.stringMatching(/^127.0.0.1:PORT does not speak HTTP/),
    ]);
    const api = await standIn('http', null);
    expect((await told(`https://127.0.0.1:${api.port}`))[0]).toBe('unexpected');
  });

  test('an HTTP/2 server that says nothing after the handshake: silent', async () => {
    const api = await standIn('h2', await serving(ca));
    let flights = 0;
    const port = await tcp((socket) => {
      const upstream = connectTcp(api.port, '127.0.0.1');
      upstream.on('error', () => upstream.destroy());
      socket.pipe(upstream);
      upstream.on('data', (chunk: Buffer) => {
        // The server's part of the handshake goes through, what follows does not.
        flights += 1;
        if (flights === 1) socket.write(chunk);
      });
    });
    const connection = await connected(kubeconfig(`https://127.0.0.1:${port}`), { dialMs: 400 });
    expect((await failureOf(ask(connection, '/', 500))).failure).toBe('silent');
  });

  test('a path before the API, as Rancher has it, stays before every path', async () => {
    const api = await standIn('h2', await serving(ca));
    await textOf(await ask(await connected(kubeconfig(`${api.server}/k8s/clusters/c-1/`)), '/readyz'));
    expect(api.asked[0]?.path).toBe('/k8s/clusters/c-1/readyz');
  });
});
