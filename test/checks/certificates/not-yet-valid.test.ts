import { describe, expect, test } from 'vitest';
import notYetValid from '#server/checks/certificates/not-yet-valid.ts';
import { apiSubject } from '#server/checks/subjects.ts';
import { aCredential, aDoor, aHandshake, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, hour, noon, second } from '#test/builders/time.ts';

const later = aShownCertificate({ notBefore: noon + 2 * day, notAfter: noon + 300 * day });

describe('a certificate', () => {
  test('whose time has begun is fine', () => {
    const verdict = theVerdict(notYetValid, aSnapshot({ door: null, tlsServers: [aTlsServer()] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'ok',
      'the certificate of git.example is valid since 1 Apr 12:00',
    ]);
  });

  test('of the future is bad, says from when, and to look at the clocks', () => {
    const server = aTlsServer({ outcome: 'not-yet-valid', certificate: later });
    const verdict = theVerdict(notYetValid, aSnapshot({ door: null, tlsServers: [server] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'the certificate of git.example is valid only from Sat 12:00',
    ]);
    expect(verdict).not.toHaveProperty('startedAt');
    expect(commandsOf(verdict).slice(0, 2)).toEqual(['date -u', 'timedatectl status']);
    expect(evidenceOf(verdict)[0]).toBe('valid from Sat 12:00 to 28 Jul 2027');
  });

  test('issued this very moment by a clock a little ahead of ours is fine', () => {
    const level = (ahead: number) => {
      const certificate = aShownCertificate({ notBefore: noon + ahead });
      return theVerdict(notYetValid, aSnapshot({ door: null, tlsServers: [aTlsServer({ certificate })] })).level;
    };
    expect([level(5 * second), level(5 * second + 1)]).toEqual(['ok', 'bad']);
  });

  test('whose beginning cannot be read is not said to be too early', () => {
    const server = aTlsServer({ certificate: aShownCertificate({ notBefore: null }) });
    expect(judged(notYetValid, aSnapshot({ door: null, tlsServers: [server] }))).toEqual([]);
  });

  test('of the year 9999 is valid from then', () => {
    const certificate = aShownCertificate({ notBefore: 253_402_300_799_000, notAfter: 253_402_300_799_000 });
    const verdict = theVerdict(notYetValid, aSnapshot({ door: null, tlsServers: [aTlsServer({ certificate })] }));
    expect(sentence(verdict)).toBe('the certificate of git.example is valid only from 31 Dec 9999');
  });
});

describe('explains', () => {
  const refusal = anEffect('control-plane/api-answers', { subject: apiSubject, level: 'bad' });

  test("that the API's certificate is not taken, and the 401 to what we present", () => {
    const handshake = aHandshake({ outcome: 'not-yet-valid', notBefore: noon + hour });
    const credential = aCredential({ issuedAt: noon + hour });
    const serving = aSnapshot({ door: aDoor({ outcome: 'certificate-not-yet-valid' }), handshake });
    const own = aSnapshot({ door: aDoor({ outcome: 'unauthorized', credential }), handshake: aHandshake() });
    const bad = (snapshot: typeof own) => judged(notYetValid, snapshot).find(({ level }) => level === 'bad')!;
    expect(explains(notYetValid, bad(serving), refusal, serving)).toBe(true);
    expect(sentence(bad(own))).toBe("the wall's own certificate for the API is valid only from 13:00");
    expect(explains(notYetValid, bad(own), refusal, own)).toBe(true);
    const answering = aSnapshot({ door: aDoor({ credential }) });
    expect(explains(notYetValid, bad(answering), refusal, answering)).toBe(false);
  });

  test('the other hosts that show the same one', () => {
    const hosts = ['a.example', 'b.example'].map((name) => aTlsServer({ name, certificate: later }));
    const snapshot = aSnapshot({ door: null, tlsServers: hosts });
    const [a, b] = judged(notYetValid, snapshot);
    expect(sentence(a!)).toBe('the certificate of a.example and 1 more host is valid only from Sat 12:00');
    expect(explains(notYetValid, a!, anEffect('certificates/not-yet-valid', b!), snapshot)).toBe(true);
  });
});
