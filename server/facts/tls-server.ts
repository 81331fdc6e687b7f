import type { FactHead } from './fact.ts';
import type { ShownCertificate } from './shown-certificate.ts';

/** What came of a handshake. `untrusted`: unknown issuer, incomplete chain or self-signed; the dates are judged first. */
export type TlsOutcome = 'trusted' | 'untrusted' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'no-handshake';

/** Why there was no handshake; "" if there was. `old-protocol`: it speaks only TLS 1.0 or 1.1 (then its certificate is shown all the same). */
export type TlsTrouble =
  '' | 'refused' | 'unreachable' | 'timeout' | 'silent' | 'dns' | 'reset' | 'not-tls' | 'old-protocol' | 'unexpected';

/**
 * A server that speaks TLS, looked at by handshakes of our own without any credentials: every 10 min, at once when what
 * names it changes, and soon again when a handshake fails. One handshake that brings no certificate, or two in a row, change
 * nothing but `askedAt` and `failures`: what was seen last still stands. At the third `outcome` is `no-handshake`, since the
 * first of them. Only of a server that has not shown a certificate yet it is that at once. Source `tls`. Times epoch ms.
 */
export interface TlsServerFact extends FactHead {
  /** The subject of its findings as an id: `Node/nuc0` for a kubelet, `Host/git.example` or `Host/git.example:8443` for all else. */
  key: string;
  is: 'kubelet' | 'host';
  /** `nuc0`; `git.example`, with its port if that is not 443. */
  name: string;
  /** `host:port` that the handshake was made with, where that is not the name: an address of the configuration, a node's. */
  address: string;
  /** The name asked for by SNI, "" if none. */
  serverName: string;
  /** Which objects name it, at most 20: Ingress, Gateway, IngressRoute, Node; `Configuration` for what the owner wrote. */
  namedBy: { kind: string; namespace: string | null; name: string }[];
  /** `namespace/name` of the Secret that holds its certificate as the objects say, null where they say none. No Secret is read. */
  secret: string | null;
  outcome: TlsOutcome;
  /** Since when it is this one, by the first handshake that came to it. */
  outcomeSince: number;
  trouble: TlsTrouble;
  /** What the other side or the system said, at most 300 characters, "" if nothing. */
  message: string;
  askedAt: number;
  /** Handshakes in a row that brought no certificate, 0 if the last one did. */
  failures: number;
  /** When a certificate was last shown, null if never since the wall started. */
  seenAt: number | null;
  /** The last one shown, null if none was. It outlives handshakes that fail. */
  certificate: ShownCertificate | null;
  /** "TLSv1.3", "" without a handshake. */
  protocol: string;
}
