import type { Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { subjectId, type Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import type { Distribution } from './distribution.ts';
import { freshFact } from './fresh-fact.ts';
import { apiSubject, sameSubject } from './subjects.ts';

/** That the API's certificate is not trusted is told whole where the API is. */
export const untrustedApi: Explains = {
  checks: ['certificates/untrusted'],
  noNews: true,
  when: (cause, { subject }) => cause.level !== 'ok' && sameSubject(subject, apiSubject),
};

/** A cluster whose authority is another one now explains that we do not trust its kubelets either. */
export const newAuthorityExplains: Explains = {
  checks: ['certificates/untrusted', '*/unseen'],
  when(cause, { check, subject }, snapshot) {
    if (cause.level !== 'bad' || freshFact(snapshot, 'apiHandshake', 'api')?.newAuthority !== true) return false;
    if (check === 'certificates/untrusted')
      return snapshot.facts('tlsServer').get(subjectId(subject))?.is === 'kubelet';
    const isKubelet = subject.kind === 'Source' && /^kubelet(-certificates)?\//.test(subject.name);
    return isKubelet && snapshot.sources.get(subject.name)?.state === 'untrusted';
  },
};

/**
 * True if a kubelet that was looked at since the API shows another authority of the same name still shows a certificate of
 * ours: nodes of a cluster with a new authority get theirs from it, sooner or later.
 */
export function nodesKeepOurs(snapshot: Snapshot): boolean {
  const handshake = snapshot.facts('apiHandshake').get('api');
  if (handshake?.newAuthority !== true) return false;
  return [...snapshot.facts('tlsServer').values()].some(
    ({ is, seenAt, certificate }) =>
      is === 'kubelet' && certificate?.chainIs === 'complete' && (seenAt ?? 0) > handshake.outcomeSince,
  );
}

/** The fingerprints of what is shown and of ours: only they tell a new authority from somebody with its name. */
export function fingerprintEvidence({ authorities }: ApiHandshakeFact): NonNullable<Verdict['evidence']> {
  if (authorities === null) return [];
  const { isAuthority, shown, ours } = authorities;
  const what = isAuthority ? 'authority' : 'certificate';
  return [
    {
      kind: 'text',
      say: say(`SHA-256 of the ${what} shown: {shown}, of our authority: {ours}`, {
        shown: shortFingerprint(shown),
        ours: shortFingerprint(ours),
      }),
    },
  ];
}

const files: Partial<Record<Distribution, string>> = {
  k3s: '/var/lib/rancher/k3s/server/tls/server-ca.crt',
  rke2: '/var/lib/rancher/rke2/server/tls/server-ca.crt',
  kubeadm: '/etc/kubernetes/pki/ca.crt',
};

/** What is to be compared before anything is copied. */
export function compareSteps({ authorities }: ApiHandshakeFact, distribution: Distribution): Step[] {
  if (authorities === null) return [];
  const { isAuthority, shown, ours } = authorities;
  const must = isAuthority ? `is it ${shortFingerprint(shown)}` : `is it another than our ${shortFingerprint(ours)}`;
  const file = files[distribution];
  return [
    {
      say: `On the server itself, before anything is copied: ${must}? If not, something stands in between: copy nothing`,
      ...(file === undefined ? {} : { command: command`openssl x509 -noout -fingerprint -sha256 -in ${file}` }),
    },
  ];
}

/** The beginning of what openssl writes: "AB:CD:01:23:45:67:89:AB". */
function shortFingerprint(hex: string): string {
  return (hex.slice(0, 16).toUpperCase().match(/../g) ?? []).join(':');
}
