import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LeaseFact } from '#server/facts/lease.ts';

/** What is remembered of one node's heartbeat. Times epoch ms of our own clock. */
export interface HeartbeatMemory {
  /** As the node wrote it when last seen, "" if it never was: compared for change only, since clocks differ. */
  renewTime: string;
  /** How many renewals we saw happen, up to `enoughRenewals`. */
  renewals: number;
  /** When we saw it renew last, null if we never did. */
  seenAt: number | null;
  /** How long it has not renewed in time in which we would have seen it. */
  silentMs: number;
  /** `now - silentMs`, held still while nothing keeps us from watching, so that sentences do not flicker. */
  silentFrom: number;
  /** When this was last worked out: a gap means that nobody watched. */
  judgedAt: number;
}

/** Two renewals seen show that a node does renew, and that its lease is no leftover. */
export const enoughRenewals = 2;

// Our requests go out every 3 s: if the last answer is older than two of them, the API may already be gone without our
// knowing, and silence since then says nothing about nodes.
const answeredLatelyMs = 6_000;
// Kubelets renew every 10 s. One that was in time when we went blind starts anew afterwards: it needs time to connect
// again, and must not be blamed for a dead etcd. One that was late before stays late.
const inTimeMs = 18_000;
// Judged every few seconds while we run: a longer gap means a restart or a sleeping machine.
const nobodyWatchedMs = 60_000;
const steadyMs = 1_500;

/** The lease of a node, undefined if it has none. */
export function leaseOf(snapshot: Snapshot, node: string): LeaseFact | undefined {
  const leases = snapshot.facts('lease');
  const usual = leases.get(`kube-node-lease/${node}`);
  return usual?.node === node ? usual : [...leases.values()].find((lease) => lease.node === node);
}

/** What to remember of a node's heartbeat now. Pure; at most 250 bytes a node. */
export function rememberHeartbeat(
  before: HeartbeatMemory | undefined,
  node: string,
  snapshot: Snapshot,
  elapsedMs: number,
): HeartbeatMemory {
  const { now } = snapshot;
  const renewTime = (leaseOf(snapshot, node)?.renewTime ?? '').slice(0, 64);
  if (before === undefined) return { renewTime, renewals: 0, seenAt: null, ...heard(now) };
  if (renewTime !== '' && renewTime !== before.renewTime) {
    // What was renewed while nobody watched may have been long ago: it counts as the first look.
    const seen = before.renewTime !== '' && now - before.judgedAt <= nobodyWatchedMs;
    const renewals = seen ? Math.min(before.renewals + 1, enoughRenewals) : 0;
    return { renewTime, renewals, seenAt: seen ? now : null, ...heard(now) };
  }
  const silentMs = silence(before.silentMs, watching(snapshot), elapsedMs);
  const from = now - silentMs;
  const silentFrom = Math.abs(from - before.silentFrom) < steadyMs ? before.silentFrom : from;
  return { ...before, silentMs, silentFrom, judgedAt: now };
}

/** True while a renewal would be seen: the leases are fresh, and the API was ready a moment ago. */
export function watching(snapshot: Snapshot): boolean {
  if (snapshot.facts('apiDoor').get('api')?.outcome !== 'ready') return false;
  // By the source, not by the fact: a fact that stays the same is not told anew with every answer.
  const door = snapshot.sources.get('api-door');
  const answeredAt = door?.fresh === true ? door.freshAt : null;
  if (answeredAt === null || snapshot.now - answeredAt > answeredLatelyMs) return false;
  return snapshot.sources.get('leases')?.fresh === true;
}

function heard(now: number): Pick<HeartbeatMemory, 'silentMs' | 'silentFrom' | 'judgedAt'> {
  return { silentMs: 0, silentFrom: now, judgedAt: now };
}

function silence(beforeMs: number, watched: boolean, elapsedMs: number): number {
  if (watched) return beforeMs + elapsedMs;
  return beforeMs < inTimeMs ? 0 : beforeMs;
}
