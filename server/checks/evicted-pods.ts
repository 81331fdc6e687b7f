import type { Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { nodeSubject } from './subjects.ts';
import { workloadSubject } from './workload-subject.ts';

type Pods = ReadonlyMap<string, PodFact>;

/** What the kubelet writes into pods that it evicts: `The node was low on resource: ephemeral-storage. ...` */
const shortOfDisk = /low on resource: (?:ephemeral-storage|inodes)/;
const shortOfMemory = /low on resource: memory/;

/** A node whose disk is full explains what is wrong with workloads whose pods it evicted for that. */
export const fullDiskExplains: Explains = evictionBy(shortOfDisk);

/** A node that is out of memory explains what is wrong with workloads whose pods it evicted for that. */
export const fullMemoryExplains: Explains = evictionBy(shortOfMemory);

/** Of several nodes that evicted pods of one workload the last one to be seen stands for all. */
function evictionBy(words: RegExp): Explains {
  const kept = new WeakMap<Pods, ReadonlyMap<string, string>>();
  const nodesOf = (snapshot: Snapshot): ReadonlyMap<string, string> => {
    const pods = snapshot.facts('pod');
    const before = kept.get(pods);
    if (before !== undefined) return before;
    const found = new Map<string, string>();
    for (const pod of pods.values()) {
      if (pod.reason !== 'Evicted' || pod.node === null || !words.test(pod.message)) continue;
      found.set(subjectId(workloadSubject(pod, snapshot.facts('replicaSet'))), subjectId(nodeSubject(pod.node)));
    }
    kept.set(pods, found);
    return found;
  };
  const about: NonNullable<Explains['about']> = ({ subject }, snapshot) =>
    nodesOf(snapshot).get(subjectId(subject)) ?? null;
  return {
    // Left-overs of evicted pods stay for long: what crashes or cannot be pulled later has reasons of its own.
    checks: ['workloads/not-starting', 'workloads/not-ready', 'workloads/replicas-missing'],
    about,
    when: (cause, effect, snapshot) => cause.level === 'bad' && about(effect, snapshot) === subjectId(cause.subject),
  };
}
