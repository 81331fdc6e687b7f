import { createPrivateKey } from 'node:crypto';
import { certificatesIn } from './endpoint.ts';
import type { ClientCertificate } from './way-in.ts';

/** Checks that a client certificate can be used, "" if it can, else why not, to be said after its name. Quotes no part of it. */
export function certificateProblem({ certificate, key }: ClientCertificate): string {
  try {
    const leaf = certificatesIn(certificate)[0];
    if (leaf === undefined) return 'holds no certificate';
    return keyProblem(key, (privateKey) => leaf.checkPrivateKey(privateKey));
  } catch (error) {
    return `holds a broken certificate (${codeOf(error)})`;
  }
}

function keyProblem(key: string, fits: (key: ReturnType<typeof createPrivateKey>) => boolean): string {
  try {
    return fits(createPrivateKey(key)) ? '' : 'does not belong to its key';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(key))
      return 'has a key with a passphrase, which is not supported';
    return `has a key that cannot be read (${code})`;
  }
}

/** When the first certificate of a PEM text expires (epoch ms), null if there is none. */
export function certificateExpiry(pem: string): number | null {
  const leaf = certificatesIn(pem)[0];
  return leaf === undefined ? null : Date.parse(leaf.validTo);
}

/** When a token expires by its own payload (epoch ms), null if it is no JWT or says nothing. Nothing is verified. */
export function tokenExpiry(token: string): number | null {
  const payload = token.split('.')[1] ?? '';
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null; // an opaque token says nothing of itself
    throw error;
  }
}

/** True for what may stand in an `authorization` header after "Bearer ". */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unreadable';
}
