import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Distrust, Verifying } from '#server/cluster/network.ts';
import { judgeLook } from '#server/cluster/judge-look.ts';
import { readCertificate } from '#server/cluster/read-certificate.ts';
import { shownBy } from '#server/cluster/single-handshake.ts';
import type { Trust } from '#server/cluster/trust-store.ts';
import { walkChain } from '#server/cluster/walk-chain.ts';

/** What is wrong with a certificate that was shown, if anything is. */
export interface PeerJudgement {
  distrust: Distrust;
  /** "" if nothing is wrong. */
  message: string;
  /** Epoch ms; infinite where it says nothing that can be read. */
  notAfter: number;
}

/** Whose certificate is expected. */
export interface ExpectedPeer {
  /** Name or address, as it is sent and compared. */
  name: string;
  /** As it is called in sentences. */
  called: string;
}

/** Judges what a server has just shown in a whole handshake. Nothing of it was believed before. */
export function judgePeer(socket: TLSSocket, trust: Trust, { name, called }: ExpectedPeer): PeerJudgement {
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) return { distrust: 'untrusted', message: `${called} shows no certificate`, notAfter: 0 };
  const certificate = new X509Certificate(raw);
  const ends = certificate.validToDate.getTime();
  const notAfter = Number.isNaN(ends) ? Infinity : ends;
  // Node has judged the whole chain with its dates, as a rule: no need to take it apart.
  if (trust.asked && socket.authorized && isFor(certificate, name)) return { distrust: '', message: '', notAfter };
  const [first = certificate, ...chain] = shownBy(socket);
  const code = trust.asked ? String(socket.authorizationError ?? '') : null;
  const walk =
    code === '' ? ({ chainIs: 'complete', top: first } as const) : walkChain(first, chain, trust.authorities);
  const shown = { ...readCertificate(first, chain), chainIs: walk.chainIs };
  const evidence = { certificate: first, shown, walk, code, expected: [name], address: called, now: Date.now() };
  const { outcome, message } = judgeLook(evidence);
  return { distrust: outcome === 'trusted' || outcome === 'no-handshake' ? '' : outcome, message, notAfter };
}

/** True if nothing may be sent to a server whose certificate was judged so. */
export function isRefused({ distrust }: PeerJudgement, verify: Verifying): boolean {
  if (distrust === '' || verify === 'none') return false;
  return verify === 'all' || distrust === 'expired' || distrust === 'not-yet-valid';
}

/** By the rules of browsers: names of the certificate only, never its subject. */
function isFor(certificate: X509Certificate, name: string): boolean {
  if (isIP(name)) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never', partialWildcards: false }) !== undefined;
}
