import { describe, expect, test } from 'vitest';
import apiAnswers from '#server/checks/control-plane/api-answers.ts';
import clockOff from '#server/checks/control-plane/clock-off.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { aCredential, aDoor, aHandshake, aLease, aTlsServer, aShownCertificate } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';

const doorAhead = (clockAheadMs: number | null, part: Partial<ApiDoorFact> = {}) => aDoor({ clockAheadMs, ...part });
/** Nodes whose clocks are so much ahead of ours and that have renewed some seconds ago. */
const nodesAhead = (...ahead: number[]) =>
  ahead.map((ms, i) => aLease({ node: `nuc${i}`, renewedAt: noon + ms - (i + 1) * 3 * second }));
const verdictOf = (clockAheadMs: number, parts: SnapshotParts = {}) =>
  theVerdict(clockOff, aSnapshot({ door: doorAhead(clockAheadMs), ...parts }));

describe('the clocks of the wall and of the API', () => {
  test('agree within a minute, and are not judged while the other is not known', () => {
    expect(verdictOf(59 * second).level).toBe('ok');
    expect(sentence(verdictOf(-59 * second))).toBe('the clocks of the wall and of the API agree');
    expect(judged(clockOff, aSnapshot({ door: doorAhead(null) }))).toEqual([]);
    expect(judged(clockOff, aSnapshot({ door: null }))).toEqual([]);
  });

  test('that differ by a minute are a warning, by more than five bad', () => {
    const level = (ms: number) => verdictOf(ms).level;
    expect([minute, -minute, 5 * minute, -5 * minute - second].map(level)).toEqual(['warn', 'warn', 'warn', 'bad']);
  });

  test('alone cannot tell which of them is wrong', () => {
    const verdict = verdictOf(7 * hour);
    expect(sentence(verdict)).toBe('the clocks of the wall and of the API differ by 7 h: ours is behind');
    expect(sentence(verdictOf(-7 * hour))).toBe('the clocks of the wall and of the API differ by 7 h: ours is ahead');
    expect(evidenceOf(verdict)).toEqual(['by our clock it is 12:00', 'by that of the API 19:00']);
    expect(commandsOf(verdict)[0]).toBe('date -u');
  });

  test('ours is the wrong one where the nodes agree with the API', () => {
    const leases = nodesAhead(7 * hour, 7 * hour, 0);
    const verdict = verdictOf(7 * hour, { leases });
    expect(sentence(verdict)).toBe('our clock is 7 h behind: 2 nodes agree with the API');
    expect(verdict.steps?.[0]?.say).toContain('On the machine of the wall');
    expect(sentence(verdictOf(-2 * minute, { leases: nodesAhead(-2 * minute, -2 * minute) }))).toBe(
      'our clock is 2 min ahead: 2 nodes agree with the API',
    );
  });

  test("the API's is the wrong one where they agree with us", () => {
    const verdict = verdictOf(7 * hour, { leases: nodesAhead(0, 0, 7 * hour) });
    expect(sentence(verdict)).toBe("the API server's clock is 7 h ahead: 2 nodes agree with ours");
    expect(verdict.steps?.[0]?.say).toContain('On the server node');
  });

  test('one node may be the machine of the API, old leases say nothing, and as many on each side neither', () => {
    const undecided = (parts: SnapshotParts) => sentence(verdictOf(7 * hour, parts));
    for (const parts of [
      { leases: nodesAhead(7 * hour) },
      { leases: nodesAhead(7 * hour, 7 * hour, 0, 0) },
      { leases: nodesAhead(7 * hour, 7 * hour), sources: { leases: { fresh: false, state: 'stale' as const } } },
      { leases: nodesAhead(hour, 2 * hour, -day) },
    ])
      expect(undecided(parts)).toContain('differ by 7 h');
  });

  test('ours is behind where the certificate of the API is from a time to come', () => {
    const handshake = aHandshake({ outcome: 'not-yet-valid', notBefore: noon + hour });
    expect(sentence(verdictOf(400 * day, { handshake }))).toBe(
      "our clock is 400 days behind: the API's certificate is from a time to come",
    );
    expect(sentence(verdictOf(minute, { handshake }))).toContain('differ by 60 s');
  });
});

