import { describe, expect, test } from 'vitest';
import { certificateCells } from '#server/checks/certificate-cells.ts';
import check from '#server/checks/certificates/authority-expiring.ts';
import { commonNameOf } from '#server/checks/seen-authorities.ts';
import { aComponentCertificates, aDoor, aHandshake, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { remembered, warningOf } from '../certificate-play.ts';

const name = 'k3s-server-ca@1700000000';

/** A node whose metric knows of one authority with so much left. */
const known = (leftMs: number, { node = 'nuc0', subject = `CN=${name}` } = {}) =>
  aComponentCertificates({
    node,
    certificates: [{ subject, usages: 'CertSign', isAuthority: true, expiresAt: noon + leftMs }],
  });
const sources = { 'kubelet-certificates/nuc0': {}, 'kubelet-certificates/nuc1': {} };
const snapshotOf = (parts: SnapshotParts) => aSnapshot({ nodes: [aNode()], sources, ...parts });
const left = (leftMs: number, parts: SnapshotParts = {}) =>
  theVerdict(check, snapshotOf({ componentCertificates: [known(leftMs)], ...parts }));
/** A certificate whose chain ends in an authority of the cluster with so much left. */
const chained = (leftMs: number, part = {}) =>
  aShownCertificate({
    chain: [
      {
        subject: `O=k3s, CN=${name}`,
        issuer: `O=k3s, CN=${name}`,
        notBefore: noon - 3650 * day,
        notAfter: noon + leftMs,
        selfSigned: true,
        ...part,
      },
    ],
  });

describe('an authority of the cluster', () => {
  test.each([
    ['with ten years', 3650 * day, 'ok'],
    ['with more than a year', 365 * day + minute, 'ok'],
    ['with a year', 365 * day, 'warn'],
    ['with more than 30 days', 30 * day + minute, 'warn'],
    ['with 30 days', 30 * day, 'bad'],
    ['that has ended', -day, 'bad'],
  ])('%s (%d ms) is %s', (_, leftMs, level) => {
    expect(left(leftMs)).toMatchObject({ level, subject: { kind: 'Authority', name } });
  });

  test.each([
    [3650 * day, `the authority ${name} is valid until 28 Sept 2036`],
    [
      200 * day,
      `the authority ${name} ends 19 April 2027, and all that it signed with it: k3s never renews it by itself`,
    ],
    [2 * day, `the authority ${name} ends Sat 12:00, and all that it signed with it: k3s never renews it by itself`],
    [-hour, `the authority ${name} expired at 11:00: nothing that it signed is believed any more`],
  ])('with %d ms left says so', (leftMs, words) => {
    expect(sentence(left(leftMs))).toBe(words);
  });

  test('begins with its end once that is over', () => {
    expect(left(-hour).startedAt).toBe(noon - hour);
    expect(left(hour).startedAt).toBeUndefined();
  });

  test('is one wherever it is seen, and says where', () => {
    const verdict = theVerdict(
      check,
      snapshotOf({
        componentCertificates: [known(200 * day), known(200 * day, { node: 'nuc1' })],
        handshake: aHandshake({ certificate: chained(200 * day) }),
        tlsServers: [aTlsServer({ is: 'kubelet', certificate: chained(200 * day) })],
      }),
    );
    expect(evidenceOf(verdict)).toEqual(['valid until 19 Apr 2027', 'seen at k3s on nuc0, k3s on nuc1 and 2 more']);
  });

  test('is judged by one who has seen it and can be believed now', () => {
    const componentCertificates = [known(200 * day), known(200 * day, { node: 'nuc1' })];
    const blind = { 'kubelet-certificates/nuc0': { fresh: false }, 'kubelet-certificates/nuc1': {} };
    expect(left(0, { componentCertificates, sources: blind }).sources).toEqual(['kubelet-certificates/nuc1']);
    const all = { ...blind, 'kubelet-certificates/nuc1': { fresh: false } };
    expect(left(0, { componentCertificates, sources: all }).sources).toEqual(Object.keys(all));
  });

  test.each([
    ['the API server', { handshake: aHandshake({ certificate: chained(200 * day) }) }, 'api-handshake'],
    ['a kubelet', { tlsServers: [aTlsServer({ is: 'kubelet', certificate: chained(200 * day) })] }, 'tls'],
  ])('is seen in what %s shows', (_, parts, source) => {
    expect(theVerdict(check, snapshotOf(parts))).toMatchObject({ level: 'warn', sources: [source] });
  });

  test('is not what only passes on the trust of another, nor a certificate without a date', () => {
    for (const part of [{ selfSigned: false }, { notAfter: null }])
      expect(judged(check, snapshotOf({ handshake: aHandshake({ certificate: chained(day, part) }) }))).toEqual([]);
  });

  test('that has another in its place is a notice', () => {
    const verdicts = judged(
      check,
      snapshotOf({
        componentCertificates: [
          known(20 * day),
          known(3650 * day, { node: 'nuc1', subject: 'CN=k3s-server-ca@1790000000' }),
        ],
      }),
    );
    expect(verdicts.map(({ level }) => level)).toEqual(['notice', 'ok']);
    expect(sentence(verdicts[0]!)).toBe(
      `the old authority ${name} ends 21 October; k3s-server-ca@1790000000 has taken its place`,
    );
  });

  test('heeds the settings', () => {
    const snapshot = snapshotOf({ componentCertificates: [known(100 * day)] });
    expect(theVerdict(check, snapshot, { settings: { warn: 90 * day } }).level).toBe('ok');
    expect(theVerdict(check, snapshot, { settings: { bad: 110 * day } }).level).toBe('bad');
  });
});

describe('the steps', () => {
  test('of k3s are those of its documentation, with its caution', () => {
    const { steps = [] } = left(20 * day);
    expect(commandsOf({ ...left(20 * day), steps }).at(-1)).toBe(
      'k3s certificate rotate-ca --path=/var/lib/rancher/k3s/server/rotate-ca',
    );
    expect(steps.map(({ say }) => say).join('\n')).toMatch(
      /Back up first[^]*nothing in \/var\/lib\/rancher\/k3s\/server\/tls may be overwritten[^]*secure token/,
    );
  });

  test.each([
    [
      'RKE2',
      'v1.36.4+rke2r1',
      'Debian',
      'rke2 certificate rotate-ca --path=/var/lib/rancher/rke2/server/rotate-ca',
      'RKE2 never renews it',
    ],
    ['kubeadm', 'v1.36.4', 'Debian', 'cp -a /etc/kubernetes /root/kubernetes-backup', 'kubeadm never renews it'],
    ['Talos', 'v1.36.4', 'Talos (v1.11.2)', 'talosctl kubeconfig --force', 'Talos never renews it'],
  ])('of %s are its own', (_, version, osImage, last, words) => {
    const parts = {
      nodes: [aNode({ kubeletVersion: version, osImage })],
      door: aDoor({ version }),
      handshake: aHandshake({ certificate: chained(20 * day) }),
    };
    const verdict = theVerdict(check, snapshotOf(parts));
    expect(commandsOf(verdict).at(-1)).toBe(last);
    expect(sentence(verdict)).toContain(words);
  });
});

describe('a warning by an event', () => {
  const event = warningOf('nuc0', {
    leftDays: [300],
    reason: 'CACertificateExpirationWarning',
    name: () => `CN=${name}`,
  });

  test('is a finding without any metric, and stays after the API has forgotten it', () => {
    const seen = snapshotOf({ events: [event] });
    const memory = remembered(check, seen);
    expect(theVerdict(check, seen, { memory })).toMatchObject({
      level: 'warn',
      subject: { kind: 'Authority', name },
      sources: [],
    });
    const later = snapshotOf({ now: noon + 280 * day });
    expect(theVerdict(check, later, { memory: remembered(check, later, memory) }).level).toBe('bad');
  });
});

describe('what stands between a public authority and a host', () => {
  const host = (intermediateMs: number, leafMs: number) => {
    const certificate = aShownCertificate({ notAfter: noon + leafMs });
    const [between] = certificate.chain;
    return aTlsServer({
      certificate: { ...certificate, chain: [{ ...between!, notAfter: noon + intermediateMs }] },
    });
  };
  const judgedHost = (intermediateMs: number, leafMs: number) =>
    judged(check, snapshotOf({ tlsServers: [host(intermediateMs, leafMs)] }));

  test('is not the owner’s business', () => {
    expect(judgedHost(20 * day, 10 * day)).toEqual([]);
  });

  test.each([
    [31 * day, 'ok'],
    [30 * day, 'warn'],
    [0, 'bad'],
  ])('unless it ends before the certificate does: with %d ms left it is %s', (leftMs, level) => {
    const [verdict] = judgedHost(leftMs, 90 * day);
    expect(verdict).toMatchObject({ level, subject: { kind: 'Authority', name: 'R11' }, sources: ['tls'] });
  });

  test('names the host and how to look at it', () => {
    const [verdict] = judgedHost(20 * day, 90 * day);
    expect(sentence(verdict!)).toBe(
      'the authority R11 that signed the certificate of git.example ends 21 October, before that certificate does',
    );
    expect(commandsOf(verdict!)).toEqual([
      'openssl s_client -showcerts -connect git.example:443 -servername git.example </dev/null',
    ]);
  });
});

describe('authorities that end together', () => {
  const of = (subject: string, leftMs: number) => known(leftMs, { subject });
  const all = ['k3s-client-ca@1', 'k3s-server-ca@1', 'etcd-peer-ca@1'];
  const snapshot = snapshotOf({
    componentCertificates: [
      {
        ...known(0),
        certificates: [...all.map((each) => of(`CN=${each}`, 100 * day)), of('CN=other', 200 * day)].flatMap(
          ({ certificates }) => certificates,
        ),
      },
    ],
  });
  const verdicts = judged(check, snapshot);
  const verdictOf = (which: string) => verdicts.find(({ subject }) => subject.name === which)!;
  const explained = (cause: string, effect: string) =>
    explains(
      check,
      verdictOf(cause),
      { ...anEffect('certificates/authority-expiring', verdictOf(effect)), say: verdictOf(effect).say },
      snapshot,
    );

  test('are told by the first of them', () => {
    expect(explained('etcd-peer-ca@1', 'k3s-client-ca@1')).toBe(true);
    expect(explained('etcd-peer-ca@1', 'k3s-server-ca@1')).toBe(true);
    expect(explained('k3s-client-ca@1', 'etcd-peer-ca@1')).toBe(false);
    expect(explained('etcd-peer-ca@1', 'other')).toBe(false);
    expect(explained('etcd-peer-ca@1', 'etcd-peer-ca@1')).toBe(false);
  });
});

test.each([
  ['CN=a,O=k3s', 'a'],
  ['O=k3s, CN=a b', 'a b'],
  ['O=k3s\nCN=a', 'a'],
  ['CN=a\\,b+OU=x', 'a,b'],
  ['O=only', 'O=only'],
  ['', 'without a name'],
  ['XCN=a', 'XCN=a'],
])('the common name of %j is %j', (subject, common) => {
  expect(commonNameOf(subject)).toBe(common);
});

test('has its row in the table of certificates', () => {
  const snapshot = snapshotOf({ componentCertificates: [known(200 * day + hour)] });
  expect(certificateCells({ kind: 'Authority', name }, snapshot)).toMatchObject({
    name,
    ends: noon + 200 * day + hour,
    issuer: null,
  });
});
