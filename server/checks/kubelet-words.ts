import type { NodeCondition } from '#server/facts/node.ts';
import { shorten } from './shorten.ts';

/** What a kubelet's message about Ready means, by what it contains; the first that fits counts. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/never posted node status|NodeStatusNeverUpdated/i, 'its kubelet has never reported'],
  [/stopped posting node status|NodeStatusUnknown/i, 'its kubelet has stopped reporting'],
  [/shutting down/i, 'it is shutting down'],
  [/x509|certificate/i, 'a certificate is not accepted'],
  [/cni|NetworkPluginNotReady|network plugin/i, 'its pod network is not set up'],
  [/container runtime is down|RuntimeReady=false|runtime not ready/i, 'its container runtime is down'],
  [/PLEG is not healthy/i, 'its container runtime hangs'],
  [/no space left|invalid capacity/i, 'its disk cannot be used'],
];

/** Why a node is not ready, in plain words; else what its kubelet says. */
export function kubeletWords({ reason, message }: NodeCondition): string {
  const said = `${reason}: ${message}`;
  const meaning = meanings.find(([pattern]) => pattern.test(said));
  if (meaning !== undefined) return meaning[1];
  const words = shorten(message || reason);
  return words === '' ? 'its kubelet does not say why' : `its kubelet says "${words}"`;
}

/** True if it was the node controller that called it not ready, since the kubelet says nothing any more. */
export function stoppedPosting(ready: NodeCondition | undefined): boolean {
  if (ready?.status !== 'Unknown') return false;
  return /^NodeStatus(Unknown|NeverUpdated)$/.test(ready.reason) || /(stopped|never) post/i.test(ready.message);
}
