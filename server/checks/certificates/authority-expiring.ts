import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import { believableSources } from '#server/engine/freshness.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Level } from '#shared/level.ts';
import { say } from '#shared/say.ts';
import { authorityEvidence, authoritySay } from '../authority-words.ts';
import { authoritySteps, betweenSteps } from '../authority-steps.ts';
import { apiDistribution } from '../distribution.ts';
import { seenAuthorities, type SeenAuthority } from '../seen-authorities.ts';
import { startedAt } from '../started-at.ts';
import { warnedIn, warnedMemory } from '../warned-memory.ts';

const day = 86_400_000;

/** Does an authority of the cluster end? Nobody renews those unasked, and everything that it signed ends with it. */
export default defineCheck({
  check: 'certificates/authority-expiring',
  about: 'an authority of the cluster ends, which nobody renews unasked: all that it signed ends with it',
  // Each verdict is judged by who has seen the authority.
  needs: {
    node: 'optional',
    componentCertificates: 'optional',
    event: 'optional',
    tlsServer: 'optional',
    apiHandshake: 'optional',
    apiDoor: 'optional',
  },
  settings: {
    warn: duration(365 * day, 'so long before it ends it is a warning: it takes planning'),
    bad: duration(30 * day, 'so long before it ends it is bad'),
  },
  remembers: warnedMemory('authorities'),
  // k3s makes five at once, and they are made anew together: the first by name stands for those that end with it.
  explains: [{ checks: ['certificates/authority-expiring'], when: endsWith }],
  judge: (snapshot, { settings, memory }) =>
    seenAuthorities(snapshot, warnedIn(memory)).map((authority) => verdict(authority, settings, snapshot)),
});

function endsWith(cause: Verdict, effect: Effect): boolean {
  const [one, other] = [cause.say.values, effect.say.values];
  if (one['host'] !== undefined || other['host'] !== undefined) return false;
  const apart = Math.abs(Number(one['at']) - Number(other['at']));
  return apart <= day && cause.level === effect.level && cause.subject.name < effect.subject.name;
}

type Limits = Record<'warn' | 'bad', number>;

function verdict(authority: SeenAuthority, limits: Limits, snapshot: Snapshot): Verdict {
  const { name, at, of, seenIn } = authority;
  const { now } = snapshot;
  const head = { subject: { kind: 'Authority', name }, sources: sourcesOf(authority, snapshot) };
  const level = levelOf(authority, limits, now);
  if (level === 'ok') return { ...head, level, say: say('the authority {name} is valid until {at:at}', { name, at }) };
  const distribution = apiDistribution(snapshot);
  return {
    ...head,
    level,
    say: authoritySay(authority, distribution, now),
    evidence: authorityEvidence(authority),
    steps: of === 'host' ? betweenSteps(seenIn[0] ?? name) : authoritySteps(distribution),
    ...startedAt(at, now),
  };
}

function levelOf({ at, of, successor }: SeenAuthority, { warn, bad }: Limits, now: number): Level {
  const left = at - now;
  // Its issuer renews it in time as a rule, and no planning is needed.
  if (of === 'host') return left <= 0 ? 'bad' : left <= bad ? 'warn' : 'ok';
  const level = left <= Math.max(0, bad) ? 'bad' : left <= warn ? 'warn' : 'ok';
  // What another has taken the place of may still be shown beside it.
  return level !== 'ok' && successor !== '' ? 'notice' : level;
}

/** One that can be believed now is enough, since its end does not change; what was said by an event needs none. */
function sourcesOf({ sources }: SeenAuthority, snapshot: Snapshot): string[] {
  const believed = believableSources(snapshot);
  const fresh = sources.find((source) => believed.has(source));
  return fresh === undefined ? sources : [fresh];
}
