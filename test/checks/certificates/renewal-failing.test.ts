import { describe, expect, test } from 'vitest';
import renewalFailing from '#server/checks/certificates/renewal-failing.ts';
import type { IssuedCertificateFact, IssuedCondition } from '#server/facts/issued-certificate.ts';
import { anIssuedCertificate, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

const verdictOf = (part: Partial<IssuedCertificateFact>, settings?: Record<string, number>) =>
  theVerdict(
    renewalFailing,
    aSnapshot({ issuedCertificates: [anIssuedCertificate(part)] }),
    settings === undefined ? {} : { settings },
  );
const said = (part: Partial<IssuedCertificateFact>) => {
  const verdict = verdictOf(part);
  return [verdict.level, sentence(verdict)];
};

function aCondition(part: Partial<IssuedCondition> = {}): IssuedCondition {
  return { status: 'False', reason: 'DoesNotExist', message: '', changedAt: noon - 2 * hour, ...part };
}

/** Of 90 days so many are left; it was to be renewed with 30 left. */
const with90 = (left: number) => ({
  notBefore: noon + left - 90 * day,
  notAfter: noon + left,
  renewalAt: noon + left - 30 * day,
});
const notIssued = { notBefore: null, notAfter: null, renewalAt: null, revision: 0 };

describe('a Certificate of cert-manager', () => {
  test('that waits for its renewal is fine', () => {
    expect(said({})).toEqual(['ok', 'Certificate default/web is renewed at 31 Oct 12:00']);
    expect(verdictOf({}).sources).toEqual(['certificates']);
    expect(judged(renewalFailing, aSnapshot()), 'no cert-manager, nothing to say').toEqual([]);
  });

  test('that fails to be renewed is a warning although it is ready, and bad when little is left', () => {
    const failing = { failedAttempts: 4, lastFailureAt: noon - hour };
    expect(said({ ...failing, ...with90(20 * day) })).toEqual([
      'warn',
      'cert-manager cannot renew Certificate default/web: 4 attempts failed, the last at 11:00; it ends in 20 days (21 Oct 12:00)',
    ]);
    expect(said({ ...failing, ...with90(9 * day) })[0]).toBe('bad');
    expect(said({ failedAttempts: 1, ...with90(20 * day) })[1]).toBe(
      'cert-manager cannot renew Certificate default/web: 1 attempt failed; it ends in 20 days (21 Oct 12:00)',
    );
  });

  test('of a year is judged by the days that are left', () => {
    const failing = { failedAttempts: 1, notBefore: noon - 300 * day };
    expect(said({ ...failing, notAfter: noon + 8 * day })[0]).toBe('warn');
    expect(said({ ...failing, notAfter: noon + 7 * day })[0]).toBe('bad');
  });

  test('whose time to renew has passed and that nobody tries to renew is said', () => {
    expect(said(with90(10 * day))).toEqual([
      'warn',
      'Certificate default/web should have been renewed at 11 Sept 12:00 and was not; it ends in 10 days (11 Oct 12:00)',
    ]);
    expect(verdictOf(with90(10 * day)).startedAt).toBe(noon - 20 * day);
  });

  test('may be an hour late, or a tenth of the time that was left', () => {
    expect(said(with90(30 * day - hour))[0]).toBe('ok');
    expect(said(with90(30 * day - hour - 1))[0]).toBe('warn');
    const ofADay = (late: number) => ({
      notBefore: noon - 16 * hour,
      notAfter: noon - late + 8 * hour,
      renewalAt: noon - late,
    });
    expect(said(ofADay(48 * minute))[0]).toBe('ok');
    expect(said(ofADay(48 * minute + 1))[0]).toBe('warn');
    expect(verdictOf(with90(30 * day - 2 * hour), { late: 3 * hour }).level).toBe('ok');
  });

  test('that nobody is to renew is said once it ends soon', () => {
    const off = { renewalOff: true, renewalAt: null };
    const left = (days: number) => ({ ...off, notBefore: noon + (days - 90) * day, notAfter: noon + days * day });
    expect(said(left(23))).toEqual(['ok', 'Certificate default/web is issued']);
    expect(said(left(22))).toEqual([
      'warn',
      'nobody renews Certificate default/web: its renewal is switched off; it ends in 22 days (23 Oct 12:00)',
    ]);
    expect(said(left(9))[0]).toBe('bad');
  });

  test('that has expired is bad since then', () => {
    const verdict = verdictOf(with90(-day));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'Certificate default/web expired at Wed 12:00 and was not renewed',
    ]);
    expect(verdict.startedAt).toBe(noon - day);
  });

  test('that was never issued is a warning after ten minutes, with the words of its condition', () => {
    const message = 'Issuing certificate as Secret does not exist';
    const since = (ms: number) => ({ ...notIssued, ready: aCondition({ message, changedAt: noon - ms }) });
    expect(said(since(10 * minute))).toEqual(['ok', 'Certificate default/web is being issued']);
    expect(said(since(10 * minute + 1))[0]).toBe('warn');
    expect(said(since(2 * hour))).toEqual([
      'warn',
      'Certificate default/web has not been issued for 2 h: Issuing certificate as Secret does not exist',
    ]);
    expect(verdictOf(since(2 * hour)).startedAt).toBe(noon - 2 * hour);
    expect(verdictOf(since(2 * hour), { issued: 3 * hour }).level).toBe('ok');
  });

  test('that nobody has taken up is counted from when it was made', () => {
    const ready = { ...notIssued, ready: null };
    expect(said({ ...ready, createdAt: noon - hour })).toEqual([
      'warn',
      'Certificate default/web has not been issued for 60 min: does cert-manager run?',
    ]);
    expect(said({ ...ready, createdAt: null })[0]).toBe('ok');
  });

  test('that cannot be issued says how often it was tried, at once', () => {
    const tried = { ...notIssued, failedAttempts: 2, lastFailureAt: noon - minute, ready: aCondition() };
    expect(said(tried)).toEqual([
      'warn',
      'cert-manager cannot issue Certificate default/web: 2 attempts failed, the last at 11:59',
    ]);
  });

  test('that is not ready for another reason says it', () => {
    const ready = aCondition({ reason: 'SecretMismatch', message: 'Existing private key is not up to date' });
    expect(said({ ready })).toEqual([
      'warn',
      'Certificate default/web is not ready: Existing private key is not up to date',
    ]);
    expect(said({ ready: { ...ready, changedAt: noon - 5 * minute } })[0], 'it may be mending that').toBe('ok');
    expect(said({ ready: { ...ready, message: '' } })[1]).toBe('Certificate default/web is not ready: SecretMismatch');
    expect(said({ ready: aCondition({ reason: '', changedAt: null }) })[1]).toBe(
      'Certificate default/web is not ready: cert-manager does not say why',
    );
  });

  test('with dates that make no sense is judged by what it says of itself', () => {
    expect(said({ notBefore: null, notAfter: 253_402_300_799_000, renewalAt: null })[0]).toBe('ok');
    expect(said({ notAfter: -day })[0]).toBe('bad');
    expect(verdictOf({ notAfter: -day })).not.toHaveProperty('startedAt');
    expect(said({ renewalAt: noon + 90 * day, notAfter: noon + 60 * day })[0]).toBe('ok');
    expect(said({ renewalAt: -day, notAfter: noon + 60 * day })[0]).toBe('warn');
  });
});

