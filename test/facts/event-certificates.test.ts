import { describe, expect, test } from 'vitest';
import { certificatesIn } from '#server/facts/event-certificates.ts';
import { eventFact } from '#server/facts/event.ts';
import { boundedFact } from './bounded-fact.ts';

const entries = [
  'kubelet/client-kubelet.crt: certificate CN=system:node:nuc0,O=system:nodes will expire within 120 days at 2027-01-15T17:23:55Z',
  'kubelet/serving-kubelet.crt: certificate CN=nuc0 expired at 2026-09-15T17:23:55+02:00',
  'kube-proxy/client-kube-proxy.crt: certificate CN=system:kube-proxy is not valid before 2026-12-01T00:00:00Z',
];
const intro = 'Node certificates require attention - restart k3s on this node to trigger automatic rotation: ';
const expected = [
  {
    file: 'kubelet/client-kubelet.crt',
    certificate: 'CN=system:node:nuc0,O=system:nodes',
    is: 'expiring',
    at: Date.UTC(2027, 0, 15, 17, 23, 55),
  },
  { file: 'kubelet/serving-kubelet.crt', certificate: 'CN=nuc0', is: 'expired', at: Date.UTC(2026, 8, 15, 15, 23, 55) },
  {
    file: 'kube-proxy/client-kube-proxy.crt',
    certificate: 'CN=system:kube-proxy',
    is: 'not-yet-valid',
    at: Date.UTC(2026, 11, 1),
  },
];

/** As k3s writes it: the object is the node by its name, and the name is the UID too. */
const raw = (message: string, part: object = {}) => ({
  metadata: { name: 'nuc0.18a', namespace: 'default', uid: 'u-e' },
  type: 'Warning',
  reason: 'CertificateExpirationWarning',
  message,
  involvedObject: { kind: 'Node', name: 'nuc0', uid: 'nuc0' },
  source: { component: 'k3s-cert-monitor' },
  count: 3,
  lastTimestamp: '2026-10-01T11:50:00Z',
  ...part,
});

describe('what an event of k3s says of certificates', () => {
  test.each([
    ['line breaks, as now', '\n'],
    ['commas, as in older versions', ', '],
  ])('is found with its dates where it is joined by %s', (_, joint) => {
    expect(certificatesIn(intro + entries.join(joint))).toEqual(expected);
  });

  test('is told once, although k3s looks at a file for each service that uses it', () => {
    expect(certificatesIn(intro + [...entries, ...entries].join('\n'))).toEqual(expected);
  });

  test('survives what an event that stands for many has in front, and words around it', () => {
    expect(certificatesIn(`(combined from similar events): ${intro}[${entries[0]}]`)).toEqual([expected[0]]);
  });

  test.each([
    ['nothing', ''],
    ['no message', undefined],
    ['other words', 'Node and Certificate Authority certificates managed by k3s are OK'],
    ['no such date', 'kubelet/a.crt: certificate CN=a expired at 2026-99-99T99:99:99Z'],
    ['a file without a service', 'client.crt: certificate CN=a expired at 2026-01-01T00:00:00Z'],
  ])('is nothing in %s', (_, message) => {
    expect(certificatesIn(message)).toEqual([]);
  });

  test('is bounded, and a hostile message costs little', () => {
    const hostile = [
      'a'.repeat(1e6),
      'a/'.repeat(5e5),
      'a/b: certificate '.repeat(5e4),
      `a/b: certificate ${'x'.repeat(1e6)} expired at 2026-01-01T00:00:00Z`,
    ];
    const begunAt = performance.now();
    for (const message of hostile) expect(certificatesIn(message)).toEqual([]);
    expect(performance.now() - begunAt).toBeLessThan(1_000);
    const many = Array.from(
      { length: 400 },
      (_, i) => `a/${i}: certificate ${'y'.repeat(5)} expired at 2026-01-01T00:00:00Z`,
    );
    expect(certificatesIn(many.join('\n'))).toHaveLength(100);
  });
});

describe('an event of k3s', () => {
  test('keeps its certificates although its message is cut', () => {
    const long = Array.from({ length: 15 }, (_, i) => entries[0]!.replace('client-kubelet', `client-${i}`));
    const fact = eventFact(raw(intro + long.join('\n')), 'events');
    expect(fact?.message).toHaveLength(1_000);
    expect(fact?.certificates).toHaveLength(15);
    expect(fact).toMatchObject({
      about: { kind: 'Node', namespace: null, name: 'nuc0' },
      component: 'k3s-cert-monitor',
    });
    boundedFact(fact!);
  });

  test('of authorities has theirs', () => {
    const message =
      'Certificate Authority certificates require attention - check rke2 documentation and begin planning rotation: ca/server-ca.crt: certificate CN=rke2-server-ca@1713226289 will expire within 365 days at 2027-04-14T00:11:29Z';
    const fact = eventFact(raw(message, { reason: 'CACertificateExpirationWarning' }), 'events');
    expect(fact?.certificates).toEqual([
      {
        file: 'ca/server-ca.crt',
        certificate: 'CN=rke2-server-ca@1713226289',
        is: 'expiring',
        at: Date.UTC(2027, 3, 14, 0, 11, 29),
      },
    ]);
  });

  test('that says that all is well is kept, and every other event has none', () => {
    const well = raw('Node and Certificate Authority certificates managed by k3s are OK', {
      type: 'Normal',
      reason: 'CertificateExpirationOK',
    });
    expect(eventFact(well, 'events')).toMatchObject({ reason: 'CertificateExpirationOK' });
    expect(eventFact(well, 'events')).not.toHaveProperty('certificates');
    expect(eventFact(raw(entries[0]!, { reason: 'BackOff' }), 'events')).not.toHaveProperty('certificates');
  });
});
