import { describe, expect, test } from 'vitest';
import { seenCertificates } from '#server/checks/seen-certificates.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { subjectId } from '#shared/finding.ts';
import {
  aCredential,
  aDoor,
  aHandshake,
  anIssuedCertificate,
  aShownCertificate,
  aTlsServer,
} from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, noon } from '#test/builders/time.ts';

describe('all certificates that were seen', () => {
  test('are the API server’s, our own, those of hosts and kubelets, and cert-manager’s', () => {
    const snapshot = aSnapshot({
      handshake: aHandshake(),
      tlsServers: [aTlsServer(), aTlsServer({ is: 'kubelet' })],
      issuedCertificates: [anIssuedCertificate()],
    });
    expect(
      seenCertificates(snapshot).map(({ subject, key, where, words, source }) => [
        subjectId(subject),
        ...[key, where, words, source],
      ]),
    ).toEqual([
      ['Endpoint/api', undefined, 'api', 'the API server', 'api-handshake'],
      ['Credential/wall', undefined, 'own', "the wall's own certificate for the API", 'api-door'],
      ['Host/git.example', undefined, 'host', 'git.example', 'tls'],
      ['Node/nuc0', 'kubelet', 'kubelet', 'the kubelet of nuc0', 'tls'],
      ['Certificate/default/web', undefined, 'issued', 'Certificate default/web', 'certificates'],
    ]);
  });

  test('are worked out once for a snapshot', () => {
    const snapshot = aSnapshot({ handshake: aHandshake() });
    expect(seenCertificates(snapshot)).toBe(seenCertificates(snapshot));
    expect(seenCertificates(aSnapshot({ handshake: aHandshake() }))).not.toBe(seenCertificates(snapshot));
  });

  test('are none where nothing was shown, issued or given an end', () => {
    const handshake = aHandshake({ outcome: 'no-handshake', certificate: null, notBefore: null, notAfter: null });
    const snapshot = aSnapshot({
      handshake,
      door: aDoor({ credential: aCredential({ kind: 'token', expiresAt: null }) }),
      tlsServers: [aTlsServer({ certificate: null, seenAt: null })],
      issuedCertificates: [anIssuedCertificate({ notBefore: null, notAfter: null })],
    });
    expect(seenCertificates(snapshot)).toEqual([]);
    expect(seenCertificates(aSnapshot({ door: null }))).toEqual([]);
  });

  test('of one whose end cannot be read is one all the same', () => {
    const server = aTlsServer({ certificate: aShownCertificate({ notBefore: null, notAfter: null }) });
    expect(seenCertificates(aSnapshot({ door: null, tlsServers: [server] }))).toMatchObject([
      { notBefore: null, notAfter: null },
    ]);
  });
});

describe('a certificate that several hosts show', () => {
  const names = ['c.example', 'a.example', 'b.example:8443'];
  const snapshot = aSnapshot({ door: null, tlsServers: names.map((name) => aTlsServer({ name })) });

  test('knows how many others, and the first by name', () => {
    expect(
      seenCertificates(snapshot).map(({ words, sharedWith, root }) => [words, sharedWith, root?.name ?? null]),
    ).toEqual([
      ['c.example', 2, 'a.example'],
      ['a.example', 2, null],
      ['b.example:8443', 2, 'a.example'],
    ]);
  });

  test('is not the same with another fingerprint, nor that of a kubelet', () => {
    const other = aTlsServer({ name: 'd.example', certificate: aShownCertificate({ fingerprint: 'cd'.repeat(32) }) });
    const parts = { door: null, tlsServers: [aTlsServer(), other, aTlsServer({ is: 'kubelet' as const })] };
    expect(seenCertificates(aSnapshot(parts)).map(({ sharedWith }) => sharedWith)).toEqual([0, 0, 0]);
  });
});

describe('a host', () => {
  test('knows the Certificate that writes its Secret', () => {
    const mine = anIssuedCertificate();
    const other = anIssuedCertificate({ namespace: 'media', secretName: 'web-tls', notAfter: noon });
    const hosts = [aTlsServer(), aTlsServer({ name: 'b.example', secret: null })];
    const [of, none] = seenCertificates(
      aSnapshot({ door: null, tlsServers: hosts, issuedCertificates: [other, mine] }),
    );
    expect(of?.issued).toEqual(mine);
    expect(none?.issued).toBeNull();
  });

  test('that names no Secret knows it by its dates and a name in common', () => {
    const dates = { notBefore: noon - 30 * day, notAfter: noon + 60 * day };
    const wildcard = anIssuedCertificate({ name: 'wildcard', names: ['*.example', 'example'], ...dates });
    const shown = { ...dates, names: ['*.example', 'example'] };
    const issuedOf = (part: Partial<ShownCertificate>, host: Partial<TlsServerFact> = {}) => {
      const server = aTlsServer({ secret: null, certificate: aShownCertificate({ ...shown, ...part }), ...host });
      return seenCertificates(aSnapshot({ door: null, tlsServers: [server], issuedCertificates: [wildcard] }))[0]
        ?.issued;
    };
    expect(issuedOf({})).toEqual(wildcard);
    expect(issuedOf({ notAfter: dates.notAfter + 1_000 })).toBeNull();
    expect(issuedOf({ names: ['git.home'] })).toBeNull();
    expect(issuedOf({}, { is: 'kubelet', key: 'Node/nuc0', name: 'nuc0' })).toBeNull();
  });
});
