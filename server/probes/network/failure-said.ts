import { asTransportError, failureOf } from '#server/cluster/transport-failure.ts';
import { NetworkFailure } from './network-failure.ts';

const plain = ['refused', 'unreachable', 'dns', 'timeout', 'silent', 'reset'] as const;

/** What an error of Node's net or tls means, as a sentence about `called`. */
export function failureSaid(error: unknown, called: string): NetworkFailure {
  if (error instanceof NetworkFailure) return error;
  const { code = '', reason } = error as { code?: string; reason?: string };
  const failure = failureOf(code);
  const same = plain.find((each) => each === failure);
  const { message } = asTransportError(error, called);
  if (same !== undefined) return new NetworkFailure(same, message);
  if (failure === 'no-credentials') {
    return new NetworkFailure('tls', `${called} asks for a certificate of ours, and the wall has none (${code})`);
  }
  if (message.includes('does not speak TLS')) return new NetworkFailure('tls', `${called} speaks no TLS`);
  // OpenSSL's own reason says it best: "tlsv1 unrecognized name", what a server says that knows no host of this name.
  if (/^ERR_(SSL|TLS)_/.test(code)) {
    const how = reason === undefined ? '' : `: ${reason}`;
    return new NetworkFailure('tls', `${called} broke off the TLS handshake${how}`);
  }
  return new NetworkFailure('unexpected', message);
}
