import type { Snapshot } from '#server/engine/snapshot.ts';
import { freshFact } from './fresh-fact.ts';

/** Whose clock is wrong where ours and the API's differ, and how many nodes bear witness. Two clocks alone cannot tell. */
export interface WhoseClock {
  wrong: 'ours' | 'theirs' | 'not known';
  witnesses: number;
}

// Kubelets write the time into their lease every 10 s, and leases of nodes that live are at most 40 s old.
const writtenBeforeMs = 45_000;
const aheadMs = 10_000;

/**
 * By the nodes' own clocks where their leases are live: one node alone may be the API's machine. Without them by the API's
 * certificate, which nobody can have issued at a time that is still to come.
 */
export function whoseClock(snapshot: Snapshot, apiAheadMs: number): WhoseClock {
  const { now } = snapshot;
  const isLive = snapshot.sources.get('leases')?.fresh === true;
  const times = isLive ? [...snapshot.facts('lease').values()].flatMap(({ renewedAt }) => renewedAt ?? []) : [];
  const agreeing = (there: number) => times.filter((at) => at > there - writtenBeforeMs && at < there + aheadMs).length;
  const withApi = agreeing(now + apiAheadMs);
  const withUs = agreeing(now);
  if (withApi >= 2 && withApi > withUs) return { wrong: 'ours', witnesses: withApi };
  if (withUs >= 2 && withUs > withApi) return { wrong: 'theirs', witnesses: withUs };
  const issuedAt = freshFact(snapshot, 'apiHandshake', 'api')?.notBefore ?? null;
  const isToCome = issuedAt !== null && issuedAt > now && issuedAt <= now + apiAheadMs;
  return { wrong: isToCome ? 'ours' : 'not known', witnesses: 0 };
}
