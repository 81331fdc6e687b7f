import { meaningOf, quoted, type Meanings } from './meanings.ts';

/** Where to look next when no node takes a pod. */
export type SchedulerLook = 'room' | 'labels' | 'taints' | 'nodes' | 'claims' | 'pods';

/** Why no node takes a pod. */
export interface SchedulerSaid {
  /** `no node fits: 3 have too little CPU free, 1 does not match its node selector`. */
  words: string;
  looks: readonly SchedulerLook[];
}

/** Taints that Kubernetes itself sets; all others are named. */
const taints: Meanings<SchedulerLook> = [
  [/^node\.kubernetes\.io\/not-ready/, '{is|are} not ready', 'nodes'],
  [/^node\.kubernetes\.io\/unreachable/, '{does|do} not report', 'nodes'],
  [/^node\.kubernetes\.io\/unschedulable/, '{is|are} cordoned', 'nodes'],
  [/^node\.kubernetes\.io\/disk-pressure/, '{is|are} short of disk space', 'nodes'],
  [/^node\.kubernetes\.io\/memory-pressure/, '{is|are} short of memory', 'nodes'],
  [/^node\.kubernetes\.io\/pid-pressure/, '{is|are} short of process numbers', 'nodes'],
  [/^node\.kubernetes\.io\/network-unavailable/, '{has|have} no pod network', 'nodes'],
  [/^node\.cloudprovider\.kubernetes\.io\/uninitialized/, '{is|are} not yet set up', 'nodes'],
  [/^node-role\.kubernetes\.io\/(?:control-plane|master)/, '{is|are} for the control plane only', 'taints'],
  [/^([^:]+): (.+)$/, '{has|have} the taint $1=$2', 'taints'],
  [/^([^:]+)/, '{has|have} the taint $1', 'taints'],
];

/** What the scheduler says of a number of nodes; "{one|many}" is chosen by that number. */
const ofNodes: Meanings<SchedulerLook> = [
  [/^Insufficient cpu$/, '{has|have} too little CPU free', 'room'],
  [/^Insufficient memory$/, '{has|have} too little memory free', 'room'],
  [/^Insufficient ephemeral-storage$/, '{has|have} too little disk free', 'room'],
  [/^Insufficient (.+)$/, '{has|have} too little $1 free', 'room'],
  [/^Too many pods$/, '{runs|run} as many pods as it may', 'room'],
  [
    /didn't match (?:Pod's )?node (?:affinity|selector)|plugin\(s\) \[NodeAffinity\]/,
    '{does|do} not match its node selector',
    'labels',
  ],
  [/had (?:untolerated )?taint/, '{has|have} a taint that keeps it away', 'taints'],
  [/were unschedulable/, '{is|are} cordoned', 'nodes'],
  [
    /volume node affinity conflict|didn't match PersistentVolume's node affinity|no available volume zone/,
    'cannot reach its volume',
    'claims',
  ],
  [/didn't find available persistent volumes/, '{has|have} no volume for its claim', 'claims'],
  [/did not have enough free storage/, '{has|have} too little storage free for its claim', 'claims'],
  [/exceed max volume count/, '{has|have} as many volumes attached as it may', 'claims'],
  [/pvc\(s\) bound to non-existent pv/, '{finds|find} its volume gone', 'claims'],
  [/didn't have free ports/, '{has|have} its port taken', 'pods'],
  [/topology spread constraints/, 'would break its spread over nodes', 'labels'],
  [/didn't match pod affinity/, '{lacks|lack} the pods it must be beside', 'pods'],
  [/anti-affinity/, '{runs|run} a pod it must not be beside', 'pods'],
];

/** What the scheduler says of the pod, whatever the nodes. */
const ofThePod: Meanings<SchedulerLook> = [
  [/unbound immediate PersistentVolumeClaims/, 'its volume claim is not bound', 'claims'],
  [/persistentvolumeclaim "([^"]+)" not found/, 'it needs PersistentVolumeClaim $1, which is not there', 'claims'],
  [/persistentvolumeclaim "([^"]+)" is being deleted/, 'its PersistentVolumeClaim $1 is being deleted', 'claims'],
  [/persistentvolumeclaim "([^"]+)" bound to non-existent/, 'the volume of its claim $1 is gone', 'claims'],
  [/no nodes available to schedule pods/, 'the cluster has no node that takes pods', 'nodes'],
  [/non-empty scheduling gates/, 'it is held back by a scheduling gate'],
  [/binding volumes: .*timed out/, 'its volume could not be bound in time', 'claims'],
];

// What fits into a sentence.
const mostClauses = 4;

/**
 * The scheduler's sentence in plain words: `0/4 nodes are available: 1 node(s) didn't match Pod's node
 * affinity/selector, 3 Insufficient cpu. preemption: ...`. What is not known is quoted as it is. `pinned`: the pod is
 * meant for one node (a DaemonSet's), so that it does not match the others goes without saying.
 */
export function schedulerWords(message: string, pinned = false): SchedulerSaid {
  const [, list] = /^\d+\/\d+ nodes are available: ([^]*?)(?:\.(?:\s|$)|$)/.exec(message) ?? [];
  const whole = meaningOf(list ?? message, ofThePod);
  if (whole !== null) return { words: whole.words, looks: whole.look === null ? [] : [whole.look] };
  if (list === undefined || list === '') {
    return { words: message === '' ? 'no node is found for it' : `the scheduler says ${quoted(message)}`, looks: [] };
  }
  const clauses = list.split(/, (?=\d+ )/).map(clauseOf);
  const telling = pinned ? clauses.filter(({ matches }) => matches) : clauses;
  const shown = (telling.length === 0 ? clauses : telling).sort((a, b) => b.count - a.count).slice(0, mostClauses);
  return {
    words: `no node fits: ${shown.map(({ words }) => words).join(', ')}`,
    looks: [...new Set(shown.flatMap(({ look }) => look ?? []))],
  };
}

function clauseOf(clause: string): { count: number; words: string; look: SchedulerLook | null; matches: boolean } {
  const [, digits, rest = ''] = /^(\d+) (?:node\(s\) )?([^]*)$/.exec(clause) ?? [];
  if (digits === undefined) return { count: 0, words: quoted(clause, 80), look: null, matches: true };
  const count = Number(digits);
  const [, taint] = /taint \{(.*?)\}/.exec(rest) ?? [];
  const meaning = taint === undefined ? meaningOf(rest, ofNodes) : meaningOf(taint, taints);
  if (meaning === null) return { count, words: `${digits} ${quoted(rest, 80)}`, look: null, matches: true };
  const words = meaning.words.replaceAll(/\{([^|}]*)\|([^|}]*)\}/g, count === 1 ? '$1' : '$2');
  return {
    count,
    words: `${digits} ${words}`,
    look: meaning.look,
    matches: !/^do(?:es)? not match its/.test(words),
  };
}
