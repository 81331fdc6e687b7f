import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerEnd } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';

/** Killed, ended by SIGTERM, and ended well after SIGTERM: how a container ends that its kubelet ends. */
const endsOnDemand: ReadonlySet<number | null> = new Set([0, 137, 143]);

// A probe fails several times before its container is killed, and the container may take its grace time.
const longestBeforeMs = 10 * 60_000;
// Clocks of nodes differ a little.
const longestAfterMs = 60_000;

/** The failed probe for which a container was killed. */
export interface ProbeKill {
  probe: 'liveness' | 'startup';
  /** What the kubelet said of it. */
  message: string;
}

/** Was it killed for a failed liveness or startup probe? Null if not, or if no event tells. */
export function probeKill(snapshot: Snapshot, pod: PodFact, end: ContainerEnd): ProbeKill | null {
  if (!endsOnDemand.has(end.exitCode)) return null;
  const { namespace, name } = pod;
  for (const event of eventsAbout(snapshot, { kind: 'Pod', namespace, name })) {
    const message = eventMessage(event);
    const [, probe] = /^(Liveness|Startup) probe (?:failed|errored)/.exec(message) ?? [];
    if (probe === undefined || event.reason !== 'Unhealthy' || !isNear(seenAt(event), end.finishedAt)) continue;
    return { probe: probe === 'Liveness' ? 'liveness' : 'startup', message };
  }
  return null;
}

function isNear(at: number, finishedAt: number | null): boolean {
  if (at === 0 || finishedAt === null) return true;
  return at >= finishedAt - longestBeforeMs && at <= finishedAt + longestAfterMs;
}
