import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { subjectId } from '#shared/finding.ts';
import { plainly, say } from '#shared/say.ts';
import { handshakeEvidence } from '../certificate-trouble.ts';
import { distrustedAlike, distrustOf } from '../certificate-distrust.ts';
import { datesEvidence, placeEvidence } from '../certificate-words.ts';
import { explainsDistrustedRegistries } from '../registry-causes.ts';
import { explainsDistrusted } from '../service-causes.ts';
import { distrustSteps } from '../untrusted-steps.ts';
import { distrustSay } from '../untrusted-words.ts';
import { hostSubject, seenCertificates } from '../seen-certificates.ts';
import { shorten } from '../shorten.ts';
import { apiSubject, nodeSubject } from '../subjects.ts';

/** Would a browser trust what a host shows? And is a kubelet's certificate of the cluster, or its own? Dates are judged elsewhere. */
export default defineCheck({
  check: 'certificates/untrusted',
  about: 'what a browser would not trust: unknown issuer, incomplete chain, wrong name, self-signed, old TLS',
  needs: { tlsServer: 'optional', apiHandshake: 'optional' },
  settings: {},
  explains: [
    {
      checks: ['certificates/untrusted'],
      countedInWords: true,
      about: firstAlike,
      when: (cause, effect, snapshot) => firstAlike(effect, snapshot) === subjectId(cause.subject),
    },
    {
      // That the controller's own certificate ends is no news where it should not be shown at all.
      checks: ['certificates/expiring', 'certificates/expired'],
      about: ({ subject }) => subjectId(subject),
      when: (cause, { subject }, snapshot) => {
        const server = snapshot.facts('tlsServer').get(subjectId(subject));
        return server !== undefined && subjectId(cause.subject) === server.key && distrustOf(server) === 'default';
      },
    },
    explainsDistrusted,
    explainsDistrustedRegistries,
  ],
  judge: (snapshot) => [
    ...ofApi(snapshot),
    ...[...snapshot.facts('tlsServer').values()].flatMap((server) => verdict(server, snapshot) ?? []),
  ],
});

/** Of hosts that are not trusted for the same certificate the first by name, null if that is the effect's own. */
function firstAlike({ subject }: Effect, snapshot: Snapshot): string | null {
  const server = subject.kind === 'Host' ? snapshot.facts('tlsServer').get(subjectId(subject)) : undefined;
  const [first] = server === undefined ? [] : distrustedAlike(server, snapshot);
  return first === undefined || first === subject.name ? null : subjectId(hostSubject(first));
}

/** Why and what to do is told by control-plane/api-answers, which explains this; here the certificate's own row must not seem well. */
function ofApi(snapshot: Snapshot): Verdict[] {
  const handshake = snapshot.facts('apiHandshake').get('api');
  if (handshake?.outcome !== 'untrusted' && handshake?.outcome !== 'wrong-name') return [];
  return [
    {
      subject: apiSubject,
      sources: [handshake.source],
      level: 'warn',
      say:
        handshake.outcome === 'untrusted'
          ? say("the API server's certificate is not trusted")
          : say("the API server's certificate is for another name"),
      evidence: handshakeEvidence(handshake),
    },
  ];
}

function verdict(server: TlsServerFact, snapshot: Snapshot): Verdict | null {
  const { is, name, source, certificate, trouble } = server;
  const head =
    is === 'kubelet'
      ? { subject: nodeSubject(name), key: 'kubelet', sources: [source] }
      : { subject: hostSubject(name), sources: [source] };
  // Nothing was ever shown: certificates/not-shown says so.
  if (certificate === null && trouble !== 'old-protocol') {
    return { ...head, level: 'ok', say: say('it has shown no certificate yet'), unseen: true };
  }
  const distrust = distrustOf(server);
  if (distrust === null) {
    const fine = is === 'kubelet' ? 'the certificate of the kubelet of {name} is of the cluster' : '{name} is trusted';
    return { ...head, level: 'ok', say: say(fine, { name: shorten(name, 80) }) };
  }
  const [first, ...others] = distrustedAlike(server, snapshot);
  return {
    ...head,
    level: 'warn',
    say: distrustSay(distrust, server, first === name ? others.length : 0),
    evidence: evidence(server, snapshot),
    steps: distrustSteps(distrust, server, snapshot),
  };
}

function evidence(server: TlsServerFact, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const seen = seenCertificates(snapshot).find((each) => each.server === server);
  const message = shorten(server.message, 300);
  const { subject = '', issuer = '', chain = [], chainIs = 'unknown-issuer' } = server.certificate ?? {};
  // A trusted root stands there whether the server sent it or not: it is ours.
  const hasOurs = chainIs === 'complete' && chain.at(-1)?.selfSigned === true;
  return [
    ...(message === '' ? [] : [{ kind: 'text' as const, say: plainly(message) }]),
    {
      kind: 'text',
      say: say(
        `certificate {subject}, issued by {issuer}, with {count} more ${hasOurs ? 'before a trusted root' : 'in its chain'}`,
        {
          subject: shorten(subject) || 'without a name',
          issuer: shorten(issuer) || 'nobody named',
          count: chain.length - (hasOurs ? 1 : 0),
        },
      ),
    },
    ...(seen === undefined ? [] : [...placeEvidence(seen), ...datesEvidence(seen)]),
  ];
}
