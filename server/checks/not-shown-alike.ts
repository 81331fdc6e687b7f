import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';

/** One handshake that is lost on the way says nothing. */
export const failuresThatCount = 3;

/**
 * The hosts that show no certificate for the same reason, by name, where objects of the cluster name them: they are behind
 * one door, the Ingress controller. Only `server` if there are no others.
 */
export function notShownAlike(server: TlsServerFact, snapshot: Snapshot): readonly string[] {
  const reason = reasonOf(server);
  return (reason === null ? undefined : alike(snapshot).get(reason)) ?? [server.name];
}

/** Null for what shows its certificate, is no host, or is named by the owner alone. */
function reasonOf({ is, namedBy, failures, trouble, message }: TlsServerFact): string | null {
  const ofCluster = namedBy.some(({ kind }) => kind !== 'Configuration');
  if (is !== 'host' || !ofCluster || failures < failuresThatCount) return null;
  // What was said is all that is known of it.
  return trouble === 'unexpected' ? `${trouble} ${message}` : trouble;
}

function alike(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const groups = new Map<string, string[]>();
  for (const server of snapshot.facts('tlsServer').values()) {
    const reason = reasonOf(server);
    if (reason === null) continue;
    const names = groups.get(reason) ?? [];
    groups.set(reason, names);
    names.push(server.name);
  }
  for (const names of groups.values()) names.sort();
  kept.set(snapshot, groups);
  return groups;
}

/** Asked for each host, and again for each finding of one. */
const kept = new WeakMap<Snapshot, ReadonlyMap<string, readonly string[]>>();
