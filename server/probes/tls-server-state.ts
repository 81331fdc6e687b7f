import type { TlsLook } from '#server/cluster/connection.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { failuresThatCount, type TlsLimits } from './tls-limits.ts';

/** What the handshakes with one server have come to so far. */
export type TlsServerState = Pick<
  TlsServerFact,
  'outcome' | 'outcomeSince' | 'trouble' | 'message' | 'askedAt' | 'failures' | 'seenAt' | 'certificate' | 'protocol'
> & {
  /** When the first of the present row of failures was asked, null if the last handshake brought a certificate. */
  failedSince: number | null;
};

/**
 * What follows when a handshake of `askedAt` came to `look`; `before` null the first time. One or two handshakes that bring
 * no certificate change nothing but `failures`; of a server that has never shown one they say why from the first. Pure.
 */
export function nextTlsState(before: TlsServerState | null, askedAt: number, look: TlsLook): TlsServerState {
  if (look.certificate !== null) {
    const since = before?.outcome === look.outcome ? before.outcomeSince : askedAt;
    return { ...look, outcomeSince: since, askedAt, failures: 0, failedSince: null, seenAt: askedAt };
  }
  const failures = (before?.failures ?? 0) + 1;
  const failedSince = before?.failedSince ?? askedAt;
  if (before !== null && before.seenAt !== null && failures < failuresThatCount) {
    return { ...before, askedAt, failures, failedSince };
  }
  return {
    ...look,
    certificate: before?.certificate ?? null,
    outcomeSince: failedSince,
    seenAt: before?.seenAt ?? null,
    ...{ askedAt, failures, failedSince },
  };
}

/** How long until the next handshake, ms; that of a fine server is to be spread over the round. Pure. */
export function nextInMs(
  { failures, outcome, certificate }: TlsServerState,
  is: TlsServerFact['is'],
  now: number,
  limits: TlsLimits,
): number {
  if (failures > 0) return failures < failuresThatCount ? limits.againMs : limits.everyFailedMs;
  const end = certificate?.notAfter ?? null;
  if (end !== null && Math.abs(end - now) <= limits.nearMs) return limits.everyNearMs;
  // Kubelets that sign their certificates themselves do so for good: nobody will put that right.
  const fine = outcome === 'trusted' || (outcome === 'untrusted' && is === 'kubelet');
  return fine ? limits.everyMs : limits.everyBadMs;
}
