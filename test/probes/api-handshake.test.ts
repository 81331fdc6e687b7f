import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '#server/cluster/connection.ts';
import { startApiHandshake } from '#server/probes/api-handshake.ts';
import { createCertificateAuthority, type CertificateAuthority } from '#test/cluster/certificates.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import { connected, serving, standIn } from '#test/connect/house.ts';
import { recordedSink, type RecordedSink } from './recorded-sink.ts';

const dayMs = 86_400_000;
const often = { everyMs: 10, withinMs: 10_000 };
let ca: CertificateAuthority;
let sink: RecordedSink;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
});
beforeEach(() => {
  sink = recordedSink();
});

const connectTo = (server: string, more: object = {}) =>
  connected({ server, certificateAuthority: ca.certificate, ...more });

function watch(connection: Connection, limits: object = {}): () => void {
  const stop = startApiHandshake({
    connection,
    sink,
    clock: Date.now,
    limits: { handshakeEveryMs: 40, handshakeLimitMs: 300, ...limits },
  });
  onTestFinished(stop);
  return stop;
}

const outcome = (expected: string) =>
  until(`it is ${expected}`, () => sink.last('apiHandshake').outcome === expected, often);

describe('the serving certificate', () => {
  test('is looked at without showing our own, over a new connection each time', async () => {
    const api = await standIn('h2', await serving(ca, { organizations: ['k3s'] }), { clientCa: ca });
    const anna = await ca.issue({ commonName: 'anna', usage: 'client' });
    watch(await connectTo(api.server, { credential: { certificate: anna.certificate, key: anna.key } }));
    await outcome('trusted');
    await until('three connections', () => api.connections() >= 3, often);
    expect(sink.last('apiHandshake')).toMatchObject({
      address: `127.0.0.1:${api.port}`,
      subject: 'CN=api, O=k3s',
      issuer: 'CN=house',
      message: '',
    });
    expect(sink.last('apiHandshake').notAfter! - Date.now()).toBeGreaterThan(dayMs / 2);
    expect(sink.last('apiHandshake').notBefore!).toBeLessThan(Date.now());
    expect(api.clients).toEqual([]);
    expect(sink.facts('apiHandshake'), 'told once, since nothing changed').toHaveLength(1);
    expect(sink.declared[0]).toMatchObject({ name: 'api-handshake', role: 'probe', kinds: ['apiHandshake'] });
  });

  test('that is exchanged while all runs is seen, for worse and for better', async () => {
    const good = await serving(ca);
    const api = await standIn('h2', good);
    watch(await connectTo(api.server));
    await outcome('trusted');
    const notAfter = new Date(Date.now() - dayMs);
    api.exchange(await serving(ca, { notAfter }));
    await outcome('expired');
    expect(sink.last('apiHandshake').notAfter).toBe(Math.floor(notAfter.getTime() / 1_000) * 1_000);
    expect(sink.last('apiHandshake').message).toBe(`the certificate of 127.0.0.1:${api.port} has expired`);
    api.exchange(await serving(await createCertificateAuthority('elsewhere')));
    await outcome('untrusted');
    expect(sink.last('apiHandshake').issuer).toBe('CN=elsewhere');
    api.exchange(await serving(ca, { names: ['nuc0.home'] }));
    await outcome('wrong-name');
    expect(sink.last('apiHandshake').message).toContain('is for another name: DNS:nuc0.home');
    api.exchange(await serving(ca, { notBefore: new Date(Date.now() + dayMs) }));
    await outcome('not-yet-valid');
    const since = Date.now();
    api.exchange(good);
    await outcome('trusted');
    expect(sink.last('apiHandshake').outcomeSince).toBeGreaterThanOrEqual(since);
  });

  test('is told whole, with how far its chain goes', async () => {
    const api = await standIn('h2', await serving(ca));
    watch(await connectTo(api.server));
    await outcome('trusted');
    expect(sink.last('apiHandshake')).toMatchObject({
      certificate: { commonName: 'api', names: ['127.0.0.1', 'localhost'], keyType: 'EC P-256', chainIs: 'complete' },
      newAuthority: false,
    });
  });

  test.each([
    ['of k3s, made at another moment', 'k3s-server-ca@1700000000', 'k3s-server-ca@1790000000', true],
    ['of kubeadm, with the same name', 'kubernetes', 'kubernetes', true],
    ['of somebody else', 'k3s-server-ca@1700000000', 'elsewhere', false],
  ])('signed by another authority %s', async (_, ours, theirs, newAuthority) => {
    const [old, other] = [await createCertificateAuthority(ours), await createCertificateAuthority(theirs)];
    const api = await standIn('h2', await serving(other));
    watch(await connectTo(api.server, { certificateAuthority: old.certificate }));
    await outcome('untrusted');
    expect(sink.last('apiHandshake')).toMatchObject({
      ...{ newAuthority, certificate: { chainIs: 'unknown-issuer' } },
      authorities: newAuthority ? { ours: hexOf(old.certificate) } : null,
    });
    api.exchange(await serving(old));
    await outcome('trusted');
    expect(sink.last('apiHandshake')).toMatchObject({ newAuthority: false, authorities: null });
  });

  test('is judged by its dates alone where nothing is to be verified', async () => {
    const other = await createCertificateAuthority('elsewhere');
    const api = await standIn('h2', await serving(other));
    const text = JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: api.server, 'insecure-skip-tls-verify': true } }],
      contexts: [{ name: 'a', context: { cluster: 'a' } }],
      'current-context': 'a',
    });
    watch(await connected(text));
    await outcome('trusted');
    api.exchange(await serving(other, { notAfter: new Date(Date.now() - dayMs) }));
    await outcome('expired');
  });
});

describe('no handshake', () => {
  test('leaves known what was shown before, since its dates do not change', async () => {
    const api = await standIn('h2', await serving(ca));
    watch(await connectTo(api.server));
    await outcome('trusted');
    const { subject, issuer, notBefore, notAfter, certificate } = sink.last('apiHandshake');
    expect(certificate).not.toBeNull();
    await api.stop();
    await outcome('no-handshake');
    expect(sink.last('apiHandshake')).toMatchObject({ subject, issuer, notBefore, notAfter, certificate });
  });

  test('where nobody listens, somebody stays silent, or speaks no TLS', async () => {
    watch(await connectTo(`https://127.0.0.1:${await freePort()}`));
    await outcome('no-handshake');
    expect(sink.last('apiHandshake')).toMatchObject({
      subject: '',
      notAfter: null,
      message: expect.stringContaining('refused the connection'),
    });

    const sockets = new Set<Socket>();
    let greeting = '';
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => socket.destroy()));
      if (greeting !== '') socket.write(greeting);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    sink = recordedSink();
    watch(await connectTo(`https://127.0.0.1:${port}`));
    await until('it is told', () => sink.facts('apiHandshake').length > 0, often);
    expect(sink.last('apiHandshake').message).toBe(
      `connected to 127.0.0.1:${port}, but the TLS handshake got no answer within 0.3 s`,
    );
    greeting = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    await until('it is told', () => sink.last('apiHandshake').message.includes('does not speak TLS'), often);
  });

  test('at all for an http server: then there is no such source', async () => {
    const api = await standIn('http', null);
    const stop = watch(await connectTo(api.server, { certificateAuthority: '' }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    stop();
    expect([sink.declared, sink.states, sink.facts('apiHandshake')]).toEqual([[], [], []]);
  });
});

/** What openssl says of a certificate without its colons. */
function hexOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}
