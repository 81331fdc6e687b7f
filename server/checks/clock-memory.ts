import type { Snapshot } from '#server/engine/snapshot.ts';
import { leaseOf, watching } from './heartbeat-memory.ts';

/** What is remembered of how a node's clock goes. */
export interface ClockMemory {
  /** As the node wrote it last, "" if it never did. */
  renewTime: string;
  /** How much the node's clock was ahead of ours when a renewal was seen to arrive, ms, the newest last. At most 7. */
  samples: readonly number[];
  /** When the last of them was seen (epoch ms), null if none was. */
  seenAt: number | null;
  /** What is said of it, ms in whole seconds: the same one while it moves by less than 2 s. Null while there are too few. */
  aheadMs: number | null;
  /** Whether a renewal would have been seen at once when this was worked out last, and when that was (epoch ms). */
  watching: boolean;
  judgedAt: number;
}

const mostSamples = 7;
const enoughSamples = 5;
const steadyMs = 2_000;
// A node that has not renewed for so long is dead, or hidden: how its clock goes is no longer known.
const tooOldMs = 60_000;
// Judged every second while we run: a longer gap means a restart, a sleeping machine, or that our own clock was set.
const nobodyWatchedMs = 10_000;

/** What to remember of a node's clock now. Pure; at most 300 bytes a node. */
export function rememberClock(before: ClockMemory | undefined, node: string, snapshot: Snapshot): ClockMemory {
  const { now } = snapshot;
  const lease = leaseOf(snapshot, node);
  const renewTime = (lease?.renewTime ?? '').slice(0, 64);
  const seen = { renewTime, watching: watching(snapshot), judgedAt: now };
  const gap = before === undefined ? Infinity : now - before.judgedAt;
  if (before === undefined || gap > nobodyWatchedMs || gap < 0) return { ...nothingSeen, ...seen };
  const renewed = renewTime !== '' && renewTime !== before.renewTime;
  // What is listed after a start or a gap was written some time before.
  const arrived = renewed && before.renewTime !== '' && before.watching && seen.watching;
  if (!arrived || lease === undefined || lease.renewedAt === null) {
    const isOld = before.seenAt !== null && now - before.seenAt > tooOldMs;
    return isOld ? { ...nothingSeen, ...seen } : { ...before, ...seen };
  }
  const samples = [...before.samples, lease.renewedAt - now].slice(-mostSamples);
  return { ...seen, samples, seenAt: now, aheadMs: steady(before.aheadMs, aheadOf(samples)) };
}

const nothingSeen = { samples: [], seenAt: null, aheadMs: null } as const;

/**
 * On its way a renewal can only be held up, by which the node's clock seems behind: of the samples the five that were held up
 * least count, and of these the median. Null if there are too few.
 */
export function aheadOf(samples: readonly number[]): number | null {
  if (samples.length < enoughSamples) return null;
  const least = samples.toSorted((a, b) => b - a).slice(0, enoughSamples);
  return least[Math.floor(enoughSamples / 2)] ?? null;
}

function steady(told: number | null, ahead: number | null): number | null {
  if (told !== null && ahead !== null && Math.abs(ahead - told) < steadyMs) return told;
  // Rounding may come to -0.
  return ahead === null ? null : Math.round(ahead / 1_000) * 1_000 + 0;
}
