import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say } from '#shared/say.ts';
import { explainsItsHosts, explainsSharers } from '../certificate-causes.ts';
import { endingLevel, lifeSettings, type LifeLimits } from '../certificate-life.ts';
import { isRenewedAllTheTime, renewalSteps } from '../certificate-renewal.ts';
import { certificateEvidence, certificateOf, endsSay } from '../certificate-words.ts';
import { certificateKinds, headOf, notSeenYet, seenCertificates, type SeenCertificate } from '../seen-certificates.ts';

/**
 * Does a certificate end soon? By its date alone, which does not change while nobody answers. What others renew all the time
 * (a ServiceAccount's token, what a credential plugin gives) is meant to end soon.
 */
export default defineCheck({
  check: 'certificates/expiring',
  about: "a certificate ends soon: which, where, and what renews it; the wall's own credentials too",
  needs: certificateKinds,
  settings: lifeSettings,
  explains: [explainsSharers('certificates/expiring'), explainsItsHosts('certificates/expiring')],
  judge: (snapshot, { settings }) => [
    ...seenCertificates(snapshot).flatMap((seen) => verdict(seen, settings, snapshot) ?? []),
    ...notSeenYet(snapshot),
  ],
});

function verdict(seen: SeenCertificate, limits: LifeLimits, snapshot: Snapshot): Verdict | null {
  const { notAfter } = seen;
  const { now } = snapshot;
  const head = headOf(seen);
  const what = certificateOf(seen);
  if (notAfter === null) {
    return { ...head, level: 'unknown', say: say('when {what} ends cannot be read', { what }), steps: [] };
  }
  // What has ended is told by certificates/expired.
  if (notAfter <= now) return null;
  const level = isRenewedAllTheTime(seen) ? 'ok' : endingLevel(seen, now, limits);
  if (level === 'ok') return { ...head, level, say: endsSay(what, notAfter, now) };
  return {
    ...head,
    level,
    say: endsSay(what, notAfter, now),
    evidence: certificateEvidence(seen, snapshot),
    steps: renewalSteps(seen, snapshot),
    series: ['certificates/soonest'],
  };
}
