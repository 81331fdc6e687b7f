import type { PodFact } from '#server/facts/pod.ts';
import { say, type Say } from '#shared/say.ts';
import { shorten } from './shorten.ts';

// What fits into one line of a wall.
const mostNamed = 3;

/** Pods by name and node, the first three of them: `web-1 on nuc0, web-2 on nuc1, and 4 more`. */
export function namedPods(pods: readonly PodFact[]): Say {
  const named = pods.slice(0, mostNamed).map(({ name, node }) => {
    return node === null ? shorten(name, 60) : `${shorten(name, 60)} on ${shorten(node, 40)}`;
  });
  const more = pods.length - named.length;
  const values = { pods: named.join(', ') };
  return more === 0 ? say('{pods}', values) : say('{pods}, and {more} more', { ...values, more });
}
