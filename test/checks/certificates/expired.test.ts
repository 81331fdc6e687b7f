import { describe, expect, test } from 'vitest';
import expired from '#server/checks/certificates/expired.ts';
import refusedInside from '#server/checks/certificates/refused-inside.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { apiSubject } from '#server/checks/subjects.ts';
import {
  aCredential,
  aDoor,
  aHandshake,
  anEvent,
  anIssuedCertificate,
  aShownCertificate,
  aTlsServer,
} from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';

const ended = aShownCertificate({ notBefore: noon - 366 * day, notAfter: noon - day });

function doorWith(notAfter: number, part: Partial<ApiDoorFact> = {}) {
  return aDoor({ credential: aCredential({ expiresAt: notAfter }), ...part });
}

function refusing(notAfter: number, outcomeSince: number) {
  return doorWith(notAfter, { outcome: 'unauthorized', outcomeSince, status: 401 });
}

describe('a certificate', () => {
  test('in its time is fine, and says until when', () => {
    const verdict = theVerdict(expired, aSnapshot({ door: null, tlsServers: [aTlsServer()] }));
    expect([verdict.level, sentence(verdict), verdict.sources]).toEqual([
      'ok',
      'the certificate of git.example is valid until 1 Apr 2027',
      ['tls'],
    ]);
  });

  test('that has ended is bad since it ended, wherever it is', () => {
    const snapshot = aSnapshot({
      door: doorWith(noon - hour),
      handshake: aHandshake({ outcome: 'expired', notAfter: noon - 2 * hour }),
      tlsServers: [aTlsServer({ certificate: ended }), aTlsServer({ is: 'kubelet', certificate: ended })],
      issuedCertificates: [anIssuedCertificate({ notAfter: noon - day })],
    });
    const verdicts = judged(expired, snapshot);
    expect(verdicts.map((verdict) => [verdict.level, sentence(verdict)])).toEqual([
      ['bad', "the API server's certificate expired at 10:00"],
      ['bad', "the wall's own certificate for the API expired at 11:00"],
      ['bad', 'the certificate of git.example expired at Wed 12:00'],
      ['bad', 'the certificate of the kubelet of nuc0 expired at Wed 12:00'],
      ['bad', 'Certificate default/web expired at Wed 12:00'],
    ]);
    expect(verdicts.map(({ startedAt }) => startedAt)).toEqual([
      noon - 2 * hour,
      noon - hour,
      noon - day,
      noon - day,
      noon - day,
    ]);
    for (const verdict of verdicts) expect(commandsOf(verdict).length, sentence(verdict)).toBeGreaterThan(0);
  });

  test('has ended at its very end, and not a millisecond before', () => {
    const level = (notAfter: number) => theVerdict(expired, aSnapshot({ door: doorWith(notAfter) })).level;
    expect([level(noon), level(noon + 1)]).toEqual(['bad', 'ok']);
  });

  test('of before 1970 has ended, nobody knows since when', () => {
    const server = aTlsServer({ certificate: aShownCertificate({ notBefore: null, notAfter: -day }) });
    const verdict = theVerdict(expired, aSnapshot({ door: null, tlsServers: [server] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'the certificate of git.example expired at 31 Dec 1969',
    ]);
    expect(verdict).not.toHaveProperty('startedAt');
  });

  test('whose end cannot be read is not said to have ended', () => {
    const server = aTlsServer({ certificate: aShownCertificate({ notAfter: null }) });
    expect(judged(expired, aSnapshot({ door: null, tlsServers: [server] }))).toEqual([]);
  });

  test('goes on having ended while handshakes fail', () => {
    const server = aTlsServer({ certificate: ended, outcome: 'no-handshake', trouble: 'timeout', failures: 1 });
    expect(theVerdict(expired, aSnapshot({ door: null, tlsServers: [server] })).level).toBe('bad');
  });

  test('says that our clock is off where it is', () => {
    const door = doorWith(noon - hour, { clockAheadMs: -2 * hour });
    expect(evidenceOf(theVerdict(expired, aSnapshot({ door })))[0]).toBe(
      'our clock is 2 h ahead of the clock of the API: dates may be judged wrongly',
    );
  });
});

describe('what the wall itself presents', () => {
  test('has ended: the API refuses us, and the sentence says so', () => {
    const verdict = theVerdict(expired, aSnapshot({ door: refusing(noon - hour, noon - hour + second) }));
    expect(verdict).toMatchObject({
      level: 'bad',
      subject: { kind: 'Credential', name: 'wall' },
      sources: ['api-door'],
    });
    expect(sentence(verdict)).toBe("the wall's own certificate for the API expired at 11:00: the API refuses us (401)");
    expect(commandsOf(verdict)).toContain('systemctl restart k3s');
  });

  test('is what others renew: a moment past its end is nothing, unless the API minds it', () => {
    const level = (past: number, part: Partial<ApiDoorFact> = {}) => {
      const credential = aCredential({ kind: 'exec', issuedAt: noon - hour, expiresAt: noon - past });
      return theVerdict(expired, aSnapshot({ door: aDoor({ credential, ...part }) })).level;
    };
    expect([level(30 * second), level(minute + 1)]).toEqual(['ok', 'bad']);
    expect(level(second, { outcome: 'unauthorized', status: 401 })).toBe('bad');
  });

  test('each kind of it has its own words', () => {
    const said = (kind: 'token' | 'token-file' | 'service-account' | 'exec') => {
      const credential = aCredential({ kind, expiresAt: noon - hour });
      const verdict = theVerdict(expired, aSnapshot({ door: aDoor({ credential }) }));
      expect(verdict.steps?.length, kind).toBeGreaterThan(0);
      return sentence(verdict);
    };
    expect(said('token')).toBe("the wall's own token for the API expired at 11:00");
    expect(said('token-file')).toBe("the wall's own token for the API expired at 11:00");
    expect(said('service-account')).toBe("the wall's own token for the API expired at 11:00");
    expect(said('exec')).toBe("the wall's own credentials for the API expired at 11:00");
  });
});

describe('explains', () => {
  const refusal = anEffect('control-plane/api-answers', { subject: apiSubject, level: 'bad' });
  const explained = (snapshot: ReturnType<typeof aSnapshot>, kind = 'Credential') => {
    const cause = judged(expired, snapshot).find(({ subject }) => subject.kind === kind)!;
    return explains(expired, cause, refusal, snapshot);
  };

  test('the 401 that began when ours ended, or after it', () => {
    const at = (expiresAt: number, since: number) => explained(aSnapshot({ door: refusing(expiresAt, since) }));
    expect(at(noon - hour, noon - hour + 2 * second)).toBe(true);
    expect(at(noon - 4 * day, noon - minute), 'the wall was started later').toBe(true);
    expect(at(noon - hour, noon - hour - minute), 'within a minute').toBe(true);
    expect(at(noon - hour, noon - hour - minute - 1), 'it refused us long before').toBe(false);
  });

  test('no other refusal of the API by ours', () => {
    for (const outcome of ['refused', 'forbidden', 'certificate-expired', 'ready'] as const)
      expect(explained(aSnapshot({ door: doorWith(noon - hour, { outcome, outcomeSince: noon - minute }) }))).toBe(
        false,
      );
  });

  test("that new connections find the API's certificate expired", () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: noon - hour });
    const at = (door: Partial<ApiDoorFact>, shown: Partial<ApiHandshakeFact> = {}) =>
      explained(aSnapshot({ door: aDoor(door), handshake: { ...handshake, ...shown } }), 'Endpoint');
    expect(at({ outcome: 'certificate-expired' })).toBe(true);
    expect(at({ outcome: 'ready' }), 'a connection made earlier still answers').toBe(true);
    expect(at({ outcome: 'unauthorized' })).toBe(false);
    expect(at({ outcome: 'ready' }, { outcome: 'no-handshake' })).toBe(false);
  });

  test('nothing of another subject', () => {
    const snapshot = aSnapshot({
      door: refusing(noon - hour, noon - hour),
      tlsServers: [aTlsServer({ certificate: ended })],
      handshake: aHandshake({ notAfter: noon - day }),
    });
    expect(explained(snapshot, 'Host')).toBe(false);
    expect(explained(snapshot, 'Endpoint')).toBe(false);
  });

  test('what is refused inside the cluster for having ended in that very second', () => {
    const endedAt = noon - 2 * hour;
    const refusedFor = (at: number) => {
      const message = `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-01T11:59:00Z is after ${new Date(at).toISOString().replace('.000', '')}`;
      const about = { kind: 'Node', namespace: null, name: 'nuc0' };
      const events = [anEvent({ about, reason: 'FailedToStart', message })];
      const handshake = aHandshake({ outcome: 'expired', notAfter: endedAt });
      const snapshot = aSnapshot({ door: null, handshake, events, nodes: [aNode()] });
      const inside = { subject: { kind: 'Node', name: 'nuc0' }, level: 'warn' as const };
      expect(judged(refusedInside, snapshot)).toMatchObject([inside]);
      return explains(
        expired,
        theVerdict(expired, snapshot),
        anEffect('certificates/refused-inside', inside),
        snapshot,
      );
    };
    expect([refusedFor(endedAt), refusedFor(endedAt - minute)]).toEqual([true, false]);
  });

  test('the other hosts that show the same one', () => {
    const hosts = ['b.example', 'a.example'].map((name) => aTlsServer({ name, certificate: ended }));
    const snapshot = aSnapshot({ door: null, tlsServers: hosts });
    const [b, a] = judged(expired, snapshot);
    expect(sentence(a!)).toBe('the certificate of a.example and 1 more host expired at Wed 12:00');
    expect(explains(expired, a!, anEffect('certificates/expired', b!), snapshot)).toBe(true);
    expect(explains(expired, b!, anEffect('certificates/expired', a!), snapshot)).toBe(false);
  });
});
