import { sourceOfKind } from '#server/facts/fact.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsConfig } from '#server/probes/tls-config.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { mostWantedServers, serversLeftOut, wantedServers, type NamingFacts } from '#server/probes/wanted-servers.ts';

const naming = ['node', 'ingress', 'gateway', 'httpRoute', 'ingressRoute'] as const;

/** Tells which TLS servers are to be looked at now, and how many more would be if there were not too many. */
export interface FollowedWanted {
  (): readonly WantedServer[];
  leftOut(): number;
  /** True once every kind that may name servers was listed, or cannot be: it is not there, we may not see it, or nobody declares it. */
  allNamed(): boolean;
}

/**
 * Which TLS servers are to be looked at by the facts and the configuration as they are now: worked out anew only when one of
 * them changes, and told as the array of before where that makes no difference.
 */
export function followWanted(snapshot: () => Snapshot, config: () => TlsConfig): FollowedWanted {
  let from: readonly unknown[] = [];
  let told: { text: string; wanted: readonly WantedServer[] } = { text: '[]', wanted: [] };
  let leftOut = 0;
  const follow = () => {
    const { facts } = snapshot();
    const now = [config(), ...naming.map((kind) => facts(kind))];
    if (now.length === from.length && now.every((part, i) => part === from[i])) return told.wanted;
    from = now;
    const known = namingFacts(facts);
    const wanted = wantedServers(known, config());
    leftOut = wanted.length < mostWantedServers ? 0 : serversLeftOut(known, config());
    const text = JSON.stringify(wanted);
    if (text !== told.text) told = { text, wanted };
    return told.wanted;
  };
  return Object.assign(follow, { leftOut: () => (follow(), leftOut), allNamed: () => allNamed(snapshot()) });
}

function allNamed({ sources }: Snapshot): boolean {
  return naming.every((kind) => {
    const source = sources.get(sourceOfKind[kind]);
    return source === undefined || source.fresh || source.state === 'absent' || source.state === 'forbidden';
  });
}

function namingFacts(facts: Snapshot['facts']): NamingFacts {
  return {
    nodes: [...facts('node').values()],
    ingresses: [...facts('ingress').values()],
    gateways: [...facts('gateway').values()],
    httpRoutes: [...facts('httpRoute').values()],
    ingressRoutes: [...facts('ingressRoute').values()],
  };
}
