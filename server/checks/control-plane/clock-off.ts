import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { findingId, type Step } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { serverClockSteps, wallClockSteps } from '../clock-steps.ts';
import { apiDistribution } from '../distribution.ts';
import { freshFact } from '../fresh-fact.ts';
import { seenCertificates } from '../seen-certificates.ts';
import { apiSubject as subject } from '../subjects.ts';
import { byApiClock } from '../unauthorized-words.ts';
import { whoseClock, type WhoseClock } from '../whose-clock.ts';

/** Do we and the API live in the same time? Certificates and tokens are judged by clocks. */
export default defineCheck({
  check: 'control-plane/clock-off',
  about: 'the clocks of the wall and of the API differ, by which certificates and tokens seem out of their time',
  needs: { apiDoor: 'required' },
  settings: {
    warn: duration(60_000, 'clocks that differ by so much are a warning'),
    bad: duration(5 * 60_000, 'clocks that differ by more than this are bad'),
  },
  explains: [
    { checks: ['control-plane/api-answers'], when: explainsRefusal },
    { checks: ['certificates/expired', 'certificates/not-yet-valid'], when: explainsCertificate },
    // The nodes say the same of our clock.
    { checks: ['nodes/clock-off'], when: (cause, effect) => cause.level !== 'ok' && effect.subject.kind === 'Wall' },
  ],
  judge(snapshot, { settings }) {
    const ahead = snapshot.facts('apiDoor').get('api')?.clockAheadMs ?? null;
    if (ahead === null) return [{ subject, level: 'ok', say: say('the clocks were not compared yet'), unseen: true }];
    const off = Math.abs(ahead);
    if (off < settings.warn) return [{ subject, level: 'ok', say: say('the clocks of the wall and of the API agree') }];
    const whose = whoseClock(snapshot, ahead);
    return [
      {
        subject,
        level: off <= settings.bad ? 'warn' : 'bad',
        say: sentence(ahead, whose),
        evidence: [
          { kind: 'value', say: say('by our clock it is {now:at}', { now: toMinutes(snapshot.now) }) },
          { kind: 'value', say: say('by that of the API {there:at}', { there: toMinutes(snapshot.now + ahead) }) },
        ],
        steps: steps(whose, snapshot),
      },
    ];
  },
});

function sentence(aheadMs: number, { wrong, witnesses }: WhoseClock): Say {
  const off = Math.abs(aheadMs);
  const behind = aheadMs > 0;
  if (wrong === 'theirs') {
    return say(
      `the API server's clock is {off:duration} ${behind ? 'ahead' : 'behind'}: {witnesses} nodes agree with ours`,
      {
        off,
        witnesses,
      },
    );
  }
  if (wrong === 'ours') {
    const ours = `our clock is {off:duration} ${behind ? 'behind' : 'ahead'}`;
    return witnesses === 0
      ? say(`${ours}: the API's certificate is from a time to come`, { off })
      : say(`${ours}: {witnesses} nodes agree with the API`, { off, witnesses });
  }
  return say(`the clocks of the wall and of the API differ by {off:duration}: ours is ${behind ? 'behind' : 'ahead'}`, {
    off,
  });
}

/** What is shown with minutes changes once a minute. */
function toMinutes(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}

function steps({ wrong }: WhoseClock, snapshot: Snapshot): Step[] {
  const server = serverClockSteps(apiDistribution(snapshot));
  if (wrong === 'ours') return [...wallClockSteps];
  if (wrong === 'theirs') return [...server];
  return [
    { say: 'Which of them is wrong? Run this on the wall and on the server', command: 'date -u' },
    ...wallClockSteps.slice(0, 2),
    ...server.slice(0, 2),
  ];
}

/** A 401 for what is out of its time by the API's clock alone; a serving certificate that is so by ours alone. */
function explainsRefusal(cause: Verdict, _: Effect, snapshot: Snapshot): boolean {
  const door = snapshot.facts('apiDoor').get('api');
  if (cause.level === 'ok' || door === undefined) return false;
  if (door.outcome === 'unauthorized') return byApiClock(door, snapshot.now) !== null;
  const handshake = freshFact(snapshot, 'apiHandshake', 'api');
  return handshake !== undefined && isGoodThere(handshake, snapshot);
}

function explainsCertificate(cause: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  if (cause.level === 'ok') return false;
  const seen = seenCertificates(snapshot).find((each) => findingId(effect.check, each.subject, each.key) === effect.id);
  return seen !== undefined && isGoodThere(seen, snapshot);
}

/** True for what is out of its time by our clock and in it by the API's, unless that one is known to be wrong. */
function isGoodThere(
  { notBefore, notAfter }: { notBefore: number | null; notAfter: number | null },
  snapshot: Snapshot,
): boolean {
  const { now } = snapshot;
  const ahead = snapshot.facts('apiDoor').get('api')?.clockAheadMs ?? 0;
  const isIn = (at: number) => (notBefore ?? -Infinity) <= at && at < (notAfter ?? Infinity);
  return !isIn(now) && isIn(now + ahead) && whoseClock(snapshot, ahead).wrong !== 'theirs';
}
