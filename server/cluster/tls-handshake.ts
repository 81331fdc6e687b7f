import type { X509Certificate } from 'node:crypto';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { HandshakeAnswer } from './connection.ts';
import { verification } from './dial.ts';
import { sayable } from './sayable.ts';
import { secureContext } from './secure-context.ts';
import { asTransportError, failureOf } from './transport-failure.ts';
import type { Endpoint } from './way-in.ts';

type Judgement = Pick<HandshakeAnswer, 'outcome' | 'message'>;
interface Dates {
  notBefore: number;
  notAfter: number;
}

/** Makes a new TLS connection without any credentials, only to look at the certificate. Never rejects. */
export type ShakeHands = (endpoint: Endpoint, limitMs: number) => Promise<HandshakeAnswer>;

/**
 * Handshakes that keep whom to trust from one to the next: to read the system's 200 authorities anew each 10 s took a third
 * of a percent of a core (measured). What they keep resumes nothing: each handshake is a whole one.
 */
export function createHandshakes(): ShakeHands {
  let kept: { of: Endpoint; context: SecureContext } | null = null;
  return (endpoint, limitMs) => {
    if (kept?.of !== endpoint) kept = { of: endpoint, context: secureContext(endpoint, null)! };
    return shakeHands(endpoint, kept.context, limitMs);
  };
}

function shakeHands(endpoint: Endpoint, context: SecureContext, limitMs: number): Promise<HandshakeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({
      ...verification(endpoint),
      secureContext: context,
      ALPNProtocols: ['h2', 'http/1.1'],
      // Judged by us afterwards: a bad certificate is what we want to look at.
      rejectUnauthorized: false,
    });
    let connected = false;
    const finish = (answer: HandshakeAnswer) => {
      clearTimeout(limit);
      // In good order: API servers log every handshake that is broken off.
      socket.end();
      setTimeout(() => socket.destroy(), 1_000).unref();
      resolve(answer);
    };
    const limit = setTimeout(() => {
      const what = connected
        ? `connected to ${endpoint.address}, but the TLS handshake got no answer`
        : `no connection to ${endpoint.address}`;
      finish(noHandshake(`${what} within ${limitMs / 1_000} s`));
    }, limitMs);
    limit.unref();
    socket.once('connect', () => (connected = true));
    // More than one may come: a server may cut the connection after we have.
    socket.on('error', (error) => finish(noHandshake(asTransportError(error, endpoint.address).message)));
    socket.once('secureConnect', () => finish(seen(endpoint, socket)));
  });
}

function seen(endpoint: Endpoint, socket: TLSSocket): HandshakeAnswer {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return noHandshake(`${endpoint.address} showed no certificate`);
  const dates = { notBefore: Date.parse(certificate.validFrom), notAfter: Date.parse(certificate.validTo) };
  return {
    ...judged(endpoint, socket, certificate, dates),
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    ...dates,
    certificate: null,
    newAuthority: false,
  };
}

function judged(endpoint: Endpoint, socket: TLSSocket, certificate: X509Certificate, dates: Dates): Judgement {
  if (endpoint.skipVerify) return judgedByDates(dates);
  if (socket.authorized) return { outcome: 'trusted', message: '' };
  // Node keeps the code only, as a text.
  const code = String(socket.authorizationError);
  const names = `altnames: ${certificate.subjectAltName ?? 'none'}`;
  const { message } = asTransportError(Object.assign(new Error(names), { code }), endpoint.address);
  return { outcome: outcomeOf(code), message };
}

function outcomeOf(code: string): HandshakeAnswer['outcome'] {
  const failure = failureOf(code);
  if (failure === 'certificate-expired') return 'expired';
  if (failure === 'certificate-not-yet-valid') return 'not-yet-valid';
  return failure === 'wrong-name' ? 'wrong-name' : 'untrusted';
}

/** Where the configuration says that nothing is to be verified, dates are all that can be wrong. */
function judgedByDates({ notBefore, notAfter }: Dates): Judgement {
  const now = Date.now();
  if (now > notAfter) return { outcome: 'expired', message: 'the certificate has expired' };
  if (now < notBefore) return { outcome: 'not-yet-valid', message: 'the certificate is not valid yet' };
  return { outcome: 'trusted', message: 'not verified, as insecure-skip-tls-verify says' };
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

/** "O=k3s, CN=k3s-server" of the lines that Node gives. */
function distinguishedName(lines: string): string {
  return sayable(lines.replaceAll('\n', ', '));
}
