import type { TlsLook, TlsTarget } from '#server/cluster/connection.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const DAY_MS = 86_400_000;

/** A host as users reach it, judged as a browser does. */
function host(name: string, part: Partial<TlsTarget> = {}): TlsTarget {
  return { host: name, port: 443, serverName: name, otherName: '', trust: 'system', also: [], resolver: '', ...part };
}

/** The kubelet at an address, judged by the cluster's own authority. */
function kubelet(address: string, node: string): TlsTarget {
  return { ...host(address), port: 10_250, otherName: node, trust: 'cluster' };
}

function look({ demo, clock }: DemoBench, target: TlsTarget): Promise<TlsLook> {
  return clock.until(demo.connection.lookAtTls(target, 10_000), 11_000);
}

describe("looking at the homelab's TLS servers", () => {
  test('a host shows its certificate with its chain, and is trusted within a blink', async () => {
    const bench = createBench();
    const before = bench.clock.now();
    const seen = await look(bench, host('git.home.example'));
    expect(bench.clock.now() - before).toBeLessThan(50);
    expect(seen).toMatchObject({ outcome: 'trusted', trouble: '', message: '', protocol: 'TLSv1.3' });
    expect(seen.certificate).toMatchObject({
      ...{ subject: 'CN=git.home.example', commonName: 'git.home.example', names: ['git.home.example'] },
      ...{ issuer: "C=US, O=Let's Encrypt, CN=YR2", selfSigned: false, chainIs: 'complete', keyType: 'RSA 2048' },
    });
    expect(seen.certificate?.fingerprint).toMatch(/^[\da-f]{64}$/);
    expect(seen.certificate?.chain.length).toBe(2);
    expect((await look(bench, host('git.home.example'))).certificate).toEqual(seen.certificate);
  });

  test('several hosts share one certificate, others have their own', async () => {
    const bench = createBench();
    const names = 'argocd dashboard ha longhorn metrics paper recipes zigbee git grafana media photos'.split(' ');
    const prints = new Map<string, string[]>();
    for (const name of names) {
      const { outcome, certificate } = await look(bench, host(`${name}.home.example`));
      expect([name, outcome]).toEqual([name, 'trusted']);
      prints.set(certificate!.fingerprint, [...(prints.get(certificate!.fingerprint) ?? []), name]);
      const left = (certificate!.notAfter! - bench.clock.now()) / DAY_MS;
      expect(left, name).toBeGreaterThan(34);
      expect(certificate!.notAfter! - certificate!.notBefore!).toBeGreaterThan(89 * DAY_MS);
    }
    expect([...prints.values()].map((sharing) => sharing.length)).toEqual([8, 1, 1, 1, 1]);
  });

  test("a kubelet's is signed by the authority of k3s, which no browser knows", async () => {
    const bench = createBench();
    const seen = await look(bench, kubelet('192.168.1.11', 'nuc0'));
    expect(seen.outcome).toBe('trusted');
    expect(seen.certificate).toMatchObject({
      ...{ subject: 'CN=nuc0', names: ['nuc0', 'localhost', '127.0.0.1', '192.168.1.11'], keyType: 'EC P-256' },
      chain: [{ selfSigned: true, subject: seen.certificate?.issuer }],
    });
    expect(seen.certificate?.issuer).toMatch(/^CN=k3s-server-ca@\d{10}$/);
    expect((seen.certificate!.notAfter! - bench.clock.now()) / DAY_MS).toBeCloseTo(318, 0);
    const asBrowser = await look(bench, { ...kubelet('192.168.1.11', 'nuc0'), trust: 'system' });
    expect(asBrowser).toMatchObject({ outcome: 'untrusted', certificate: { chainIs: 'unknown-issuer' } });
  });

  test('a dead node does not answer within the limit, and is there again', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc1' });
    const before = bench.clock.now();
    expect(await look(bench, kubelet('192.168.1.12', 'nuc1'))).toEqual({
      ...{ outcome: 'no-handshake', trouble: 'timeout', certificate: null, protocol: '' },
      message: 'no connection to 192.168.1.12:10250 within 10 s',
    });
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(10_000);
    await bench.demo.stage.apply({ action: 'reviveNode', node: 'nuc1' });
    expect((await look(bench, kubelet('192.168.1.12', 'nuc1'))).outcome).toBe('trusted');
  });

  test.each<[string, TlsTarget, Partial<TlsLook>]>([
    ['a name that nobody knows', host('git.example.org'), { trouble: 'dns' }],
    ['an address at which nothing is', host('192.168.1.99'), { trouble: 'timeout' }],
    ['a port at which nobody listens', host('git.home.example', { port: 8443 }), { trouble: 'refused' }],
    ['another name than its own', host('git.home.example', { serverName: 'other.example' }), { outcome: 'wrong-name' }],
    ['two labels below a wildcard', host('a.b.home.example'), { outcome: 'wrong-name' }],
  ])('%s', async (_what, target, expected) => {
    expect(await look(createBench(), target)).toMatchObject({ outcome: 'no-handshake', ...expected });
  });

  test('without any certificate Traefik shows one that it has made itself', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'wipeCluster' });
    await bench.demo.stage.apply({ action: 'addNode', node: 'kmaster' });
    await bench.clock.pass(60_000);
    const seen = await look(bench, host('git.home.example'));
    expect(seen).toMatchObject({ outcome: 'untrusted', certificate: { chainIs: 'self-signed', selfSigned: true } });
    expect(seen.certificate?.commonName).toBe('TRAEFIK DEFAULT CERT');
  });

  test('hosts and kubelets still answer while the API refuses us or is gone', async () => {
    const bench = createBench();
    for (const action of ['apiUnauthorized', 'apiRefused', 'apiSilent'] as const) {
      await bench.demo.stage.apply({ action });
      expect((await look(bench, host('git.home.example'))).outcome).toBe('trusted');
      expect((await look(bench, kubelet('192.168.1.11', 'nuc0'))).outcome).toBe('trusted');
    }
  });

  test('an expired certificate is said to be so whoever has signed it', async () => {
    const bench = createBench();
    const certificate = 'default/photos-tls';
    await bench.demo.stage.apply({ action: 'certificateAges', certificate, leftDays: -2 });
    const seen = await look(bench, host('photos.home.example'));
    expect(seen).toMatchObject({
      outcome: 'expired',
      message: 'the certificate of photos.home.example:443 has expired',
    });
    await bench.demo.stage.apply({ action: 'certificateRenewed', certificate });
    expect((await look(bench, host('photos.home.example'))).outcome).toBe('trusted');
  });
});

