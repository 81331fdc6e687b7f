import { createPrivateKey } from 'node:crypto';
import type { CredentialFact } from '#server/facts/api-door.ts';
import { certificatesIn } from './endpoint.ts';
import { distinguishedName } from './read-certificate.ts';
import type { ClientCertificate, Presented } from './way-in.ts';

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
  return secondsIn(token, 'exp');
}

/** What a credential says of itself, for its fact; nulls and "" for a token that is no JWT and for none at all. */
export function aboutPresented({
  token,
  certificate,
}: Presented): Pick<CredentialFact, 'issuedAt' | 'subject' | 'issuer'> {
  const nobody = { subject: '', issuer: '' };
  if (token !== null) return { issuedAt: secondsIn(token, 'iat'), ...nobody };
  const leaf = certificate === null ? undefined : certificatesIn(certificate.certificate)[0];
  if (leaf === undefined) return { issuedAt: null, ...nobody };
  const { subject, issuer, validFrom } = leaf;
  return { issuedAt: Date.parse(validFrom), subject: distinguishedName(subject), issuer: distinguishedName(issuer) };
}

/** A time of a token's payload (epoch ms), null if it is no JWT or says nothing of it. */
function secondsIn(token: string, claim: 'exp' | 'iat'): number | null {
  const payload = token.split('.')[1] ?? '';
  try {
    const seconds = (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>)[claim];
    return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : null;
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
