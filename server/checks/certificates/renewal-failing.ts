import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import type { Step } from '#shared/finding.ts';
import { subjectId } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { explainsItsHosts } from '../certificate-causes.ts';
import { distrustOf } from '../certificate-distrust.ts';
import { lifeSettings } from '../certificate-life.ts';
import { issuedSteps } from '../certificate-renewal.ts';
import { renewalTrouble, saidOf, type RenewalLimits } from '../renewal-trouble.ts';
import { issuedSubject, seenCertificates } from '../seen-certificates.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { sameSubject } from '../subjects.ts';

/** Does cert-manager renew what it is to renew? It calls a Certificate ready until it has expired, however its renewal fails. */
export default defineCheck({
  check: 'certificates/renewal-failing',
  about: 'cert-manager cannot issue or renew a Certificate, is late with it, or is told not to',
  needs: { issuedCertificate: 'optional', tlsServer: 'optional' },
  settings: {
    ...lifeSettings,
    issued: duration(10 * 60_000, 'not issued or not ready for so long is a warning'),
    late: duration(3_600_000, 'so late is a warning, or a tenth of the time that was left to renew'),
  },
  explains: [
    explainsItsHosts('certificates/expiring', 'certificates/expired'),
    {
      checks: ['certificates/expiring', 'certificates/expired'],
      about: ({ subject }) => subjectId(subject),
      // Its own sentence says when it ends.
      noNews: true,
      when: (cause, effect) => sameSubject(cause.subject, effect.subject),
    },
    { checks: ['certificates/untrusted'], about: notIssuedFor, when: explainsDefault },
  ],
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('issuedCertificate').values()].map((issued) => verdict(issued, settings, snapshot)),
});

/** The Certificate that is to be in the Secret of a host which shows the Ingress controller's own instead. */
function notIssuedFor({ subject }: Effect, snapshot: Snapshot): string | null {
  const seen = seenCertificates(snapshot).find((each) => each.server !== null && sameSubject(each.subject, subject));
  if (seen?.server == null || seen.issued === null || distrustOf(seen.server) !== 'default') return null;
  return seen.issued.ready?.status === 'True' ? null : subjectId(issuedSubject(seen.issued));
}

function explainsDefault({ subject }: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  return notIssuedFor(effect, snapshot) === subjectId(subject);
}

function verdict(issued: IssuedCertificateFact, limits: RenewalLimits, snapshot: Snapshot): Verdict {
  const { now } = snapshot;
  const head = { subject: issuedSubject(issued), sources: [issued.source] };
  const trouble = renewalTrouble(issued, limits, now);
  if (trouble === null) return { ...head, level: 'ok', say: fineSay(issued) };
  return {
    ...head,
    level: trouble.level,
    say: trouble.say,
    evidence: evidence(issued),
    steps: steps(issued, snapshot),
    ...startedAt(trouble.since, now),
  };
}

function fineSay({ namespace, name, renewalAt, notAfter }: IssuedCertificateFact) {
  const named = { name: `${shorten(namespace, 60)}/${shorten(name, 60)}` };
  if (notAfter === null) return say('Certificate {name} is being issued', named);
  return renewalAt === null
    ? say('Certificate {name} is issued', named)
    : say('Certificate {name} is renewed at {at:at}', { ...named, at: renewalAt });
}

function evidence(issued: IssuedCertificateFact): NonNullable<Verdict['evidence']> {
  const said = saidOf(issued);
  const { renewalAt, notAfter, issuer, names, secretName } = issued;
  return [
    ...(said === '' ? [] : [{ kind: 'text' as const, say: plainly(said) }]),
    ...(renewalAt === null
      ? []
      : [{ kind: 'value' as const, say: say('to be renewed from {at:at} on', { at: renewalAt }) }]),
    ...(notAfter === null ? [] : [{ kind: 'value' as const, say: say('valid until {at:at}', { at: notAfter }) }]),
    {
      kind: 'text',
      say: say('of {issuer}, for {names}, in Secret {secret}', {
        issuer: shorten(issuer) || 'no issuer',
        names: shorten(names.join(', ')) || 'no names',
        secret: shorten(secretName) || 'none',
      }),
    },
  ];
}

function steps(issued: IssuedCertificateFact, snapshot: Snapshot): Step[] {
  const { namespace } = issued;
  const [describe, renew] = issuedSteps(issued) as [Step, Step];
  const manager = [...snapshot.facts('deployment').values()].find(({ name }) => name === 'cert-manager');
  const log =
    manager === undefined
      ? { say: 'Does cert-manager run?', command: 'kubectl get pods -A | grep cert-manager' }
      : {
          say: 'What did cert-manager say last?',
          command: command`kubectl -n ${manager.namespace} logs deployment/cert-manager --tail 200 | grep ${issued.name}`,
        };
  return [
    describe,
    {
      say: 'How far did its last request come? (order and challenge only with ACME, such as Let’s Encrypt)',
      command: command`kubectl -n ${namespace} get certificaterequest,order,challenge`,
    },
    log,
    renew,
  ];
}
