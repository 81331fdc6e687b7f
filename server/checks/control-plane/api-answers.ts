import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { say } from '#shared/say.ts';
import { blindness, isWatch } from '../blindness.ts';
import { apiDistribution, onlyServer } from '../distribution.ts';
import { certificateTrouble } from '../certificate-trouble.ts';
import { refusalEvidence } from '../door-evidence.ts';
import { refusalSteps } from '../door-steps.ts';
import { refusalOf, refusalSay, type Refusal } from '../door-words.ts';
import { forbiddenFeeds, forbidsAll, forbidsAllSay, forbidsAllSteps, whoWeAre } from '../forbidden.ts';
import { newAuthorityExplains, nodesKeepOurs, untrustedApi } from '../new-authority.ts';
import { freshFact } from '../fresh-fact.ts';
import { startedAt } from '../started-at.ts';
import { apiSubject as subject } from '../subjects.ts';
import { credentialEnded } from '../unauthorized-words.ts';

/** Does the API let us in? Each way in which it does not has its own words and first steps. */
export default defineCheck({
  check: 'control-plane/api-answers',
  about: 'the API server answers us, or why not: unreachable, silent, 401, 403, 429, a certificate, a login page',
  needs: { apiDoor: 'required', apiHandshake: 'optional', tlsServer: 'optional' },
  settings: {},
  blinds: true,
  explains: [blindness, forbidsAll, newAuthorityExplains, untrustedApi],
  judge(snapshot) {
    const door = snapshot.facts('apiDoor').get('api');
    if (door === undefined) return [];
    const certificate = freshFact(snapshot, 'apiHandshake', 'api');
    const refusal = refusalOf(door);
    if (forbiddenFeeds(snapshot) === 'all' && (refusal ?? 'forbidden') === 'forbidden')
      return [forbidden(door, snapshot)];
    if (refusal !== null) return [refused(refusal, door, certificate, snapshot)];
    return [certificateTrouble(door, certificate, snapshot) ?? answering(door)];
  },
});

function answering({ latencyMs }: ApiDoorFact): Verdict {
  return latencyMs === null
    ? { subject, level: 'ok', say: say('the API answers') }
    : { subject, level: 'ok', say: say('the API answers in {latency:duration}', { latency: latencyMs }) };
}

// An API server that is busy for a moment asks to be left alone for a second.
const busyMs = 30_000;

function refused(
  refusal: Refusal,
  door: ApiDoorFact,
  handshake: ApiHandshakeFact | undefined,
  snapshot: Snapshot,
): Verdict {
  const { now } = snapshot;
  const nodesKeep = nodesKeepOurs(snapshot);
  const since = credentialEnded(door, now) ? door.credential.expiresAt : door.outcomeSince;
  return {
    subject,
    level: isMild(refusal, door, snapshot) ? 'warn' : 'bad',
    say: refusalSay(refusal, door, handshake, { now, nodesKeep }),
    evidence: refusalEvidence(refusal, door, handshake),
    steps: refusalSteps(refusal, door, {
      distribution: apiDistribution(snapshot),
      server: onlyServer(snapshot),
      now,
      handshake,
      nodesKeep,
    }),
    series: ['control-plane/latency'],
    ...startedAt(since, now),
  };
}

/** True if all that we watch may still be seen: the API turns us away for a moment, or only does not say whether it is ready. */
function isMild(refusal: Refusal, { outcomeSince }: ApiDoorFact, { sources, now }: Snapshot): boolean {
  if (refusal === 'too-many-requests') return now - outcomeSince < busyMs;
  return (
    refusal === 'forbidden' && [...sources.values()].some((source) => isWatch(source) && source.state === 'synced')
  );
}

/** Nothing that we ask for is allowed: one finding in place of one for each kind. */
function forbidden(door: ApiDoorFact, snapshot: Snapshot): Verdict {
  const user = whoWeAre(snapshot);
  const since = [...snapshot.facts('rights').values()].flatMap(({ granted, since: at }) => (granted ? [] : [at]));
  return {
    subject,
    level: 'bad',
    say: forbidsAllSay(user),
    evidence: refusalEvidence('forbidden', door, undefined),
    steps: forbidsAllSteps(user),
    ...startedAt(since.length === 0 ? null : Math.max(...since), snapshot.now),
  };
}
