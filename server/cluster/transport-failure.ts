import { sayable } from './sayable.ts';
import { TransportError, type TransportFailure } from './transport.ts';

const byCode: Readonly<Record<string, TransportFailure>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable', // what a firewall's REJECT comes to
  EPERM: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  ERR_HTTP2_STREAM_CANCEL: 'reset',
  ERR_HTTP2_INVALID_SESSION: 'reset',
  ERR_HTTP2_GOAWAY_SESSION: 'reset',
  ERR_HTTP2_SESSION_ERROR: 'reset',
  ERR_HTTP2_STREAM_ERROR: 'reset',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
};

/** All else that OpenSSL says of a chain it does not believe. */
const untrusted =
  /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|CRL_|AUTHORITY_|ERROR_IN_CERT)/;
/** Alerts by which a server refuses our client certificate. */
const refusedCertificate =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|NO_CERTIFICATE)/;

/** What an error of Node's net, tls, http or http2 means, as a sentence about `address` that can stand on the wall. */
export function asTransportError(error: unknown, address: string): TransportError {
  if (error instanceof TransportError) return error;
  const { code, message } = firstOf(error);
  const failure = failureOf(code);
  return new TransportError(failure, sentence(failure, address, code, message));
}

/** The kind of failure that an error code of Node or OpenSSL stands for. */
export function failureOf(code: string): TransportFailure {
  const known = byCode[code];
  if (known !== undefined) return known;
  if (untrusted.test(code)) return 'untrusted';
  if (refusedCertificate.test(code)) return 'no-credentials';
  return 'unexpected';
}

/** Several addresses of one name fail together: the first tells enough. */
function firstOf(error: unknown): { code: string; message: string } {
  const inner = error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as unknown) : error;
  const { code, message } = inner as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : String(inner) };
}

function sentence(failure: TransportFailure, address: string, code: string, message: string): string {
  switch (failure) {
    case 'refused':
      return `${address} refused the connection`;
    case 'unreachable':
      return `there is no way to ${address} (${code})`;
    case 'dns':
      return `the name in ${address} cannot be resolved (${code})`;
    case 'timeout':
      return `${address} did not answer the attempt to connect (${code})`;
    case 'reset':
      return `the connection to ${address} broke off (${code})`;
    case 'certificate-expired':
      return `the certificate of ${address} has expired`;
    case 'certificate-not-yet-valid':
      return `the certificate of ${address} is not valid yet`;
    case 'wrong-name':
      return sayable(`the certificate of ${address} is for another name: ${message.replace(/^.*altnames: /s, '')}`);
    case 'untrusted':
      return `the certificate of ${address} is not signed by the trusted CA (${code})`;
    case 'no-credentials':
      return `${address} refused our client certificate in the TLS handshake (${code})`;
    case 'silent':
    case 'aborted':
    case 'unexpected':
      return unexpected(address, code, message);
  }
}

function unexpected(address: string, code: string, message: string): string {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL/.test(code)) {
    return `${address} does not speak TLS (${code})`;
  }
  if (code.startsWith('HPE_')) return `${address} does not speak HTTP (${code})`;
  return sayable(`the connection to ${address} failed: ${message}${code === '' ? '' : ` (${code})`}`);
}
