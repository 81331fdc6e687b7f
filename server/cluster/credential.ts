import type { CredentialFact } from '#server/facts/api-door.ts';
import type { Presented } from './way-in.ts';

/** What we present, and how it is renewed. */
export interface Credential {
  /** What to present now. Rejects with a `TransportError` ("no-credentials") only. */
  present(): Promise<Presented>;
  /**
   * The API refused this with 401. Resolves with true if something else can be presented now. Never rejects.
   */
  refused(presented: Presented): Promise<boolean>;
  fact(): CredentialFact;
  close(): void;
}

/** True if both present the same. */
export function samePresented(a: Presented, b: Presented): boolean {
  return (
    a.token === b.token &&
    a.certificate?.certificate === b.certificate?.certificate &&
    a.certificate?.key === b.certificate?.key
  );
}
