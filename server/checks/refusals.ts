import type { Snapshot } from '#server/engine/snapshot.ts';
import type { StatusCondition } from '#server/facts/controller.ts';
import type { EventFact } from '#server/facts/event.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { refusedName } from './refused-pod.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** What the API said last when it refused a pod of a workload. Times epoch ms, null if not told. */
export interface Refusal {
  message: string;
  since: number | null;
  at: number | null;
}

/** How many pods a workload should have and has, whatever they do. */
export interface PodCount {
  wanted: number;
  current: number;
}

// A failing controller tries again after at most 1,000 s; an event older than two of these is about something else.
const betweenTriesMs = 2 * 1_000_000;
// A Job's after at most 10 min; whether it is still there cannot be seen.
const betweenJobTriesMs = 15 * 60_000;
const mostUnseen = 100;

/** Null for what has no controller that counts. */
export function podCount({ controller, replicaSets }: WorkloadGroup): PodCount | null {
  if (controller !== null) return controller;
  // Without the right to see Deployments their ReplicaSets tell.
  if (replicaSets.length === 0) return null;
  return {
    wanted: replicaSets.reduce((sum, { wanted }) => sum + wanted, 0),
    current: replicaSets.reduce((sum, { current }) => sum + current, 0),
  };
}

/**
 * True if pods of a workload may be refused now: a condition says so, or there are fewer than wanted, which alone is no
 * refusal. Cheap, as it is asked of every workload each second.
 */
export function mayBeRefused(group: WorkloadGroup): boolean {
  const { controller } = group;
  if (controller !== null && (controller.deletingAt !== null || controller.wanted === 0)) return false;
  if (conditionOf(group) !== null) return true;
  return onlyEventsTell(group) && controller !== null && controller.current < controller.wanted;
}

/**
 * Why pods of a workload are refused now; null if nothing says they are. Deployments and ReplicaSets have a condition for
 * it; of StatefulSets and DaemonSets only events tell, which expire: `before` is what was remembered.
 */
export function refusalOf(group: WorkloadGroup, before: Refusal | null, snapshot: Snapshot): Refusal | null {
  if (!mayBeRefused(group)) return null;
  const condition = conditionOf(group);
  if (condition !== null) {
    const message = condition.message === '' ? condition.reason : condition.message;
    return sameOr(before, { message, since: condition.changedAt, at: condition.updatedAt ?? condition.changedAt });
  }
  const kept = before !== null && !isOver(before.message, group) ? before : null;
  const event = refusingEvent(group, snapshot);
  if (event === undefined || (kept?.at ?? -1) >= seenAt(event)) return kept;
  return sameOr(kept, { message: eventMessage(event), since: event.firstAt, at: event.lastAt });
}

/**
 * Refusals of what is not watched itself, a Job or a ReplicaSet that may not be seen: by events alone, while these are
 * new and no pod of it has been made since.
 */
export function unseenRefusals(snapshot: Snapshot): { subject: Subject; refusal: Refusal }[] {
  const kinds = seesReplicaSets(snapshot) ? ['Job'] : ['Job', 'ReplicaSet'];
  const newest = new Map<string, { subject: Subject; event: EventFact }>();
  for (const event of snapshot.facts('event').values()) {
    const { kind, namespace, name } = event.about;
    if (event.reason !== 'FailedCreate' || namespace === null || !kinds.includes(kind)) continue;
    if (newest.size === mostUnseen || snapshot.now - seenAt(event) > betweenJobTriesMs) continue;
    const key = ownerKey(kind, namespace, name);
    const before = newest.get(key);
    if (before === undefined || seenAt(before.event) < seenAt(event)) {
      newest.set(key, { subject: { kind, namespace, name }, event });
    }
  }
  if (newest.size > 0) forgetMade(newest, snapshot);
  return [...newest.values()].map(({ subject, event }) => ({
    subject,
    refusal: { message: eventMessage(event), since: event.firstAt, at: event.lastAt },
  }));
}

/** True if ReplicaSets or their Deployments are seen: their conditions tell more than events. */
function seesReplicaSets({ sources }: Snapshot): boolean {
  return sources.get('replicasets')?.fresh === true || sources.get('deployments')?.fresh === true;
}

function forgetMade(newest: Map<string, { event: EventFact }>, snapshot: Snapshot): void {
  for (const { owner, namespace, createdAt } of snapshot.facts('pod').values()) {
    if (owner === null) continue;
    const key = ownerKey(owner.kind, namespace, owner.name);
    const event = newest.get(key)?.event;
    if (event !== undefined && createdAt !== null && createdAt >= seenAt(event)) newest.delete(key);
  }
}

function ownerKey(kind: string, namespace: string, name: string): string {
  return subjectId({ kind, namespace, name });
}

function refusingEvent(group: WorkloadGroup, snapshot: Snapshot): EventFact | undefined {
  const made = group.controller?.createdAt ?? 0;
  return eventsAbout(snapshot, group.subject).find(
    (event) =>
      event.reason === 'FailedCreate' &&
      seenAt(event) >= made &&
      snapshot.now - seenAt(event) <= betweenTriesMs &&
      !isOver(eventMessage(event), group),
  );
}

/** The pod that a StatefulSet could not create is there now. */
function isOver(message: string, { pods }: WorkloadGroup): boolean {
  const name = refusedName(message);
  return name !== '' && pods.some((pod) => pod.name === name);
}

function onlyEventsTell({ controller }: WorkloadGroup): boolean {
  return controller !== null && !('failure' in controller);
}

/** The condition that says so of the Deployment itself, else of one of its ReplicaSets. */
function conditionOf({ controller, replicaSets }: WorkloadGroup): StatusCondition | null {
  if (controller !== null && 'failure' in controller) {
    if (controller.failure !== null && saysRefused(controller.failure)) return controller.failure;
    const progressing = 'progressing' in controller ? controller.progressing : null;
    if (progressing?.reason === 'ReplicaSetCreateError') return progressing;
  }
  for (const { failure } of replicaSets) if (failure !== null && saysRefused(failure)) return failure;
  return null;
}

function saysRefused({ status, reason }: StatusCondition): boolean {
  return status === 'True' && reason !== 'FailedDelete';
}

/** The same object while it says the same, so that what is remembered does not change with every look. */
function sameOr(before: Refusal | null, said: Refusal): Refusal {
  if (before?.message !== said.message) return said;
  return before.at === said.at ? before : { ...said, since: before.since ?? said.since };
}