describe("the cluster's authority", () => {
  test('exchanged for another one is told by the API server, by kubelets, and bars who knows the old one', async () => {
    const bench = createBench();
    const { demo, clock, get } = bench;
    const shake = () => clock.until(demo.connection.handshake?.(10_000) ?? Promise.reject(new Error('none')));
    const before = await shake();
    expect(before).toMatchObject({ outcome: 'trusted', newAuthority: false });
    expect(before.certificate?.names).toContain('192.168.1.10');
    await demo.stage.apply({ action: 'authorityExchanged' });
    const after = await shake();
    expect(after).toMatchObject({
      outcome: 'untrusted',
      newAuthority: true,
      certificate: { chainIs: 'unknown-issuer' },
    });
    expect(after.issuer).not.toBe(before.issuer);
    expect(after.issuer).toMatch(/^CN=k3s-server-ca@\d{10}$/);
    await expect(get('/readyz')).rejects.toMatchObject({ failure: 'untrusted' });
    expect((await look(bench, kubelet('192.168.1.11', 'nuc0'))).outcome).toBe('untrusted');
    expect((await look(bench, host('git.home.example'))).outcome).toBe('trusted');
    await demo.stage.apply({ action: 'apiHeals' });
    expect((await get('/readyz')).text).toBe('ok');
    expect(await shake()).toEqual(before);
  });

  test('has signed our own certificate, which is told without anything secret', () => {
    const { demo, clock } = createBench();
    const own = demo.connection.credential();
    expect(own).toMatchObject({
      kind: 'client-certificate',
      subject: 'O=system:masters, CN=system:admin',
      problem: '',
    });
    expect(own.issuer).toMatch(/^CN=k3s-client-ca@\d{10}$/);
    expect(own.issuedAt).toBeLessThan(clock.now());
    expect((own.expiresAt! - clock.now()) / DAY_MS).toBeCloseTo(318, 0);
  });
});
