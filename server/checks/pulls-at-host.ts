import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { pullFailure, type PullClass } from './pull-failure.ts';
import { pullTroubles } from './pull-trouble.ts';
import { allPulling } from './pulling-jobs.ts';
import { plainHost } from './registry-hosts.ts';

const registrysFault: ReadonlySet<PullClass> = new Set(['unreachable', 'untrusted', 'unknown']);

/**
 * The pods that cannot pull from a host since it does not answer them, as far as is said at this moment: nodes see what the
 * wall may not, and the other way round. Who does not say why counts.
 */
export function podsFailingAt(host: string, snapshot: Snapshot): readonly PodFact[] {
  const found = new Set<PodFact>();
  for (const group of allPulling(snapshot)) {
    for (const { image, said, pods } of pullTroubles(group)) {
      const failure = pullFailure(image, said[0] ?? null);
      if (plainHost(failure.host) !== plainHost(host) || !registrysFault.has(failure.kind)) continue;
      for (const pod of pods) found.add(pod);
    }
  }
  return [...found];
}
