import { describe, expect, test } from 'vitest';
import {
  certificateSample,
  componentCertificatesFact,
  type CertificateSample,
} from '#server/facts/component-certificates.ts';
import { day, minute, noon, second } from '#test/builders/time.ts';
import { boundedFact } from './bounded-fact.ts';
import { metricLine, metricsOfServer } from './raw-metrics.ts';

const from = { node: 'nuc0', source: 'kubelet-certificates/nuc0', askedAt: noon };
const sample = (part: Partial<CertificateSample> = {}): CertificateSample => ({
  product: 'k3s',
  subject: 'CN=system:admin,O=system:masters',
  usages: 'ClientAuth',
  secondsLeft: (100 * day) / second,
  ...part,
});
const endOf = (
  samples: CertificateSample[],
  askedAt = noon,
  before: Parameters<typeof componentCertificatesFact>[2] = null,
) => componentCertificatesFact(samples, { ...from, askedAt }, before);

describe('a line of the metrics', () => {
  test('of k3s is a sample', () => {
    expect(
      certificateSample(
        'k3s_certificate_expiration_seconds{subject="CN=etcd-peer",usages="ServerAuth,ClientAuth"} 2.591994131702952e+06',
      ),
    ).toEqual({
      product: 'k3s',
      subject: 'CN=etcd-peer',
      usages: 'ServerAuth,ClientAuth',
      secondsLeft: 2591994.131702952,
    });
  });

  test.each([
    ['of RKE2', 'rke2_certificate_expiration_seconds{subject="CN=a",usages="ClientAuth"} 60', 'rke2'],
    [
      'with its labels the other way round',
      'k3s_certificate_expiration_seconds{usages="ClientAuth",subject="CN=a"} 60',
      'k3s',
    ],
    [
      'with more labels, spaces and a time behind',
      'k3s_certificate_expiration_seconds{ subject = "CN=a" , node="x",usages="ClientAuth", } 60 1700000000000 ',
      'k3s',
    ],
  ])('%s is one too', (_, line, product) => {
    expect(certificateSample(line)).toEqual({ product, subject: 'CN=a', usages: 'ClientAuth', secondsLeft: 60 });
  });

  test('with escapes in its subject reads as it was meant, on one line and without direction marks', () => {
    const line = 'k3s_certificate_expiration_seconds{subject="CN=a\\\\,b \\"c\\"}\\nd\u202e",usages=""} 60';
    expect(certificateSample(line)).toMatchObject({ subject: 'CN=a\\,b "c"} d', usages: '' });
  });

  test('of what has ended is negative', () => {
    expect(certificateSample(metricLine('CN=a', 'ClientAuth', -5))?.secondsLeft).toBe(-5);
  });

  test.each([
    ...['NaN', '+Inf', '-Inf', '1e30', '', 'soon', '12 34 56'].map((figure) =>
      metricLine('CN=a', 'ClientAuth', figure),
    ),
    '',
    '# HELP k3s_certificate_expiration_seconds Remaining lifetime in seconds of the certificate.',
    '# TYPE k3s_certificate_expiration_seconds gauge',
    'k3s_certificate_expiration_seconds 60',
    'k3s_certificate_expiration_seconds{} 60',
    'k3s_certificate_expiration_seconds{usages="ClientAuth"} 60',
    'k3s_certificate_expiration_seconds{subject="CN=a"',
    'k3s_certificate_expiration_seconds{subject="CN=a} 60',
    'k3s_certificate_expiration_seconds_total{subject="CN=a",usages=""} 60',
    'apiserver_client_certificate_expiration_seconds_bucket{le="2.592e+06"} 1',
    'other_k3s_certificate_expiration_seconds{subject="CN=a",usages=""} 60',
  ])('such as %j is none', (line) => {
    expect(certificateSample(line)).toBeNull();
  });

  test('of any length costs little', () => {
    const begunAt = performance.now();
    const hostile = [
      'subject="' + 'a\\'.repeat(50_000),
      'a="",'.repeat(20_000),
      ' '.repeat(100_000),
      'x='.repeat(50_000),
    ];
    for (const part of hostile) certificateSample(`k3s_certificate_expiration_seconds{${part}`);
    expect(performance.now() - begunAt).toBeLessThan(500);
  });
});

describe('the certificates of a node', () => {
  test('are those that the kubelet of a server names, the soonest first', () => {
    const samples = metricsOfServer(100 * day)
      .split('\n')
      .flatMap((line) => certificateSample(line) ?? []);
    const fact = endOf(samples);
    expect(fact).toMatchObject({ key: 'nuc0', source: 'kubelet-certificates/nuc0', node: 'nuc0', product: 'k3s' });
    expect(fact?.certificates).toHaveLength(16);
    expect(fact?.certificates[0]).toMatchObject({ isAuthority: false, expiresAt: noon + 100 * day });
    expect(fact?.certificates.filter(({ isAuthority }) => isAuthority).map(({ subject }) => subject)).toEqual([
      'CN=etcd-peer-ca@1713205134',
      'CN=etcd-server-ca@1713205134',
      'CN=k3s-client-ca@1713205134',
      'CN=k3s-request-header-ca@1713205134',
      'CN=k3s-server-ca@1713205134',
    ]);
  });

  test('without a sample there is no fact', () => {
    expect(endOf([])).toBeNull();
  });

  test('stay the same from answer to answer, although the node works out what is left only every 30 min', () => {
    const first = endOf([sample()], noon + 10 * minute);
    // Asked 10 min after the node looked: the end seems 10 min later than it is.
    expect(first?.certificates[0]?.expiresAt).toBe(noon + 100 * day + 10 * minute);
    const later = endOf([sample()], noon + 29 * minute, first);
    expect(later).toEqual(first);
    const newly = endOf(
      [sample({ secondsLeft: sample().secondsLeft - 1_800 })],
      noon + 30 * minute + 3 * second,
      first,
    );
    expect(newly?.certificates[0]?.expiresAt).toBe(noon + 100 * day);
    expect(endOf([sample({ secondsLeft: sample().secondsLeft - 1_800 })], noon + 59 * minute, newly)).toEqual(newly);
  });

  test('that were renewed end a year later at once, and that are exchanged for shorter ones sooner', () => {
    const before = endOf([sample()]);
    const renewed = endOf([sample({ secondsLeft: (365 * day) / second })], noon + minute, before);
    expect(renewed?.certificates[0]?.expiresAt).toBe(noon + minute + 365 * day);
    expect(endOf([sample({ secondsLeft: 3_600 })], noon, before)?.certificates[0]?.expiresAt).toBe(noon + 60 * minute);
  });

  test('of one name are told apart by their usage, and twice the same is one with the sooner end', () => {
    const one = sample();
    const fact = endOf([one, sample({ usages: 'ServerAuth' }), sample({ secondsLeft: 60 })]);
    expect(fact?.certificates.map(({ usages, expiresAt }) => [usages, expiresAt])).toEqual([
      ['ClientAuth', noon + minute],
      ['ServerAuth', noon + 100 * day],
    ]);
  });

  test('are 200 at most, the soonest', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      sample({ subject: `CN=${'x'.repeat(900)}${i}`.slice(-200), secondsLeft: 3_600 * (300 - i) }),
    );
    const fact = endOf(many);
    expect(fact?.certificates).toHaveLength(200);
    expect(fact?.certificates[0]?.expiresAt).toBe(noon + 60 * minute);
    boundedFact(fact!);
  });
});
