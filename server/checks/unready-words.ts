import type { Snapshot } from '#server/engine/snapshot.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { exitWords } from './exit-words.ts';
import { quoted } from './meanings.ts';
import { probeWords } from './probe-words.ts';
import { shorten } from './shorten.ts';
import type { UnreadyPod } from './unready.ts';

/** Why a pod is not ready: in words that follow a colon ("" if nothing tells), and as its kubelet said it. */
export interface UnreadyWhy {
  words: string;
  said: string;
}

const nothingTold: UnreadyWhy = { words: '', said: '' };

// A probe fails several times before its pod is called not ready, and clocks of nodes differ a little.
const beforeMs = 10 * 60_000;

/** Why a pod is not ready: its node, how it ended, or the probe that fails. */
export function whyUnready({ pod, containers, since }: UnreadyPod, snapshot: Snapshot): UnreadyWhy {
  const node = snapshot.facts('node').get(pod.node ?? '');
  if (pod.phase === 'Failed') return whyFailed({ pod, containers, since });
  if (node !== undefined && node.conditions['Ready']?.status !== 'True') {
    return { words: `its node ${shorten(node.name, 63)} is not ready`, said: '' };
  }
  const from = Math.max(pod.createdAt ?? 0, (since ?? 0) - beforeMs);
  let liveness = nothingTold;
  for (const event of eventsAbout(snapshot, { kind: 'Pod', namespace: pod.namespace, name: pod.name })) {
    if (event.reason !== 'Unhealthy' || seenAt(event) < from) continue;
    const said = eventMessage(event);
    const told = probeWords(said);
    if (told === null) continue;
    // A failed liveness probe ends the container; that it is not ready is for one of the others to say.
    if (told.probe !== 'liveness') return { words: told.words, said };
    if (liveness === nothingTold) liveness = { words: told.words, said };
  }
  return liveness;
}

/** A bare pod that failed: nobody starts it again. */
function whyFailed({ pod, containers: [container] }: UnreadyPod): UnreadyWhy {
  if (pod.reason === 'DeadlineExceeded') return { words: 'it ran longer than it may', said: pod.message };
  if (container?.state?.is === 'terminated')
    return { words: exitWords(container.state), said: container.state.message };
  const told = pod.message || pod.reason;
  return told === '' ? nothingTold : { words: `the cluster says ${quoted(told, 100)}`, said: pod.message };
}
