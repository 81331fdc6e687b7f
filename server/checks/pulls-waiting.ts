import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { lastTriedAt } from './pull-trouble.ts';
import type { FailingHost } from './registry-pulls.ts';

/** A kubelet waits 5 min at most between two tries; a minute later one that has still not tried is not known to wait. */
const longestWaitMs = 6 * 60_000;

/**
 * When the pods tried last (epoch ms), where their registry answers since and none has tried again: what they were told tells
 * nothing of now, they only wait. Null where they may fail still, or nobody knows.
 */
export function waitingSince({ kind, probe, pulls }: FailingHost, snapshot: Snapshot): number | null {
  if (probe === null || probe.outcome !== 'up' || probe.misses > 0) return null;
  if (kind !== 'unreachable' && kind !== 'untrusted') return null;
  if (snapshot.sources.get('events')?.fresh !== true || snapshot.now - probe.outcomeSince > longestWaitMs) return null;
  const times = pulls.slice(0, 20).map(({ trouble }) => lastTriedAt(trouble, snapshot));
  const last = Math.max(...times.map((at) => at ?? -Infinity));
  return Number.isFinite(last) && last < probe.outcomeSince ? last : null;
}

/** Nothing is to be mended; who does not want to wait has the pods made anew. */
export function waitingSteps({ pods }: FailingHost): Step[] {
  const owned = pods.filter(({ owner }) => owner !== null);
  return [
    { say: 'Wait: each node tries again by itself, within 5 minutes' },
    ...owned.slice(0, 3).map(({ namespace, name }) => ({
      say: 'Or delete a pod, whose controller makes another, which tries at once',
      command: command`kubectl -n ${namespace} delete pod ${name}`,
    })),
  ];
}