describe('clocks that differ explain', () => {
  const api = { kind: 'Endpoint', name: 'api' };
  const effect = anEffect('control-plane/api-answers', { subject: api, level: 'bad' });
  const explained = (door: ApiDoorFact, handshake?: ApiHandshakeFact, more: SnapshotParts = {}) => {
    const snapshot = aSnapshot({ door, ...(handshake === undefined ? {} : { handshake }), ...more });
    expect(theVerdict(apiAnswers, snapshot).level).toBe('bad');
    return explains(clockOff, theVerdict(clockOff, snapshot), effect, snapshot);
  };

  test('a serving certificate that is out of its time by our clock and in it by theirs', () => {
    const early = aHandshake({ outcome: 'not-yet-valid', notBefore: noon + hour, outcomeSince: noon });
    const barred = (ahead: number) => doorAhead(ahead, { outcome: 'certificate-not-yet-valid', status: null });
    expect(explained(barred(7 * hour), early)).toBe(true);
    expect(explained(barred(-7 * hour), early)).toBe(false);
    expect(explained(doorAhead(7 * hour), early), 'on a connection that lives on').toBe(true);
    const ended = aHandshake({ outcome: 'expired', notAfter: noon - hour, outcomeSince: noon });
    const door = (ahead: number) => doorAhead(ahead, { outcome: 'certificate-expired', status: null });
    expect(explained(door(-7 * hour), ended)).toBe(true);
    expect(explained(door(-10 * minute), ended), 'it has ended by both').toBe(false);
    expect(explained(door(-7 * hour), ended, { leases: nodesAhead(0, 0) }), 'theirs is the wrong one').toBe(false);
  });

  test('a 401 for what is out of its time by their clock alone', () => {
    const refused = (ahead: number, expiresAt: number) =>
      doorAhead(ahead, { outcome: 'unauthorized', status: 401, credential: aCredential({ expiresAt }) });
    expect(explained(refused(7 * hour, noon + hour))).toBe(true);
    expect(explained(refused(7 * hour, noon + 8 * hour))).toBe(false);
    expect(explained(refused(7 * hour, noon - hour))).toBe(false);
    expect(explained(refused(7 * hour, noon + hour), undefined, { leases: nodesAhead(0, 0) })).toBe(true);
  });

  test('no refusal of another kind', () => {
    expect(explained(doorAhead(7 * hour, { outcome: 'refused', status: null }))).toBe(false);
  });

  test('certificates of hosts that are in their time by the other clock, each by itself', () => {
    const notBefore = noon + hour;
    const tlsServers = [
      aTlsServer({ certificate: aShownCertificate({ notBefore }) }),
      aTlsServer({ name: 'far.example', certificate: aShownCertificate({ notBefore: noon + day }) }),
    ];
    const snapshot = aSnapshot({ door: doorAhead(7 * hour), tlsServers });
    const cause = theVerdict(clockOff, snapshot);
    const host = (name: string) =>
      anEffect('certificates/not-yet-valid', { subject: { kind: 'Host', name }, level: 'bad' });
    expect(explains(clockOff, cause, host('git.example'), snapshot)).toBe(true);
    expect(explains(clockOff, cause, host('far.example'), snapshot)).toBe(false);
    expect(explains(clockOff, cause, host('elsewhere.example'), snapshot)).toBe(false);
  });

  test('that the nodes say the same of our clock; and nothing while they agree', () => {
    const snapshot = aSnapshot({ door: doorAhead(7 * hour) });
    const ours = anEffect('nodes/clock-off', { subject: { kind: 'Wall', name: 'wall' }, level: 'bad' });
    const pi3 = anEffect('nodes/clock-off', { subject: { kind: 'Node', name: 'pi3' }, level: 'bad' });
    expect(explains(clockOff, theVerdict(clockOff, snapshot), ours, snapshot)).toBe(true);
    expect(explains(clockOff, theVerdict(clockOff, snapshot), pi3, snapshot)).toBe(false);
    const fine = aSnapshot({ door: doorAhead(0) });
    expect(explains(clockOff, theVerdict(clockOff, fine), ours, fine)).toBe(false);
  });
});
