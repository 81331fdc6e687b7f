import { isIP } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Distrust, Verifying } from '#server/cluster/network.ts';
import { mayBeOutdated, outdatedContext } from '#server/cluster/outdated-context.ts';
import { shakeHandsOnce } from '#server/cluster/single-handshake.ts';
import type { Trust } from '#server/cluster/trust-store.ts';
import { msSince, type Asking } from './asking.ts';
import type { Dialled } from './dial-first.ts';
import { failureSaid } from './failure-said.ts';
import { isRefused, judgePeer, type ExpectedPeer, type PeerJudgement } from './judge-peer.ts';
import { NetworkFailure } from './network-failure.ts';
import type { TlsSessions } from './tls-sessions.ts';

/** How TLS begins on a connection. */
export interface TlsTo extends ExpectedPeer {
  port: number;
  trust: Trust;
  verify: Verifying;
}

/** TLS that is as safe as the asker wants it. */
export interface BegunTls {
  socket: TLSSocket;
  /** What is wrong with the certificate all the same. */
  distrust: Distrust;
}

// A server that shows another certificate from one moment to the next is found out at the latest then.
const sessionMs = 300_000;
let outdated: SecureContext | null = null;

/**
 * Makes the handshake on a connection and judges the certificate before anything else is sent. Rejects with a
 * `NetworkFailure` if it fails or must not be trusted as far as `verify` says.
 */
export async function beginTls(asking: Asking, dialled: Dialled, to: TlsTo, sessions: TlsSessions): Promise<BegunTls> {
  const begunAt = performance.now();
  const late = (within: string) =>
    new NetworkFailure('silent', `connected to ${to.called}, but the TLS handshake was not done ${within}`);
  try {
    return await asking.within(shake(asking, dialled, to, sessions), late);
  } catch (error) {
    if (mayBeOutdated(error)) throw await asOutdated(asking, dialled, to, error);
    throw failureSaid(error, to.called);
  } finally {
    asking.phases.tlsMs = msSince(begunAt);
  }
}

function shake(asking: Asking, dialled: Dialled, to: TlsTo, sessions: TlsSessions): Promise<BegunTls> {
  const host = `${to.name}:${to.port}`;
  const kept = sessions.of(to.trust, host);
  // It ends with what runs over it. Node (24.21) crashes where both are destroyed, this one first.
  asking.release(dialled.socket);
  const socket = asking.hold(
    connect({
      socket: dialled.socket,
      // An address may not be sent as a server name.
      servername: isIP(to.name) ? '' : to.name,
      secureContext: to.trust.context,
      ALPNProtocols: ['http/1.1'],
      // Judged by us, names and all, before anything is sent.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(kept !== null && { session: kept.session }),
    }),
  );
  let judged: { judgement: PeerJudgement; until: number } | null = null;
  let latest: Buffer | null = null;
  const keep = () => {
    if (judged === null || latest === null || judged.until < Date.now()) return;
    sessions.keep(to.trust, host, { ...judged, session: latest });
  };
  return new Promise((resolve, reject) => {
    // Before or after the handshake is done, several times or never.
    socket.on('session', (session: Buffer) => ((latest = session), keep()));
    socket.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once('secureConnect', () => {
      // A session goes on with the server that has shown its certificate, which is judged by what it was then.
      const resumed = kept !== null && socket.isSessionReused();
      const judgement = resumed ? kept.judgement : judgePeer(socket, to.trust, to);
      const { distrust, message } = judgement;
      if (isRefused(judgement, to.verify)) return reject(new NetworkFailure('tls', message, distrust));
      const until = resumed ? kept.until : Math.min(Date.now() + sessionMs, judgement.notAfter);
      // What is over or not begun yet is looked at anew each time.
      if (distrust !== 'expired' && distrust !== 'not-yet-valid') judged = { judgement, until };
      keep();
      resolve({ socket, distrust });
    });
  });
}

const outdatedNames: Readonly<Record<string, string>> = { TLSv1: 'TLS 1.0', 'TLSv1.1': 'TLS 1.1' };

/** Asks once more as 20 years ago, only to know what is spoken there. */
async function asOutdated(asking: Asking, { ip }: Dialled, to: TlsTo, error: unknown): Promise<NetworkFailure> {
  const failed = failureSaid(error, to.called);
  outdated ??= outdatedContext();
  const servername = isIP(to.name) ? '' : to.name;
  const options = { host: ip, port: to.port, servername, checkServerIdentity: () => undefined };
  const shaken = await shakeHandsOnce(options, outdated, asking.leftMs());
  if (shaken.came !== 'certificate') return failed;
  const what = outdatedNames[shaken.protocol] ?? 'outdated ciphers or keys';
  return new NetworkFailure('tls', `${to.called} speaks only ${what}, which browsers refuse`, 'old-protocol');
}
