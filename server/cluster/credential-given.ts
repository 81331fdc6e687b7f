import { aboutPresented, certificateExpiry, tokenExpiry } from './credential-check.ts';
import { samePresented, type Credential } from './credential.ts';
import type { Presented, User } from './way-in.ts';

/**
 * A credential that the configuration itself gives: certificate, token or token file, or none at all. `reread` looks at
 * the files again and resolves with what they hold now.
 */
export function givenCredential({ kind, from, presented }: User, reread: () => Promise<Presented>): Credential {
  const about = { expiresAt: expiryOf(presented), ...aboutPresented(presented) };
  return {
    present: () => Promise.resolve(presented),
    refused: async (refused) => !samePresented(await reread(), refused),
    fact: () => ({ kind, from, ...about, problem: '' }),
    close: () => undefined,
  };
}

function expiryOf({ token, certificate }: Presented): number | null {
  if (token !== null) return tokenExpiry(token);
  return certificate === null ? null : certificateExpiry(certificate.certificate);
}
