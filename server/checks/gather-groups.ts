import type { FactTypes } from '#server/facts/fact.ts';
import type { Turn } from '#server/engine/turn.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { leftOver } from './left-over.ts';
import type { WorkloadGroup } from './workload-groups.ts';
import { replicaSetSubject, workloadSubject } from './workload-subject.ts';

/** The facts that workloads are gathered from, by kind. */
export type WorkloadFacts = {
  [K in 'pod' | 'replicaSet' | 'deployment' | 'statefulSet' | 'daemonSet']: ReadonlyMap<string, FactTypes[K]>;
};

/** What was gathered, and of which facts. */
export interface Gathering {
  facts: WorkloadFacts;
  /** By the id of their subject. */
  groups: ReadonlyMap<string, WorkloadGroup>;
  all: readonly WorkloadGroup[];
}

const noFacts: WorkloadFacts = {
  ...{ pod: new Map(), replicaSet: new Map() },
  ...{ deployment: new Map(), statefulSet: new Map(), daemonSet: new Map() },
};

/** Nothing, of no facts. */
export const nothingGathered: Gathering = { facts: noFacts, groups: new Map(), all: [] };

/** A group that is being changed. */
interface Draft {
  subject: Subject;
  controller: WorkloadGroup['controller'];
  replicaSets: ReplicaSetFact[];
  pods: PodFact[];
}

/** Gives the draft of a group, begun as it was before. */
type Drafts = (subject: Subject) => Draft;

/**
 * The groups of `facts`. Only what differs from the facts of `before` is gathered anew: with one of 20,000 pods changed
 * that is one group, and finding it costs one look at each fact.
 */
export function* gatherGroups(before: Gathering, facts: WorkloadFacts): Turn<Gathering> {
  const drafts = new Map<string, Draft>();
  const draftOf: Drafts = (subject) => {
    const id = subjectId(subject);
    const held = drafts.get(id);
    if (held !== undefined) return held;
    const group = before.groups.get(id);
    const draft: Draft = {
      subject: group?.subject ?? subject,
      controller: group?.controller ?? null,
      replicaSets: [...(group?.replicaSets ?? [])],
      pods: [...(group?.pods ?? [])],
    };
    drafts.set(id, draft);
    return draft;
  };
  yield* changeControllers(before.facts, facts, draftOf);
  const moved = yield* changeReplicaSets(before.facts.replicaSet, facts.replicaSet, draftOf);
  yield* changePods(before.facts, facts, moved, draftOf);
  if (drafts.size === 0) return { ...before, facts };
  yield;
  const groups = finished(before.groups, drafts);
  return { facts, groups, all: [...groups.values()] };
}

function* changeControllers(before: WorkloadFacts, after: WorkloadFacts, draftOf: Drafts): Turn {
  const kinds = { Deployment: 'deployment', StatefulSet: 'statefulSet', DaemonSet: 'daemonSet' } as const;
  for (const [kind, factKind] of Object.entries(kinds)) {
    yield* forEachChange<WorkloadGroup['controller'] & object>(before[factKind], after[factKind], (old, fact) => {
      const { namespace, name } = (fact ?? old) as NonNullable<typeof fact>;
      draftOf({ kind, namespace, name }).controller = fact ?? null;
    });
  }
}

/** Returns the keys of those that came, went or changed hands: pods of theirs may belong elsewhere now. */
function* changeReplicaSets(
  before: WorkloadFacts['replicaSet'],
  after: WorkloadFacts['replicaSet'],
  draftOf: Drafts,
): Turn<ReadonlySet<string>> {
  const moved = new Set<string>();
  yield* forEachChange(before, after, (old, fact) => {
    if (old !== undefined) leave(draftOf(replicaSetSubject(old)), old);
    if (fact !== undefined) join(draftOf(replicaSetSubject(fact)), fact);
    const stays = old !== undefined && fact !== undefined && idOf(old) === idOf(fact);
    if (!stays) moved.add((fact ?? old)?.key ?? '');
  });
  return moved;
}

function idOf(replicaSet: ReplicaSetFact): string {
  return subjectId(replicaSetSubject(replicaSet));
}

