import { expect, test } from 'vitest';
import { readDistrust } from '#server/checks/distrust-words.ts';

const at = Date.UTC(2026, 8, 30);

test.for<[string, object | null]>([
  [
    'x509: certificate has expired or is not yet valid: current time 2026-10-01T12:00:00Z is after 2026-09-30T00:00:00Z',
    { cause: 'expired', at },
  ],
  [
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-01T14:00:00+02:00 is before 2026-10-02T00:00:00Z',
    { cause: 'not-yet-valid', at: Date.UTC(2026, 9, 2) },
  ],
  ['x509: certificate has expired or is not yet valid', { cause: 'expired', at: null }],
  [
    'x509: certificate has expired or is not yet valid: current time now is after never',
    { cause: 'expired', at: null },
  ],
  ['x509: certificate signed by unknown authority', { cause: 'unknown-issuer' }],
  [
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "ca")',
    { cause: 'unknown-issuer' },
  ],
  [
    'x509: certificate is valid for localhost, 127.0.0.1, not webhook.media.svc',
    { cause: 'wrong-name', wanted: 'webhook.media.svc' },
  ],
  [
    'x509: certificate is not valid for any names, but wanted to match webhook.media.svc',
    { cause: 'wrong-name', wanted: 'webhook.media.svc' },
  ],
  [
    `x509: cannot validate certificate for 10.43.0.1 because it doesn't contain any IP SANs`,
    { cause: 'wrong-name', wanted: '10.43.0.1' },
  ],
  ['x509: certificate relies on legacy Common Name field, use SANs instead', { cause: 'wrong-name', wanted: '' }],
  ['x509: something new', { cause: 'other' }],
  ['dial tcp 10.0.0.1:443: connect: connection refused', null],
  ['', null],
])('%s', ([message, expected]) => {
  const read = readDistrust(`Internal error occurred: Post "https://a.b.svc:443/x?timeout=10s": ${message}`);
  if (expected === null) expect(read).toBeNull();
  else expect(read).toMatchObject(expected);
});

test('a message of any length is read in no time', () => {
  const long = `x509: certificate is valid for ${'a, '.repeat(100_000)}`;
  const begun = performance.now();
  expect(readDistrust(long)?.cause).toBe('other');
  expect(performance.now() - begun).toBeLessThan(200);
});
