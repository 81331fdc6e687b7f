import type { Snapshot } from '#server/engine/snapshot.ts';
import { outageOf } from './entrance-outage.ts';
import { entranceStates, type EntranceState } from './entrance-state.ts';
import { isUp } from './service-series.ts';

/** What is remembered of an entrance that was down (times epoch ms): by what that was seen, since when, and since when it is back. */
export interface EntranceMemory {
  down: 'no' | 'pods' | 'door';
  /** When it was first seen down; the same while it only comes back for moments. Null if it is not down. */
  downAt: number | null;
  /** Null while it is down, or was not. */
  backAt: number | null;
}

/** How it came back: what is to be seen before it is over. */
export interface EntranceReturn {
  /** How many services were last asked before that, and failed: nobody knows of them yet. */
  waiting: number;
  /** It has stayed so for long enough to believe it. */
  steady: boolean;
  /** How long it was down, ms. */
  wasDownMs: number;
  /** Somebody was reached through it since. */
  answered: boolean;
}

/** A pod that crashes again and again is ready for a second or two each time. */
export const steadyMs = 20_000;

/** Every service is asked once in a round, or at the pace of its owner; who has not been asked by then tells for itself. */
const mostWaitMs = 120_000;

const fine: EntranceMemory = { down: 'no', downAt: null, backAt: null };

/** Remembers whether an entrance is down, or was a moment ago. The same object while nothing changes. */
export function rememberEntrance(before = fine, id: string, snapshot: Snapshot): EntranceMemory {
  const state = entranceStates(snapshot).get(id);
  if (state === undefined) return before;
  if (state.is === 'no-pods' || state.is === 'scaled') return falling(before, 'pods', snapshot.now);
  if (state.is === 'closed' && !isBackByPods(state, before, snapshot)) return falling(before, 'door', snapshot.now);
  if (before.down === 'no') return before;
  const after = before.backAt === null ? { ...before, backAt: snapshot.now } : before;
  const back = returnOf(state, after, snapshot.now);
  return back === null || (back.steady && back.waiting === 0) ? fine : after;
}

function falling(before: EntranceMemory, down: 'pods' | 'door', now: number): EntranceMemory {
  if (before.down === down && before.backAt === null) return before;
  return { down, downAt: before.downAt ?? now, backAt: null };
}

/** Its pods are ready again, and nothing that was asked since then says that nobody gets through. */
function isBackByPods(state: EntranceState, { down, backAt }: EntranceMemory, snapshot: Snapshot): boolean {
  const { entrance, pods } = state;
  if (down !== 'pods' || !pods.seen || pods.ready === 0) return false;
  const since = backAt ?? snapshot.now;
  const asked = entrance.probes.filter(({ askedAt }) => askedAt >= since);
  return outageOf({ ...entrance, probes: asked }, snapshot) === null && waitingFor(state, since, snapshot.now) > 0;
}

/** How an entrance came back that was down; null while it is down, or was not. */
export function returnOf(state: EntranceState, { downAt, backAt }: EntranceMemory, now: number): EntranceReturn | null {
  if (backAt === null) return null;
  return {
    waiting: waitingFor(state, backAt, now),
    steady: now - backAt >= steadyMs,
    wasDownMs: backAt - (downAt ?? backAt),
    answered: state.entrance.probes.some((probe) => isUp(probe) && probe.askedAt >= backAt),
  };
}

function waitingFor({ entrance }: EntranceState, backAt: number, now: number): number {
  if (now - backAt > mostWaitMs) return 0;
  return entrance.probes.filter((probe) => !isUp(probe) && probe.askedAt < backAt).length;
}
