import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { perFacts } from './per-snapshot.ts';

/** What was said last of a claim's volume. Times epoch ms. */
export interface SaidOfClaim {
  use: ClaimUse;
  message: string;
  /** When it was last said. */
  at: number;
  /** When it was first said, null if that is not known. */
  since: number | null;
  /** The pod that it was said of, or that has it mounted; undefined if there is none. */
  pod: PodFact | undefined;
}

const says = /read-only file ?system|\bEROFS\b|remount(?:ed|ing)? read-only/i;

/** Whoever makes a container's own file system read-only hears the same: that is no volume. */
const notOfVolumes: ReadonlySet<string> = new Set(['Failed', 'BackOff', 'FailedCreatePodSandBox']);

const kinds = ['persistentVolumeClaim', 'persistentVolume', 'nodeStats', 'pod', 'event'] as const;

/** Claims of which events say that their file system can only be read, the newest word of each. */
export const readOnlyClaims = perFacts(kinds, (snapshot): readonly SaidOfClaim[] => {
  const found: SaidOfClaim[] = [];
  for (const use of claimUses(snapshot).values()) {
    const said = ofClaim(use, snapshot);
    if (said !== null) found.push(said);
  }
  return found;
});

function ofClaim(use: ClaimUse, snapshot: Snapshot): SaidOfClaim | null {
  let newest: SaidOfClaim | null = null;
  for (const pod of use.pods) {
    if (pod.deletingAt !== null) continue;
    for (const event of eventsAbout(snapshot, { kind: 'Pod', namespace: pod.namespace, name: pod.name })) {
      if (!isOf(event, pod, use)) continue;
      if (newest === null || seenAt(event) > newest.at) newest = saidBy(event, use, pod);
    }
  }
  return newest;
}

/** What names no volume is meant of the only claim that a pod has. */
function isOf(event: EventFact, { claims, createdAt }: PodFact, { claim }: ClaimUse): boolean {
  if (notOfVolumes.has(event.reason) || !says.test(event.message) || seenAt(event) < (createdAt ?? 0)) return false;
  const [, volume] = /for volume "([^"]+)"/.exec(event.message) ?? [];
  return volume === undefined ? claims.length === 1 : volume === claim.volume;
}

function saidBy(event: EventFact, use: ClaimUse, pod: PodFact | undefined): SaidOfClaim {
  return { use, message: eventMessage(event), at: seenAt(event), since: event.firstAt, pod };
}

/** Claims whose Longhorn volume asked to be mounted anew, and whose pods are still those of before. */
export const remountClaims = perFacts(kinds, (snapshot): readonly SaidOfClaim[] => {
  const events = [...snapshot.facts('event').values()].filter(isRemount);
  if (events.length === 0) return [];
  const byVolume = new Map<string, EventFact>();
  for (const event of events.sort((a, b) => seenAt(a) - seenAt(b))) byVolume.set(event.about.name, event);
  return [...claimUses(snapshot).values()].flatMap((use) => {
    const event = byVolume.get(use.volume?.made.handle ?? '');
    if (event === undefined || use.volume?.made.driver !== 'driver.longhorn.io') return [];
    const pod = use.pods.find(
      ({ createdAt, node }) => node !== null && createdAt !== null && createdAt < seenAt(event),
    );
    return pod === undefined ? [] : [saidBy(event, use, pod)];
  });
});

/** Once it was mounted anew Longhorn says so by the same reason. */
function isRemount({ about, reason, message }: EventFact): boolean {
  return about.kind === 'Volume' && reason === 'Remount' && !/has been remounted/.test(message);
}