function leave(draft: Draft, replicaSet: ReplicaSetFact): void {
  draft.replicaSets = draft.replicaSets.filter((each) => each !== replicaSet);
  if (replicaSet.owner === null) draft.controller = null;
}

function join(draft: Draft, replicaSet: ReplicaSetFact): void {
  draft.replicaSets.push(replicaSet);
  if (replicaSet.owner === null) draft.controller = replicaSet;
}

function* changePods(before: WorkloadFacts, after: WorkloadFacts, moved: ReadonlySet<string>, draftOf: Drafts): Turn {
  const isMoved = ({ owner, namespace }: PodFact): boolean =>
    owner?.kind === 'ReplicaSet' && moved.has(`${namespace}/${owner.name}`);
  yield* forEachChange(
    before.pod,
    after.pod,
    (old, pod) => {
      const left = old === undefined || !counts(old) ? null : draftOf(workloadSubject(old, before.replicaSet));
      const joined = pod === undefined || !counts(pod) ? null : draftOf(workloadSubject(pod, after.replicaSet));
      const place = old === undefined ? -1 : (left?.pods.indexOf(old) ?? -1);
      // One that stays in its group stays in its place.
      if (joined !== null && pod !== undefined && left === joined && place >= 0) joined.pods[place] = pod;
      else {
        if (place >= 0) left?.pods.splice(place, 1);
        if (pod !== undefined) joined?.pods.push(pod);
      }
    },
    moved.size === 0 ? null : isMoved,
  );
}

function counts(pod: PodFact): boolean {
  return pod.owner?.kind !== 'Job' && !leftOver(pod);
}

// So many facts are looked at in one piece of a turn: where all of them are new that takes a few milliseconds.
const piece = 2_000;

/**
 * Calls `changed` for each fact that came, went or is another, and for those that `also` names. Both maps are walked side by
 * side: they mostly have the same order, and looking 20,000 keys up takes ten times as long.
 */
function* forEachChange<F extends { key: string }>(
  before: ReadonlyMap<string, F>,
  after: ReadonlyMap<string, F>,
  changed: (before: F | undefined, after: F | undefined) => void,
  also: ((fact: F) => boolean) | null = null,
): Turn {
  if (before === after && also === null) return;
  let looks = 0;
  const olds = before.values();
  let old = olds.next().value;
  for (const fact of after.values()) {
    looks += 1;
    if (looks % piece === 0) yield;
    if (old !== fact) {
      while (old !== undefined && old.key !== fact.key && !after.has(old.key)) {
        changed(old, undefined);
        old = olds.next().value;
      }
      // Where the order differs the keys decide; what is passed over here is come to later.
      const same = old?.key === fact.key ? old : before.get(fact.key);
      if (same !== fact || also?.(fact) === true) changed(same, fact);
      if (same === old) old = olds.next().value;
    } else {
      if (also?.(fact) === true) changed(fact, fact);
      old = olds.next().value;
    }
  }
  for (; old !== undefined; old = olds.next().value) if (!after.has(old.key)) changed(old, undefined);
}

function finished(
  before: ReadonlyMap<string, WorkloadGroup>,
  drafts: ReadonlyMap<string, Draft>,
): Map<string, WorkloadGroup> {
  const groups = new Map(before);
  for (const [id, draft] of drafts) {
    const isEmpty = draft.controller === null && draft.replicaSets.length === 0 && draft.pods.length === 0;
    if (isEmpty) groups.delete(id);
    else if (!sameGroup(groups.get(id), draft)) groups.set(id, { id, ...draft, kept: [] });
  }
  return groups;
}

/** A pod that was moved may come back to where it was; a group that looks the same is the same. */
function sameGroup(group: WorkloadGroup | undefined, draft: Draft): boolean {
  return (
    group !== undefined &&
    group.controller === draft.controller &&
    sameFacts(group.replicaSets, draft.replicaSets) &&
    sameFacts(group.pods, draft.pods)
  );
}

function sameFacts(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((fact, i) => fact === b[i]);
}
