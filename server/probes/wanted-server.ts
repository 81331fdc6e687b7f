import type { TlsTarget } from '#server/cluster/connection.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';

/** A TLS server that is to be looked at, and why. Two that are equal in all are the same; another target is looked at at once. */
export interface WantedServer extends Pick<TlsServerFact, 'key' | 'is' | 'name' | 'namedBy' | 'secret'> {
  target: TlsTarget;
}
