import type { Snapshot } from '#server/engine/snapshot.ts';
import { outageOf } from './entrance-outage.ts';
import { entranceStates, type EntranceState } from './entrance-state.ts';
import { isUp } from './service-series.ts';

/** What is remembered of an entrance: what was seen of it when it was down, and since when it is back (epoch ms), null while it is not. */
export interface EntranceMemory {
  down: 'no' | 'pods' | 'door';
  backAt: number | null;
}

/** Every service is asked once in a round, or at the pace of its owner; who has not been asked by then tells for itself. */
const mostWaitMs = 120_000;

const fine: EntranceMemory = { down: 'no', backAt: null };
const downByPods: EntranceMemory = { down: 'pods', backAt: null };
const downAtDoor: EntranceMemory = { down: 'door', backAt: null };

/** Remembers whether an entrance is down, or was a moment ago. The same object while nothing changes. */
export function rememberEntrance(before = fine, id: string, snapshot: Snapshot): EntranceMemory {
  const state = entranceStates(snapshot).get(id);
  if (state === undefined) return before;
  if (state.is === 'no-pods' || state.is === 'scaled') return same(before, downByPods);
  if (state.is === 'closed' && !isBackByPods(state, before, snapshot)) return same(before, downAtDoor);
  if (before.down === 'no') return before;
  const after = before.backAt === null ? { ...before, backAt: snapshot.now } : before;
  return yetToAnswer(state, after, snapshot.now) === 0 ? fine : after;
}

function same(before: EntranceMemory, after: EntranceMemory): EntranceMemory {
  return before.down === after.down && before.backAt === after.backAt ? before : after;
}

/** Its pods are ready again, and nothing that was asked since then says that nobody gets through. */
function isBackByPods(state: EntranceState, { down, backAt }: EntranceMemory, snapshot: Snapshot): boolean {
  const { entrance, pods } = state;
  if (down !== 'pods' || !pods.seen || pods.ready === 0) return false;
  const since = backAt ?? snapshot.now;
  const asked = entrance.probes.filter(({ askedAt }) => askedAt >= since);
  return outageOf({ ...entrance, probes: asked }, snapshot) === null && waitingFor(state, since, snapshot.now) > 0;
}

/**
 * How many services were last asked before the entrance was back, and failed: nobody knows of them yet. 0 once all were asked,
 * or should have been; null while it is down.
 */
export function yetToAnswer(state: EntranceState, { down, backAt }: EntranceMemory, now: number): number | null {
  if (down === 'no') return 0;
  return backAt === null ? null : waitingFor(state, backAt, now);
}

function waitingFor({ entrance }: EntranceState, backAt: number, now: number): number {
  if (now - backAt > mostWaitMs) return 0;
  return entrance.probes.filter((probe) => !isUp(probe) && probe.askedAt < backAt).length;
}
