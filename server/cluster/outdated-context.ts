import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { failureOf } from './transport-failure.ts';

// What a server that knows only TLS 1.0 or 1.1, or only keys and ciphers that are too weak by now, ends our first handshake with.
const outdated =
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|KEY_TOO_SMALL|MD_TOO_WEAK|HANDSHAKE_FAILURE|LEGACY_RENEGOTIATION|NO_CIPHERS|WRONG_CIPHER|WRONG_SIGNATURE_TYPE|LEGACY_SIGALG/;

/** True if a server that failed like this may show its certificate to who asks as 20 years ago. */
export function mayBeOutdated(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && failureOf(code) === 'unexpected' && outdated.test(code);
}

/**
 * For handshakes that browsers would refuse to make: TLS 1.0 and whatever cipher, to read a certificate and send nothing.
 * It trusts nobody: how far the chain goes is worked out by ourselves.
 */
export function outdatedContext(): SecureContext {
  return createSecureContext({
    ca: [],
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
}