describe('what is seen and done', () => {
  const failing = {
    ...with90(20 * day),
    failedAttempts: 4,
    lastFailureAt: noon - hour,
    issuing: aCondition({ reason: 'Failed', message: 'acme: 429 too many certificates' }),
  };

  test('why it fails comes first', () => {
    expect(evidenceOf(verdictOf(failing))).toEqual([
      'acme: 429 too many certificates',
      'to be renewed from 21 Sept 12:00 on',
      'valid until 21 Oct 12:00',
      'of ClusterIssuer letsencrypt, for git.example, in Secret web-tls',
    ]);
    expect(verdictOf(failing).startedAt, 'since its renewal was due').toBe(noon - 10 * day);
  });

  test('what to ask, in the order in which the reason is found', () => {
    expect(commandsOf(verdictOf(failing))).toEqual([
      'kubectl -n default describe certificate web',
      'kubectl -n default get certificaterequest,order,challenge',
      'kubectl get pods -A | grep cert-manager',
      'cmctl renew --namespace default web',
    ]);
    const deployments = [aDeployment({ namespace: 'certs', name: 'cert-manager' })];
    const snapshot = aSnapshot({ issuedCertificates: [anIssuedCertificate(failing)], deployments });
    expect(commandsOf(theVerdict(renewalFailing, snapshot))[2]).toBe(
      'kubectl -n certs logs deployment/cert-manager --tail 200 | grep web',
    );
  });
});

describe('explains', () => {
  const issued = anIssuedCertificate({ ...with90(9 * day), failedAttempts: 3 });
  const host = (notAfter: number, part = {}) =>
    aTlsServer({ certificate: aShownCertificate({ notBefore: noon - 81 * day, notAfter, ...part }) });
  const ofHost = { kind: 'Host', name: 'git.example' };
  const effect = (check: 'expiring' | 'expired' | 'untrusted', subject: { kind: string; name: string }) =>
    anEffect(`certificates/${check}`, { subject, level: 'warn' });
  const explained = (server: ReturnType<typeof aTlsServer>, about: ReturnType<typeof effect>, from = issued) => {
    const snapshot = aSnapshot({ issuedCertificates: [from], tlsServers: [server] });
    return explains(renewalFailing, theVerdict(renewalFailing, snapshot), about, snapshot);
  };

  test('that the Certificate itself and the host that shows it end', () => {
    const server = host(noon + 9 * day);
    expect(
      explained(server, effect('expiring', { kind: 'Certificate', namespace: 'default', name: 'web' } as never)),
    ).toBe(true);
    expect(explained(server, effect('expiring', ofHost))).toBe(true);
    expect(explained(server, effect('expired', ofHost))).toBe(true);
    expect(explained(server, effect('untrusted', ofHost))).toBe(false);
  });

  test('no host with another Secret, and none that shows an older one', () => {
    expect(explained({ ...host(noon + 8 * day), secret: 'default/other' }, effect('expiring', ofHost))).toBe(false);
    expect(explained(host(noon + day), effect('expiring', ofHost))).toBe(false);
  });

  test("that a host shows the controller's own, as long as there is none", () => {
    const server = host(noon + 300 * day, { commonName: 'TRAEFIK DEFAULT CERT', chainIs: 'self-signed' });
    const never = anIssuedCertificate({ ...notIssued, ready: aCondition() });
    expect(explained(server, effect('untrusted', ofHost), never)).toBe(true);
    expect(explained(server, effect('untrusted', ofHost)), 'it is there and not taken').toBe(false);
  });
});
