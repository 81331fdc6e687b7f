import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact, ServiceTrouble } from '#server/facts/service-probe.ts';
import { splitAddress } from './door-words.ts';
import type { Entrance } from './service-entrances.ts';
import { workloadsOfService } from './service-pods.ts';

/** That nobody gets through an entrance any more, as far as we have asked. */
export interface Outage {
  /** How many services were or will be found unreachable. */
  count: number;
  /** Where it was to be reached, "" where that is not told or differs. */
  address: string;
  trouble: ServiceTrouble;
  /** When it was first seen, epoch ms. */
  since: number;
}

/** Nobody takes the connection: that is the entrance itself, not what is behind it. */
const closed: readonly ServiceTrouble[] = ['refused', 'unreachable', 'timeout'];
const mute: readonly ServiceTrouble[] = ['silent', 'reset'];
/** These never get as far as the entrance. */
const onTheWay: readonly ServiceTrouble[] = ['dns', 'forbidden-address'];

/**
 * Whether all that is probed through an entrance fails at its door, null if not. Two that were turned away since anybody got
 * through are enough, since the others are asked within half a minute; one alone says so only where it is refused at the
 * entrance's own address. Those that are silent may be so by themselves: then it takes all of them.
 */
export function outageOf({ controllers, probes }: Entrance, snapshot: Snapshot): Outage | null {
  const asked = probes.filter(({ is, trouble }) => is === 'http' && !onTheWay.includes(trouble));
  const out = asked.filter(({ trouble }) => closed.includes(trouble) || mute.includes(trouble));
  if (out.length === 0) return null;
  const reachedAt = Math.max(-Infinity, ...asked.map(lastThrough));
  const turnedAway = out.filter(({ trouble, outcomeSince }) => closed.includes(trouble) && outcomeSince > reachedAt);
  const none = reachedAt === -Infinity;
  const enough =
    turnedAway.length >= 2 || (none && out.length >= 2) || (none && isRefusedAtItsDoor(out, controllers, snapshot));
  if (!enough) return null;
  const addresses = new Set(out.map(({ address }) => splitAddress(address).host).filter((host) => host !== ''));
  const [address = ''] = addresses;
  const since = none ? out : turnedAway;
  return {
    count: asked.length,
    address: addresses.size === 1 ? address : '',
    trouble: out[0]?.trouble ?? '',
    since: Math.min(...since.map(({ outcomeSince }) => outcomeSince)),
  };
}

/** When a probe last got through to whatever is behind it (epoch ms), -Infinity if it does not now. */
function lastThrough({ outcome, upAt, trouble, askedAt }: ServiceProbeFact): number {
  if (outcome === 'up') return upAt ?? askedAt;
  return closed.includes(trouble) || mute.includes(trouble) ? -Infinity : askedAt;
}

function isRefusedAtItsDoor(
  out: readonly ServiceProbeFact[],
  controllers: Entrance['controllers'],
  snapshot: Snapshot,
): boolean {
  const own = addressesOf(controllers, snapshot);
  return out.every(({ trouble, address }) => trouble === 'refused' && own.has(splitAddress(address).host));
}

/** Addresses of the Services that lead to an entrance. */
function addressesOf(controllers: Entrance['controllers'], snapshot: Snapshot): ReadonlySet<string> {
  const ids = new Set(controllers.map(({ group }) => group.id));
  const own = [...snapshot.facts('service').values()].filter(
    (service) => service.addresses.length > 0 && workloadsOfService(service, snapshot).some(({ id }) => ids.has(id)),
  );
  return new Set(own.flatMap(({ addresses }) => addresses));
}
