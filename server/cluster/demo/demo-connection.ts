import type { CredentialFact } from '#server/facts/api-door.ts';
import type { Connection, HandshakeAnswer } from '../connection.ts';
import type { KubeletTransport } from '../kubelet-transport.ts';
import type { Transport } from '../transport.ts';
import type { DemoDoor } from './demo-door.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

const DAY_MS = 86_400_000;
// k3s issues certificates for a year, and renews them when it is restarted: that was 47 days ago.
const ISSUED_DAYS_AGO = 47;
const VALID_DAYS = 365;
const HANDSHAKE_MS = { low: 12, high: 30 };

/** What the demo's connection is made of. */
export interface DemoConnectionParts {
  address: string;
  transport: Transport;
  kubelets: KubeletTransport;
  door: DemoDoor;
  schedule: Schedule;
  random: Random;
}

/** The demo's way in. Nothing is ever replaced; `close` ends the transport. */
export function createDemoConnection({
  address,
  transport,
  kubelets,
  door,
  schedule,
  random,
}: DemoConnectionParts): Connection {
  const midnight = Math.floor(schedule.now() / DAY_MS) * DAY_MS;
  const issuedAt = midnight - ISSUED_DAYS_AGO * DAY_MS;
  const expiresAt = issuedAt + VALID_DAYS * DAY_MS;
  const authority = `k3s-server-ca@${Math.floor(issuedAt / 1000)}`;

  function credential(): CredentialFact {
    const expired = door.faults.unauthorizedSince;
    return {
      kind: 'client-certificate',
      from: 'the demo cluster',
      expiresAt: expired ?? expiresAt,
      issuedAt: null,
      subject: '',
      issuer: '',
      problem: '',
    };
  }

  function shown(): HandshakeAnswer {
    const expired = door.faults.certificateExpiredAt;
    return {
      outcome: expired === null ? 'trusted' : 'expired',
      message: expired === null ? '' : `the certificate of ${address} has expired`,
      subject: 'O=k3s, CN=k3s',
      issuer: `CN=${authority}`,
      notBefore: issuedAt,
      notAfter: expired ?? expiresAt,
      certificate: null,
      newAuthority: false,
    };
  }

  function handshake(limitMs: number): Promise<HandshakeAnswer> {
    const latencyMs = door.faults.silent ? limitMs : random.between(HANDSHAKE_MS.low, HANDSHAKE_MS.high);
    return new Promise((resolve) => {
      schedule.after(Math.min(latencyMs, limitMs), () => {
        if (door.faults.silent)
          resolve(
            noHandshake(`connected to ${address}, but the TLS handshake got no answer within ${limitMs / 1000} s`),
          );
        else if (door.faults.refused) resolve(noHandshake(`${address} refused the connection`));
        else resolve(shown());
      });
    });
  }

  return {
    server: `https://${address}`,
    address,
    context: 'demo',
    caHash: random.hex(16),
    transport,
    kubelets,
    credential,
    handshake,
    lookAtTls: () =>
      Promise.resolve({ outcome: 'no-handshake', trouble: 'unexpected', message: '', certificate: null, protocol: '' }),
    onReplaced: () => () => {},
    close() {
      transport.close();
      kubelets.close();
    },
  };
}

function noHandshake(message: string): HandshakeAnswer {
  return {
    outcome: 'no-handshake',
    message,
    subject: '',
    issuer: '',
    notBefore: null,
    notAfter: null,
    certificate: null,
    newAuthority: false,
  };
}
