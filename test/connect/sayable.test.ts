import { expect, test } from 'vitest';
import { sayable } from '#server/cluster/sayable.ts';

test('a text becomes one short line without control and direction characters', () => {
  expect(sayable('  a\n\tb\u202e\u0000c\u001b[31m\u2028d  ')).toBe('a b c [31m d');
  expect(sayable('x'.repeat(500))).toBe(`${'x'.repeat(299)}…`);
  expect(sayable(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`);
});

test.each([
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJ4In0.c2ln',
  'Authorization: Bearer abcdefgh12345',
  'https://anna:hunter22@git.example/x',
  '"token": "hunter22"',
  'password=hunter22',
  'client-key-data: aHVudGVyMjI=',
  '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----',
])('secrets are hidden: %s', (text) => {
  const shown = sayable(`before ${text} after`);
  expect(shown).toContain('[hidden');
  for (const secret of ['eyJhbG', 'abcdefgh12345', 'hunter22', 'aHVudGVy', 'MHcCAQEE'])
    expect(shown).not.toContain(secret);
});

test('what only sounds like a secret stays', () => {
  const text = 'invalid bearer token, service account token has expired: nodes is forbidden for secrets';
  expect(sayable(text)).toBe(text);
});

test('a flood costs nothing', () => {
  const begun = performance.now();
  for (const flood of [
    'eyJ'.repeat(1e6),
    'token='.repeat(1e6),
    '://'.repeat(1e6),
    '-----BEGIN PRIVATE KEY-----'.repeat(1e5),
  ]) {
    expect(sayable(flood).length).toBeLessThanOrEqual(300);
  }
  expect(performance.now() - begun).toBeLessThan(3_000);
});
