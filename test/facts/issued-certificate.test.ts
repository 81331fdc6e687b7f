import { describe, expect, test } from 'vitest';
import { issuedCertificateFact } from '#server/facts/issued-certificate.ts';
import { boundedFact } from './bounded-fact.ts';
import { at } from './raw-pod.ts';
import { rawCertificate } from './raw-routes.ts';

const atMs = Date.parse(at);
const factOf = (part: object) => issuedCertificateFact({ ...rawCertificate, ...part }, 'certificates')!;

describe("cert-manager's Certificate", () => {
  test('becomes a fact with what is issued, and with the renewal that fails although it is still ready', () => {
    expect(issuedCertificateFact(rawCertificate, 'certificates')).toEqual({
      ...{ key: 'shop/web', uid: 'u24', source: 'certificates', namespace: 'shop', name: 'web' },
      names: ['git.example', 'www.git.example', '192.168.1.10'],
      secretName: 'git-tls',
      issuer: 'ClusterIssuer letsencrypt',
      ready: {
        ...{ status: 'True', reason: 'Ready', changedAt: atMs },
        message: 'Certificate is up to date and has not expired',
      },
      issuing: {
        ...{ status: 'False', reason: 'Failed', changedAt: atMs },
        message: 'The certificate request has failed to complete and will be retried: rate limited',
      },
      notBefore: atMs,
      notAfter: Date.UTC(2027, 1, 19, 3, 8),
      renewalAt: Date.UTC(2027, 0, 20, 3, 8),
      renewalOff: false,
      lastFailureAt: Date.UTC(2027, 0, 20, 3, 18),
      failedAttempts: 3,
      revision: 4,
      createdAt: atMs,
    });
  });

  test('that was never issued has no dates, no revision and no conditions, which is not the same as fine', () => {
    expect(factOf({ status: {} })).toMatchObject({
      ...{ ready: null, issuing: null, notBefore: null, notAfter: null, renewalAt: null, lastFailureAt: null },
      ...{ failedAttempts: 0, revision: 0 },
    });
  });

  test('whose renewal is switched off has no time of renewal', () => {
    const { renewalTime, ...status } = rawCertificate.status;
    expect(renewalTime).toBeDefined();
    const off = factOf({ spec: { ...rawCertificate.spec, renewal: { policy: 'Disabled' } }, status });
    expect([off.renewalOff, off.renewalAt]).toEqual([true, null]);
    const other = factOf({ spec: { ...rawCertificate.spec, renewal: { policy: 'Automatic' } } });
    expect(other.renewalOff).toBe(false);
  });

  test.each([
    [{ commonName: 'only.example' }, ['only.example']],
    [{ commonName: 'a.example', dnsNames: ['b.example'] }, ['b.example']],
    [{ ipAddresses: ['::1'] }, ['::1']],
    [{ uris: ['spiffe://home/wall'] }, []],
  ])('of %j is for %j', (spec, names) => {
    expect(factOf({ spec }).names).toEqual(names);
  });

  test.each([
    [{ name: 'own' }, 'Issuer own'],
    [{ kind: 'StepClusterIssuer', group: 'certmanager.step.sm', name: 'step' }, 'StepClusterIssuer step'],
    [{ kind: 'Issuer' }, ''],
    [null, ''],
  ])('issued by %j says %j', (issuerRef, issuer) => {
    expect(factOf({ spec: { issuerRef } }).issuer).toBe(issuer);
  });

  test('whose conditions say something new is not taken for ready', () => {
    const status = { conditions: [{ type: 'Ready', status: 'Perhaps' }] };
    expect(factOf({ status }).ready).toEqual({ status: 'Unknown', reason: '', message: '', changedAt: null });
  });

  test('with absurd counts and endless lists is bounded', () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `${i}.${'x'.repeat(400)}`);
    const conditions = names.map((type) => ({ type, status: 'True', message: 'm'.repeat(9_000) }));
    const fact = factOf({
      spec: { dnsNames: names, ipAddresses: names },
      status: { conditions, failedIssuanceAttempts: 2.7, revision: -3, notAfter: '9999-12-31T23:59:59Z' },
    });
    boundedFact(fact);
    expect(fact.names).toHaveLength(100);
    expect([fact.failedAttempts, fact.revision]).toEqual([2, 0]);
    expect(fact.notAfter).toBe(Date.UTC(9999, 11, 31, 23, 59, 59));
  });
});
