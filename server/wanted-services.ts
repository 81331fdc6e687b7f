import { sourceOfKind } from '#server/facts/fact.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceNamingFacts } from '#server/probes/named-services.ts';
import type { ServicesConfig } from '#server/probes/service-config.ts';
import type { WantedService } from '#server/probes/wanted-service.ts';
import { wantedServices } from '#server/probes/wanted-services.ts';

const naming = ['ingress', 'gateway', 'httpRoute', 'ingressRoute'] as const;

/** Tells which services are to be probed now, and how many more would be if there were not too many. */
export interface FollowedServices {
  (): readonly WantedService[];
  leftOut(): number;
  /** True once every kind that may name services was listed, or cannot be: it is not there, we may not see it, or nobody declares it. At once where nothing is to be discovered. */
  allNamed(): boolean;
}

/**
 * Which services are to be probed by the facts and the configuration as they are now: worked out anew only when one of them
 * changes, and told as the array of before where that makes no difference.
 */
export function followServices(snapshot: () => Snapshot, config: () => ServicesConfig): FollowedServices {
  let from: readonly unknown[] = [];
  let told: { text: string; wanted: readonly WantedService[] } = { text: '[]', wanted: [] };
  let leftOut = 0;
  const follow = () => {
    const { facts } = snapshot();
    const now = [config(), ...naming.map((kind) => facts(kind))];
    if (now.length === from.length && now.every((part, i) => part === from[i])) return told.wanted;
    from = now;
    const found = wantedServices(namingFacts(facts), config());
    leftOut = found.leftOut;
    const text = JSON.stringify(found.wanted);
    if (text !== told.text) told = { text, wanted: found.wanted };
    return told.wanted;
  };
  return Object.assign(follow, {
    leftOut: () => (follow(), leftOut),
    allNamed: () => !config().discover || allNamed(snapshot()),
  });
}

function allNamed({ sources }: Snapshot): boolean {
  return naming.every((kind) => {
    const source = sources.get(sourceOfKind[kind]);
    return source === undefined || source.fresh || source.state === 'absent' || source.state === 'forbidden';
  });
}

function namingFacts(facts: Snapshot['facts']): ServiceNamingFacts {
  return {
    ingresses: [...facts('ingress').values()],
    gateways: [...facts('gateway').values()],
    httpRoutes: [...facts('httpRoute').values()],
    ingressRoutes: [...facts('ingressRoute').values()],
  };
}
