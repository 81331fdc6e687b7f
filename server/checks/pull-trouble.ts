import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { perGroup } from './per-group.ts';
import { pullFailure, pullReasons, saidByEvent, saidWhileWaiting, type PullSaid } from './pull-failure.ts';

/** What was said of an image, and of which pod (its UID). */
export interface PodSaid extends PullSaid {
  pod: string;
}

/** One image that pods of a workload cannot pull. */
export interface PullTrouble {
  /** As the owner wrote it. */
  image: string;
  /** Name of the first container that wants it. */
  container: string;
  pods: readonly PodFact[];
  /** What their containers say, without those that only wait for the next try. */
  said: readonly PodSaid[];
}

const none: readonly PullTrouble[] = [];

/** The images that a workload cannot pull, the one that most of its pods lack first. Pods that are being deleted do not count. */
export const pullTroubles = perGroup<readonly PullTrouble[]>(({ pods }) => {
  return pods.some(cannotPull) ? gather(pods) : none;
});

/** True for a pod that waits for an image. */
export function cannotPull(pod: PodFact): boolean {
  if (pod.deletingAt !== null) return false;
  for (const { state } of pod.containers) if (state?.is === 'waiting' && pullReasons.has(state.reason)) return true;
  return false;
}

function gather(pods: readonly PodFact[]): readonly PullTrouble[] {
  const byImage = new Map<string, { image: string; container: string; pods: PodFact[]; said: PodSaid[] }>();
  for (const pod of pods) {
    if (pod.deletingAt !== null) continue;
    for (const { image, name, state } of pod.containers) {
      if (state?.is !== 'waiting' || !pullReasons.has(state.reason)) continue;
      const trouble = byImage.get(image) ?? { image, container: name, pods: [], said: [] };
      byImage.set(image, trouble);
      if (trouble.pods.at(-1) !== pod) trouble.pods.push(pod);
      const said = saidWhileWaiting(state);
      if (said !== null) trouble.said.push({ ...said, pod: pod.uid });
    }
  }
  return [...byImage.values()].sort((a, b) => b.pods.length - a.pods.length);
}

/**
 * What was really said of an image last: by a container while it tried, by an event before Kubernetes 1.32, else what is
 * remembered. Of several nodes that say different things the one that said it before goes on to speak; what nobody
 * understands takes nothing back that was understood of the same pod.
 */
export function lastSaid(trouble: PullTrouble, before: PodSaid | null, snapshot: Snapshot): PodSaid | null {
  const heard = trouble.said.length > 0 ? trouble.said : byEvents(trouble, snapshot);
  if (before === null) return heard[0] ?? null;
  if (heard.length === 0 || heard.some((said) => sameSaid(said, before))) return before;
  const kindOf = (said: PodSaid) => pullFailure(trouble.image, said).kind;
  const kind = kindOf(before);
  const next = heard.find((said) => kindOf(said) === kind) ?? heard.find((said) => kindOf(said) !== 'unknown');
  if (next !== undefined) return next;
  return trouble.pods.some(({ uid }) => uid === before.pod) ? before : (heard[0] ?? before);
}

/** When the first of its pods failed to pull it (epoch ms), as far as events tell; null if they do not. */
export function failingSince({ image, pods }: PullTrouble, snapshot: Snapshot): number | null {
  const times = mostTelling(pods).flatMap((pod) =>
    pullEvents(pod, snapshot).flatMap((event) =>
      saidByEvent(image, eventMessage(event)) === null ? [] : (event.firstAt ?? []),
    ),
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** When one of its pods was told last that it cannot be pulled (epoch ms), as far as events tell; null if they do not. */
export function lastTriedAt({ image, pods }: PullTrouble, snapshot: Snapshot): number | null {
  const times = mostTelling(pods).flatMap((pod) =>
    pullEvents(pod, snapshot).flatMap((event) =>
      saidByEvent(image, eventMessage(event)) === null ? [] : (event.lastAt ?? event.firstAt ?? []),
    ),
  );
  return times.length === 0 ? null : Math.max(...times);
}

/** Names of pull secrets that a kubelet did not find, "" if it says nothing of the kind. */
export function missingSecrets({ pods }: PullTrouble, snapshot: Snapshot): string {
  for (const pod of mostTelling(pods)) {
    const event = pullEvents(pod, snapshot).find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
    const [, names] = /image pull secrets \(([^)]+)\)/.exec(event?.message ?? '') ?? [];
    if (names !== undefined) return names;
  }
  return '';
}

function byEvents({ image, pods }: PullTrouble, snapshot: Snapshot): PodSaid[] {
  for (const pod of mostTelling(pods)) {
    const said = pullEvents(pod, snapshot).flatMap((event) => saidByEvent(image, eventMessage(event)) ?? []);
    if (said[0] !== undefined) return [{ ...said[0], pod: pod.uid }];
  }
  return [];
}

/** Warnings about this very pod, newest first: one of the same name may have been here before. */
function pullEvents({ namespace, name, createdAt }: PodFact, snapshot: Snapshot) {
  const events = eventsAbout(snapshot, { kind: 'Pod', namespace, name });
  return createdAt === null ? events : events.filter((event) => seenAt(event) >= createdAt);
}

/** Enough pods of one workload to hear from: they want the same image. */
function mostTelling(pods: readonly PodFact[]): readonly PodFact[] {
  return pods.slice(0, 20);
}

function sameSaid(a: PullSaid, b: PullSaid): boolean {
  return a.reason === b.reason && a.message === b.message;
}
