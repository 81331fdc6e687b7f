import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { claimSubject, claimUses, type ClaimUse } from './claim-use.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { mostTelling, mountReason, type MountReason } from './mount-words.ts';
import { perSnapshot } from './per-snapshot.ts';

/** One pod that waits for one volume. */
export interface WaitingPod {
  pod: PodFact;
  use: ClaimUse;
  reason: MountReason;
  /** Word for word. */
  said: string;
}

/** What holds pods up: a claim's volume, a driver, a server. */
export interface MountTrouble {
  subject: Subject;
  /** First those with the reason that most have. */
  waiting: readonly [WaitingPod, ...WaitingPod[]];
}

const telling: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/** All pods that wait for a claim's volume that cannot be mounted, by what it is due to. What is missing of Secrets and the like is no volume's fault. */
export const mountTroubles = perSnapshot((snapshot): readonly MountTrouble[] => {
  const waiting = new Map<string, WaitingPod>();
  for (const use of claimUses(snapshot).values()) {
    for (const pod of use.pods) {
      if (isWaiting(pod) && !waiting.has(pod.key)) {
        const found = waitingPod(pod, snapshot);
        if (found !== null) waiting.set(pod.key, found);
      }
    }
  }
  const bySubject = Map.groupBy(waiting.values(), (each) => subjectId(subjectOf(each)));
  return [...bySubject.values()].flatMap((pods) => troubleOf(pods) ?? []);
});

function isWaiting({ node, ready, phase, deletingAt }: PodFact): boolean {
  return node !== null && !ready && phase === 'Pending' && deletingAt === null;
}

function waitingPod(pod: PodFact, snapshot: Snapshot): WaitingPod | null {
  const said = eventsAbout(snapshot, { kind: 'Pod', namespace: pod.namespace, name: pod.name })
    .filter((event) => telling.has(event.reason) && seenAt(event) >= (pod.createdAt ?? 0))
    .map((event) => ({ message: eventMessage(event) }));
  const about = said.flatMap(({ message }) => {
    const use = claimIn(message, pod, snapshot);
    return use === undefined ? [] : [{ message, use }];
  });
  const most = mostTelling(about);
  // What tells more than that time ran out, and is not of a claim, is why.
  const other = mostTelling(said);
  if (most === undefined || (other !== undefined && claimIn(other.message, pod, snapshot) === undefined)) return null;
  return { pod, use: most.use, reason: mountReason(most.message), said: most.message };
}

/** Whose volume a message is about: the PersistentVolume it names, else the only claim of the pod where it names none. */
function claimIn(message: string, { namespace, claims }: PodFact, snapshot: Snapshot): ClaimUse | undefined {
  const uses = claims.flatMap((claim) => claimUses(snapshot).get(`${namespace}/${claim}`) ?? []);
  const [, name] = /for volume "([^"]+)"/.exec(message) ?? [];
  if (name !== undefined) return uses.find(({ claim }) => claim.volume === name);
  const isLate = /^Unable to attach or mount volumes/.test(message);
  return isLate && claims.length === 1 ? uses[0] : undefined;
}

function subjectOf({ use, reason: { look, name } }: WaitingPod): Subject {
  if ((look === 'driver' || look === 'attacher') && name !== '') return { kind: 'CSIDriver', name };
  const server = use.volume?.made.server ?? '';
  if (look === 'server' && server !== '') return { kind: 'NFSServer', name: server };
  return claimSubject(use.claim);
}

function troubleOf(pods: readonly WaitingPod[]): MountTrouble | null {
  const byWords = Map.groupBy(pods, ({ reason }) => reason.words);
  const [first, ...others] = [...byWords.values()].sort((a, b) => b.length - a.length).flat();
  return first === undefined ? null : { subject: subjectOf(first), waiting: [first, ...others] };
}
