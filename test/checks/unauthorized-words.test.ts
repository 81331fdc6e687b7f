import { describe, expect, test } from 'vitest';
import {
  byApiClock,
  credentialEnded,
  ownCertificateEnded,
  unauthorizedSay,
} from '#server/checks/unauthorized-words.ts';
import type { CredentialFact } from '#server/facts/api-door.ts';
import { aCredential, aDoor } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';

const doorWith = (credential: Partial<CredentialFact>, clockAheadMs: number | null = 0) =>
  aDoor({ outcome: 'unauthorized', status: 401, clockAheadMs, credential: aCredential(credential) });
const said = (credential: Partial<CredentialFact>, clockAheadMs?: number | null) =>
  sentence({ say: unauthorizedSay(doorWith(credential, clockAheadMs), noon) });

describe('a 401 says what of ours is refused, and why as far as that can be known', () => {
  test.for<[string, Partial<CredentialFact>, string]>([
    ['a certificate that ended', { expiresAt: noon - hour }, 'API refuses us: our certificate expired at 11:00'],
    ['a token that ended', { kind: 'token', expiresAt: noon - hour }, 'API refuses us: our token expired at 11:00'],
    [
      'a token of a pod that ended',
      { kind: 'service-account', expiresAt: noon - minute },
      'API refuses us: our token expired at 11:59',
    ],
    [
      'a credential of a plugin that ended',
      { kind: 'exec', expiresAt: noon - minute },
      'API refuses us: our credential expired at 11:59',
    ],
    [
      'a token in its time',
      { kind: 'token', expiresAt: noon + hour },
      'API refuses our token (401), which is valid until 13:00: it is revoked, or its account deleted',
    ],
    [
      'a token that says nothing of itself',
      { kind: 'token-file', expiresAt: null },
      'API refuses our token (401): it is revoked, or its account deleted',
    ],
    [
      'a certificate in its time',
      { expiresAt: noon + hour },
      'API refuses our certificate (401), which is valid until 13:00: perhaps the cluster has a new authority',
    ],
    [
      'a plugin',
      { kind: 'exec', from: 'kubelogin', expiresAt: null },
      'API refuses the credential that kubelogin gives (401)',
    ],
    ['nothing', { kind: 'none', expiresAt: null }, 'API wants credentials, and we have none (401)'],
  ])('%s', ([, credential, text]) => {
    expect(said(credential)).toBe(text);
  });

  test('has ended at the very moment, and not one ms before', () => {
    expect(credentialEnded(doorWith({ expiresAt: noon }), noon)).toBe(true);
    expect(credentialEnded(doorWith({ expiresAt: noon + 1 }), noon)).toBe(false);
    expect(ownCertificateEnded(doorWith({ kind: 'token', expiresAt: noon }), noon)).toBe(false);
    expect(credentialEnded({ ...doorWith({ expiresAt: noon }), outcome: 'ready' }, noon)).toBe(false);
  });
});

describe('the clock of the API', () => {
  test('may make of a certificate that is good for us one that has ended, or not begun', () => {
    expect(said({ expiresAt: noon + day }, 2 * day)).toBe('API refuses us: by its clock our certificate has expired');
    expect(said({ issuedAt: noon - hour }, -7 * hour)).toBe(
      'API refuses us: by its clock our certificate is not valid yet',
    );
  });

  test('says nothing where both clocks make the same of it, or it is not known', () => {
    const credential = { expiresAt: noon + day, issuedAt: noon - day };
    expect(byApiClock(doorWith(credential, hour), noon)).toBeNull();
    expect(byApiClock(doorWith(credential, -hour), noon)).toBeNull();
    expect(byApiClock(doorWith(credential, null), noon)).toBeNull();
    expect(byApiClock(doorWith({ expiresAt: noon - day, issuedAt: noon - 2 * day }, hour), noon)).toBeNull();
    expect(byApiClock(doorWith({ expiresAt: null, issuedAt: null }, 9 * day), noon)).toBeNull();
  });
});
