import { createHash } from 'node:crypto';
import type { CredentialFact } from '#server/facts/api-door.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { HandshakeAnswer } from '../connection.ts';
import type { DemoDoor } from './demo-door.ts';
import type { K3sLife } from './k3s-life.ts';
import { authorityName } from './k3s-monitor.ts';
import { machines } from './machines.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import { apiShown } from './shown-certificates.ts';

/** What the certificates of the demo's API server are told by. */
export interface DemoHandshakeParts {
  address: string;
  door: DemoDoor;
  k3s: K3sLife;
  schedule: Schedule;
  random: Random;
}

const LATENCY_MS = { low: 12, high: 30 };

/** Our own client certificate, which was copied from the server when k3s was last restarted there. */
export function createDemoCredential({ door, k3s }: Pick<DemoHandshakeParts, 'door' | 'k3s'>): () => CredentialFact {
  const own = k3s.of(machines[0]?.name ?? '');
  return () => ({
    kind: 'client-certificate',
    from: 'the demo cluster',
    expiresAt: door.faults.unauthorizedSince ?? own.notAfter,
    issuedAt: own.notBefore,
    subject: 'O=system:masters, CN=system:admin',
    issuer: `CN=${authorityName('client', k3s.madeAt)}`,
    problem: '',
  });
}

/** The handshakes with the demo's API server. */
export function createDemoHandshake(parts: DemoHandshakeParts): (limitMs: number) => Promise<HandshakeAnswer> {
  const { address, door, schedule, random } = parts;
  return (limitMs) => {
    const latencyMs = door.faults.silent ? limitMs : random.between(LATENCY_MS.low, LATENCY_MS.high);
    return new Promise((resolve) => {
      schedule.after(Math.min(latencyMs, limitMs), () => {
        if (door.faults.silent) {
          const seconds = limitMs / 1000;
          resolve(noHandshake(`connected to ${address}, but the TLS handshake got no answer within ${seconds} s`));
        } else if (door.faults.refused) resolve(noHandshake(`${address} refused the connection`));
        else resolve(seen(parts));
      });
    });
  };
}

/** What the API server shows to whoever connects now. */
export function apiCertificate({ door, k3s }: Pick<DemoHandshakeParts, 'door' | 'k3s'>): ShownCertificate {
  const { certificateExpiredAt, authorityExchangedAt } = door.faults;
  const validity = k3s.of(machines[0]?.name ?? '', authorityExchangedAt);
  const notAfter = certificateExpiredAt ?? validity.notAfter;
  return apiShown({ ...validity, notAfter }, authorityExchangedAt ?? k3s.madeAt);
}

function seen(parts: DemoHandshakeParts): HandshakeAnswer {
  const { address, door, schedule } = parts;
  const { authorityExchangedAt } = door.faults;
  const newAuthority = authorityExchangedAt !== null;
  const shown = apiCertificate(parts);
  const certificate: ShownCertificate = newAuthority ? { ...shown, chainIs: 'unknown-issuer' } : shown;
  const { subject, issuer, notBefore, notAfter } = certificate;
  return {
    ...judged(address, (notAfter ?? Infinity) <= schedule.now(), newAuthority),
    ...{ subject, issuer, notBefore, notAfter, certificate, newAuthority },
    authorities: newAuthority
      ? { shown: made(authorityExchangedAt ?? 0), isAuthority: true, ours: made(parts.k3s.madeAt) }
      : null,
  };
}

/** The fingerprint of the authority that was made then. */
function made(at: number): string {
  return createHash('sha256').update(authorityName('server', at)).digest('hex');
}

function judged(address: string, isOver: boolean, newAuthority: boolean): Pick<HandshakeAnswer, 'outcome' | 'message'> {
  if (isOver) return { outcome: 'expired', message: `the certificate of ${address} has expired` };
  return newAuthority
    ? { outcome: 'untrusted', message: notSignedByOurs(address) }
    : { outcome: 'trusted', message: '' };
}

/** What is said of a server of ours whose certificate another authority has signed. */
export function notSignedByOurs(address: string): string {
  return `the certificate of ${address} is not signed by the trusted CA (SELF_SIGNED_CERT_IN_CHAIN)`;
}

function noHandshake(message: string): HandshakeAnswer {
  const nothing = { subject: '', issuer: '', notBefore: null, notAfter: null, certificate: null };
  return { outcome: 'no-handshake', message, ...nothing, newAuthority: false, authorities: null };
}
