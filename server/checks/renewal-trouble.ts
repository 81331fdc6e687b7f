import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import { say, type Say } from '#shared/say.ts';
import { calmLeft, endingLevel, type LifeLimits } from './certificate-life.ts';
import { shorten } from './shorten.ts';

/** What decides whether a renewal fails, ms: `lifeSettings`, and how long issuing and renewing may take. */
export interface RenewalLimits extends LifeLimits {
  issued: number;
  late: number;
}

/** What is wrong with how a Certificate is renewed, and since when (epoch ms, null where that is not known). */
export interface RenewalTrouble {
  level: 'warn' | 'bad';
  say: Say;
  since: number | null;
}

/** What is wrong with how cert-manager renews a Certificate, the worst of it; null if nothing is. */
export function renewalTrouble(
  issued: IssuedCertificateFact,
  limits: RenewalLimits,
  now: number,
): RenewalTrouble | null {
  const name = `${shorten(issued.namespace, 60)}/${shorten(issued.name, 60)}`;
  const { notAfter, renewalAt } = issued;
  if (notAfter === null) return neverIssued(issued, name, limits, now);
  if (notAfter <= now) {
    const text = 'Certificate {name} expired at {at:at} and was not renewed';
    return { level: 'bad', say: say(text, { name, at: notAfter }), since: notAfter };
  }
  const ends = { left: calmLeft(notAfter - now), at: notAfter };
  const level = endingLevel(issued, now, limits) === 'bad' ? 'bad' : 'warn';
  if (issued.failedAttempts > 0) {
    const { template, values } = attemptsSay('renew', name, issued);
    const text = `${template}; it ends in {left:duration} ({at:at})`;
    return { level, say: say(text, { ...values, ...ends }), since: overdueSince(issued, now) ?? issued.lastFailureAt };
  }
  if (renewalAt !== null && now > renewalAt + marginOf(renewalAt, notAfter, limits.late)) {
    const text =
      'Certificate {name} should have been renewed at {due:at} and was not; it ends in {left:duration} ({at:at})';
    return { level, say: say(text, { name, due: renewalAt, ...ends }), since: renewalAt };
  }
  if (issued.renewalOff && endingLevel(issued, now, limits) !== 'ok') {
    const text = 'nobody renews Certificate {name}: its renewal is switched off; it ends in {left:duration} ({at:at})';
    return { level, say: say(text, { name, ...ends }), since: null };
  }
  return notReady(issued, name, level, limits, now);
}

/** So much later than planned it may be renewed: less where there is little time between renewal and end. */
function marginOf(renewalAt: number, notAfter: number, lateMs: number): number {
  return Math.min(lateMs, Math.max(0, notAfter - renewalAt) / 10);
}

function overdueSince({ renewalAt }: IssuedCertificateFact, now: number): number | null {
  return renewalAt !== null && renewalAt <= now ? renewalAt : null;
}

function neverIssued(
  issued: IssuedCertificateFact,
  name: string,
  { issued: mayTakeMs }: RenewalLimits,
  now: number,
): RenewalTrouble | null {
  const since = issued.ready?.changedAt ?? issued.createdAt;
  if (issued.failedAttempts > 0) return { level: 'warn', say: attemptsSay('issue', name, issued), since };
  if (since === null || now - since <= mayTakeMs) return null;
  const why = saidOf(issued);
  const text = 'Certificate {name} has not been issued for {since:age}';
  return {
    level: 'warn',
    // Without a word of cert-manager nobody has taken it up.
    say:
      why === ''
        ? say(`${text}: does cert-manager run?`, { name, since })
        : say(`${text}: {why}`, { name, since, why }),
    since,
  };
}

function notReady(
  issued: IssuedCertificateFact,
  name: string,
  level: 'warn' | 'bad',
  { issued: mayTakeMs }: RenewalLimits,
  now: number,
): RenewalTrouble | null {
  const { ready } = issued;
  if (ready?.status !== 'False' || (ready.changedAt !== null && now - ready.changedAt <= mayTakeMs)) return null;
  const why = saidOf(issued) || 'cert-manager does not say why';
  return { level, say: say('Certificate {name} is not ready: {why}', { name, why }), since: ready.changedAt };
}

function attemptsSay(
  what: 'renew' | 'issue',
  name: string,
  { failedAttempts, lastFailureAt }: IssuedCertificateFact,
): Say {
  const attempts = failedAttempts === 1 ? '1 attempt' : `${failedAttempts} attempts`;
  const text = `cert-manager cannot ${what} Certificate {name}: {attempts} failed`;
  return lastFailureAt === null
    ? say(text, { name, attempts })
    : say(`${text}, the last at {failedAt:at}`, { name, attempts, failedAt: lastFailureAt });
}

/** Why it is so, in the words of cert-manager: of its last failure, else of the state it is in; "" if it says nothing. */
export function saidOf({ ready, issuing }: IssuedCertificateFact): string {
  const failed = issuing?.status === 'False' ? issuing : null;
  const unready = ready !== null && ready.status !== 'True' ? ready : null;
  const told = [failed, unready].find((each) => each !== null && (each.message || each.reason) !== '');
  return shorten(told == null ? '' : told.message || told.reason, 300);
}
