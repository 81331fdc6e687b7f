import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { findingId, subjectId } from '#shared/finding.ts';
import { memoryKills, nodeRanOut } from './memory-kill.ts';
import { perGroup } from './per-group.ts';
import { nodeSubject } from './subjects.ts';
import { workloadGroups, type WorkloadGroup } from './workload-groups.ts';

/** A node that is down explains what is wrong with workloads whose pods in trouble all are on it. */
export const explainsItsPods: Explains = {
  checks: ['workloads/*'],
  about: nodeOfTrouble,
  when: (cause, effect, snapshot) =>
    (cause.level === 'bad' || cause.level === 'warn') && nodeOfTrouble(effect, snapshot) === subjectId(cause.subject),
};

/** A node that is down explains that its kubelet shows no certificate. */
export const explainsItsCertificate: Explains = {
  checks: ['certificates/not-shown'],
  about: ({ subject }) => (subject.kind === 'Node' ? subjectId(subject) : null),
  when: (cause, effect) =>
    (cause.level === 'bad' || cause.level === 'warn') && subjectId(cause.subject) === subjectId(effect.subject),
};

/** A node that is down explains that the scheduler finds none for a pod, where it says so. */
export const explainsUnscheduled: Explains = refusal('workloads/not-starting', {
  says: /node\.kubernetes\.io\/(?:not-ready|unreachable)/,
  by: ({ conditions }) => conditions['Ready'] !== undefined && conditions['Ready'].status !== 'True',
  levels: ['bad', 'warn'],
});

/** A node that is cordoned explains that the scheduler finds none for a pod, where it says so. */
export const cordonExplains: Explains = refusal('workloads/not-starting', {
  says: /were unschedulable|node\.kubernetes\.io\/unschedulable/,
  by: ({ unschedulable }) => unschedulable,
  levels: ['notice'],
});

/** A node under pressure explains that the scheduler finds none for a pod, where it says so. One rule for each shortage. */
export const pressureExplains: Explains[] = [
  ['DiskPressure', 'disk-pressure'],
  ['MemoryPressure', 'memory-pressure'],
  ['PIDPressure', 'pid-pressure'],
].map(([key = '', taint = '']) =>
  refusal('workloads/not-starting', {
    says: new RegExp(`node\\.kubernetes\\.io/${taint}`),
    by: ({ conditions }) => conditions[key]?.status === 'True',
    levels: ['bad'],
    key,
  }),
);

/** A disk that is full, by its room or its inodes, explains that its kubelet says so: DiskPressure. */
export const diskPressureOf: Explains = pressureOf('DiskPressure');

/** Memory that is used up explains that the kubelet says so: MemoryPressure. */
export const memoryPressureOf: Explains = pressureOf('MemoryPressure');

/** Memory of a node that is used up explains kills there that are not for a limit of their own. */
export const memoryKillsOf: Explains = {
  checks: ['workloads/out-of-memory'],
  when(cause, effect, snapshot) {
    const group = cause.level === 'bad' ? workloadGroups(snapshot).get(subjectId(effect.subject)) : undefined;
    return group !== undefined && killedBy(group, snapshot).has(cause.subject.name);
  },
};

/** The nodes that had no memory left for a workload. */
function killedBy(group: WorkloadGroup, snapshot: Snapshot): ReadonlySet<string> {
  const kills = memoryKills(group, { recent: lateMs, calm: lateMs }, snapshot.now);
  return new Set(kills.flatMap((kill) => (nodeRanOut(snapshot, kill) ? (kill.pod.node ?? []) : [])));
}

// What is told of a kill goes on for an hour; which of its kills are meant does not depend on the settings.
const lateMs = 60 * 60_000;

function pressureOf(key: string): Explains {
  const about = ({ id, subject }: Effect): string | null =>
    id === findingId('nodes/pressure', subject, key) ? subjectId(subject) : null;
  return {
    checks: ['nodes/pressure'],
    about,
    when: (cause, effect) => cause.level === 'bad' && about(effect) === subjectId(cause.subject),
  };
}

/** Why the scheduler refuses nodes, and which nodes are so. */
interface Refusal {
  says: RegExp;
  by(node: NodeFact): boolean;
  levels: readonly Verdict['level'][];
  key?: string;
}

/** Of several such nodes the first by name stands for all. */
function refusal(check: string, { says, by, levels, key }: Refusal): Explains {
  const about = (effect: Effect, snapshot: Snapshot): string | null => {
    const group = workloadGroups(snapshot).get(subjectId(effect.subject));
    if (
      group === undefined ||
      !group.pods.some(({ unscheduled }) => unscheduled !== null && says.test(unscheduled.message))
    ) {
      return null;
    }
    const names = [...snapshot.facts('node').values()].flatMap((node) => (by(node) ? [node.name] : []));
    const [first] = names.sort();
    return first === undefined ? null : subjectId(nodeSubject(first));
  };
  return {
    checks: [check],
    about,
    when: (cause, effect, snapshot) =>
      levels.includes(cause.level) && cause.key === key && about(effect, snapshot) === subjectId(cause.subject),
  };
}

/** The one node that all pods in trouble of an effect's workload are on, as the id of a subject; null if there is none. */
function nodeOfTrouble({ subject }: Effect, snapshot: Snapshot): string | null {
  const group = workloadGroups(snapshot).get(subjectId(subject));
  return group === undefined ? null : troubledNode(group);
}

/** The one node that all pods in trouble of a workload are on, as the id of a subject. */
export const troubledNode = perGroup(({ pods }) => commonNode(inTrouble(pods)));

/** The one node that all its pods are on: what the API says of them is late by up to a minute where a node is lost. */
export const allOnOneNode = perGroup(({ pods }) => commonNode(pods));

/** Those that are not ready or on their way out. One that waits to take the place of another is held up by that one. */
function inTrouble(pods: readonly PodFact[]): PodFact[] {
  const trouble = pods.filter(({ ready, deletingAt }) => !ready || deletingAt !== null);
  const leaving = trouble.some(({ deletingAt }) => deletingAt !== null);
  return leaving ? trouble.filter(({ phase, deletingAt }) => phase !== 'Pending' || deletingAt !== null) : trouble;
}

function commonNode([first, ...others]: readonly PodFact[]): string | null {
  if (first === undefined || first.node === null || others.some(({ node }) => node !== first.node)) return null;
  return subjectId(nodeSubject(first.node));
}
