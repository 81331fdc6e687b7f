import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  connect,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';

/** What one handshake came to: a certificate, an error, or nothing within the time. */
export type Shaken =
  | {
      came: 'certificate';
      certificate: X509Certificate;
      /** What leads on from it, each signed by the next. */
      chain: readonly X509Certificate[];
      /** Why Node does not believe it, "" if it does, null where the handshake broke off before that was judged. */
      code: string | null;
      /** "TLSv1.3". */
      protocol: string;
    }
  | { came: 'error'; error: unknown }
  | { came: 'nothing'; until: Waiting };

/** What had not happened yet when the time was up. */
export type Waiting = 'resolved' | 'connected' | 'answered';

// Longer chains are cut: whoever shows so many certificates does not mean to be believed.
const mostChain = 40;
// For the other side to end in good order.
const patienceMs = 1_000;

/**
 * Makes one new TLS connection without any credentials, only to look at the certificate, trusted or not. Ends within
 * `limitMs`, and leaves no socket behind. Never rejects, but throws what `node:tls` says of options that are nonsense.
 */
export function shakeHandsOnce(to: ConnectionOptions, context: SecureContext, limitMs: number): Promise<Shaken> {
  return new Promise((resolve) => {
    const socket = connect({
      ...to,
      secureContext: context,
      ALPNProtocols: ['h2', 'http/1.1'],
      // Judged by us afterwards: a bad certificate is what we want to look at.
      rejectUnauthorized: false,
      // Answered, if only by "none", before we are asked for a certificate of our own: the moment to read the server's where
      // it breaks off because we have none (TLS 1.2).
      requestOCSP: true,
    });
    let until: Waiting = isIP(to.host ?? '') ? 'connected' : 'resolved';
    let shown: X509Certificate[] = [];
    const read = () => {
      if (shown.length === 0) shown = shownBy(socket);
    };
    const finish = (otherwise: Shaken, code: string | null) => {
      clearTimeout(limit);
      end(socket);
      const [certificate, ...chain] = shown;
      const protocol = socket.getProtocol() ?? '';
      resolve(certificate === undefined ? otherwise : { came: 'certificate', certificate, chain, code, protocol });
    };
    const limit = setTimeout(() => finish({ came: 'nothing', until }, null), limitMs);
    limit.unref();
    socket.once('lookup', () => (until = 'connected'));
    socket.once('connect', () => (until = 'answered'));
    socket.once('OCSPResponse', read);
    // More than one may come: a server may cut the connection after we have.
    socket.on('error', (error) => finish({ came: 'error', error }, null));
    socket.once('secureConnect', () => {
      read();
      const none = { came: 'error', error: new Error('no certificate was shown') } as const;
      // Node keeps the code only, as a text.
      finish(none, socket.authorized ? '' : String(socket.authorizationError));
    });
  });
}

/**
 * What the server shows and what leads on from it, the last of it perhaps from among whom we trust. By the older of Node's
 * two ways: the newer one takes the chain apart while it hands it out, so that it can be asked once only, and keeps the memory
 * of it for ever (15 KB a handshake, measured with Node 24.21).
 */
export function shownBy(socket: TLSSocket): X509Certificate[] {
  const shown = new Map<string, X509Certificate>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // A root is its own issuer, and strangers may have made a longer loop.
  while (next?.raw !== undefined && !shown.has(next.fingerprint256) && shown.size < mostChain) {
    shown.set(next.fingerprint256, new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return [...shown.values()];
}

/** In good order, since API servers log every handshake that is broken off; by force where that takes too long. */
function end(socket: TLSSocket): void {
  if (socket.destroyed) return;
  const force = setTimeout(() => socket.destroy(), patienceMs).unref();
  socket.once('close', () => clearTimeout(force));
  // Unread bytes would hold back the other side's end.
  socket.resume();
  socket.end();
}
