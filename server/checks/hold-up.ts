import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { shorten } from './shorten.ts';

/** What keeps a deleted pod from going. */
export interface HoldUp {
  kind: 'node-gone' | 'node-not-ready' | 'finalizer' | 'running' | 'unknown';
  /** In words that follow a colon: `it waits for finalizer example.com/hold`. */
  words: string;
}

/** Why it is still there: only its node can say that it has ended, then all finalizers must let go. */
export function holdUp(pod: PodFact, snapshot: Snapshot): HoldUp {
  const node = shorten(pod.node ?? '', 60);
  switch (nodeState(pod, snapshot)) {
    case 'gone':
      return { kind: 'node-gone', words: `its node ${node} is gone` };
    case 'not-ready':
      return { kind: 'node-not-ready', words: `its node ${node} is not ready` };
    case 'fine':
      break;
  }
  if (pod.finalizers.length > 0) return { kind: 'finalizer', words: `it waits for ${finalizerWords(pod.finalizers)}` };
  const running = pod.containers.find(({ state }) => state?.is === 'running');
  if (running !== undefined) {
    return { kind: 'running', words: `container ${shorten(running.name, 60)} does not end on ${node || 'its node'}` };
  }
  return { kind: 'unknown', words: node === '' ? 'nothing says why' : `node ${node} has not cleared it away` };
}

function nodeState({ node, phase }: PodFact, snapshot: Snapshot): 'fine' | 'gone' | 'not-ready' {
  // What has ended, or has never had a node, needs none to go.
  if (node === null || phase === 'Succeeded' || phase === 'Failed') return 'fine';
  // Without fresh nodes none is said to be gone.
  if (snapshot.sources.get('nodes')?.fresh !== true) return 'fine';
  const fact = snapshot.facts('node').get(node);
  if (fact === undefined) return 'gone';
  return fact.conditions['Ready']?.status === 'True' ? 'fine' : 'not-ready';
}

function finalizerWords(finalizers: readonly string[]): string {
  const [first = '', second, ...more] = finalizers.map((name) => shorten(name, 60));
  if (second === undefined) return `finalizer ${first}`;
  return more.length === 0
    ? `finalizers ${first} and ${second}`
    : `finalizers ${first}, ${second} and ${more.length} more`;
}
