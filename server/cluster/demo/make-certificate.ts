import type { Random } from './random.ts';
import { rawTime, type Metadata, type OwnerReference, type RawCondition } from './raw-objects.ts';
import type { RawCertificate } from './raw-web.ts';
import type { WebCertificate } from './web-certificates.ts';

/** From when to when a certificate holds, epoch ms. */
export interface Validity {
  notBefore: number;
  notAfter: number;
}

/** How far cert-manager has come with a Certificate. Times epoch ms. */
export interface Issuance {
  validity: Validity;
  renewalAt: number;
  /** How often it was issued. */
  revision: number;
  /** What the issuer says, since the renewal fails; null if it does not. */
  failing: string | null;
}

const HOUR_MS = 3_600_000;
// cert-manager doubles its pause after each failure, from an hour up to 32.
const LONGEST_PAUSE_HOURS = 32;

/** A Certificate, whose status is its issuer's; `owner` is the Ingress for which cert-manager has made it. */
export function makeCertificate(
  of: WebCertificate & { issuedAs: string },
  owner: Metadata | null,
  random: Random,
  createdAt: number,
): Omit<RawCertificate, 'status'> {
  const { namespace, secret, issuedAs, names } = of;
  const ownerReferences = owner === null ? {} : { ownerReferences: [ownedBy(owner)] };
  const times = { uid: random.uid(), resourceVersion: '', generation: 1, creationTimestamp: rawTime(createdAt) };
  return {
    metadata: { name: issuedAs, namespace, ...times, ...ownerReferences },
    spec: {
      dnsNames: [...names],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
      secretName: secret,
      usages: ['digital signature', 'key encipherment'],
    },
  };
}

/** What cert-manager writes. Ready stays True while renewals fail, until the certificate has expired. */
export function certificateStatus(
  { validity, renewalAt, revision, failing }: Issuance,
  now: number,
): RawCertificate['status'] {
  const { notBefore, notAfter } = validity;
  const ready =
    notAfter > now
      ? condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired', notBefore)
      : condition('Ready', 'False', 'Expired', `Certificate expired on ${spokenTime(notAfter)}`, notAfter);
  const tries = failing === null ? null : failedTries(renewalAt, now);
  const failed = (at: number) => condition('Issuing', 'False', 'Failed', failing ?? '', at);
  return {
    conditions: tries === null ? [ready] : [ready, failed(tries.lastAt)],
    ...(tries === null ? {} : { failedIssuanceAttempts: tries.count, lastFailureTime: rawTime(tries.lastAt) }),
    notAfter: rawTime(notAfter),
    notBefore: rawTime(notBefore),
    renewalTime: rawTime(renewalAt),
    revision,
  };
}

/** How often, and when last, it has been tried since the renewal was due. */
function failedTries(dueAt: number, now: number): { count: number; lastAt: number } {
  let [count, lastAt] = [1, Math.min(dueAt, now)];
  for (let pauseHours = 1; ; pauseHours = Math.min(pauseHours * 2, LONGEST_PAUSE_HOURS)) {
    const nextAt = lastAt + pauseHours * HOUR_MS;
    if (nextAt > now) return { count, lastAt };
    count += 1;
    lastAt = nextAt;
  }
}

function condition(type: string, status: string, reason: string, message: string, since: number): RawCondition {
  return { lastTransitionTime: rawTime(since), message, observedGeneration: 1, reason, status, type };
}

function ownedBy({ name, uid }: Metadata): OwnerReference {
  const flags = { controller: true, blockOwnerDeletion: true };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name, uid, ...flags };
}

/** `Sat, 21 Nov 2026 09:00:00 UTC`, as Go writes it by RFC 1123. */
function spokenTime(at: number): string {
  return new Date(at).toUTCString().replace('GMT', 'UTC');
}
