import type { TlsLook } from './connection.ts';
import { LookupError } from './resolve-by.ts';
import { sayable } from './sayable.ts';
import type { Shaken, Waiting } from './single-handshake.ts';
import { asTransportError, failureOf } from './transport-failure.ts';
import type { TransportFailure } from './transport.ts';

/** No handshake, and why. */
export function noLook(trouble: TlsLook['trouble'], message: string): TlsLook {
  return { outcome: 'no-handshake', trouble, message: sayable(message), certificate: null, protocol: '' };
}

/** What a handshake without a certificate means, in a sentence about `address`. */
export function lookOfFailure(
  shaken: Exclude<Shaken, { came: 'certificate' }>,
  address: string,
  limitMs: number,
): TlsLook {
  return shaken.came === 'nothing' ? lookOfSilence(shaken.until, address, limitMs) : lookOfError(shaken.error, address);
}

function lookOfSilence(until: Waiting, address: string, limitMs: number): TlsLook {
  const within = `within ${Math.round(limitMs / 100) / 10} s`;
  if (until === 'resolved') return noLook('dns', `the name in ${address} could not be resolved ${within}`);
  if (until === 'connected') return noLook('timeout', `no connection to ${address} ${within}`);
  return noLook('silent', `connected to ${address}, but the TLS handshake was not done ${within}`);
}

function lookOfError(error: unknown, address: string): TlsLook {
  // A DNS server that refuses is not the host that refuses.
  if (error instanceof LookupError) {
    return noLook('dns', `the name in ${address} cannot be resolved by the configured resolver (${error.code})`);
  }
  const { message } = asTransportError(error, address);
  const { code = '', reason } = error as { code?: string; reason?: string };
  const failure = failureOf(code || firstCode(error));
  if (isSayable(failure)) return noLook(failure, message);
  if (message.includes('does not speak TLS')) return noLook('not-tls', message);
  // OpenSSL's own reason says it best: "tlsv1 unrecognized name", what a server says that knows no host of this name.
  return noLook('unexpected', reason === undefined ? message : `${address} broke off the TLS handshake: ${reason}`);
}

const sayables = ['refused', 'unreachable', 'dns', 'timeout', 'silent', 'reset'] as const;

/** True for failures that are troubles by the same name. */
function isSayable(failure: TransportFailure): failure is (typeof sayables)[number] {
  return (sayables as readonly string[]).includes(failure);
}

/** Several addresses of one name fail together: the first tells enough. */
function firstCode(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as { code?: string }[]) : [];
  return first?.code ?? '';
}
