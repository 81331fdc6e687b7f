import type { SourceView } from '#server/engine/snapshot.ts';
import type { SourceState } from '#shared/source.ts';
import type { SourceDeclaration } from './source-sink.ts';

/** How many reasons for beginning anew are told apart; others count as "other". */
const maxRestartReasons = 20;
/** Reasons can stand on the wall; what servers say can be long. */
const maxReasonLength = 300;

/** One source as the store keeps it; changed in place, seen from outside only as a `SourceView`. */
export interface SourceRecord {
  declaration: SourceDeclaration;
  state: SourceState;
  since: number;
  freshAt: number | null;
  staleAfterMs: number;
  reason: string;
  restarts: Record<string, number>;
}

/** A source that has just been declared: syncing, never fresh. */
export function newRecord(declaration: SourceDeclaration, now: number): SourceRecord {
  return {
    declaration,
    state: 'syncing',
    since: now,
    freshAt: null,
    staleAfterMs: declaration.staleAfterMs,
    reason: '',
    restarts: {},
  };
}

/** Takes up a new state; true if it or its reason differ. */
export function setState(record: SourceRecord, state: SourceState, reason: string, now: number): boolean {
  const bounded = reason.slice(0, maxReasonLength);
  if (record.state === state && record.reason === bounded) return false;
  if (record.state !== state) record.since = now;
  record.state = state;
  record.reason = bounded;
  return true;
}

/** Counts one more beginning anew. */
export function countRestart(record: SourceRecord, reason: string): void {
  const known = Object.hasOwn(record.restarts, reason) || Object.keys(record.restarts).length < maxRestartReasons;
  const name = known ? reason.slice(0, 100) : 'other';
  record.restarts = { ...record.restarts, [name]: (record.restarts[name] ?? 0) + 1 };
}

/**
 * True if its facts may be believed: a synced feed, or a probe that was run (whatever it found), young enough.
 * A moment in the future (our clock was set back) counts as now, else a dead stream would be believed for too long.
 */
export function isFresh(record: SourceRecord, now: number): boolean {
  if (record.freshAt === null) return false;
  if (record.freshAt > now) record.freshAt = now;
  const answers = record.declaration.role === 'probe' ? record.state !== 'absent' : record.state === 'synced';
  return answers && now - record.freshAt <= record.staleAfterMs;
}

/** The source as checks and the board see it at `now`. */
export function viewOf(record: SourceRecord, now: number): SourceView {
  const fresh = isFresh(record, now);
  const old = !fresh && record.state === 'synced' && record.freshAt !== null;
  return {
    name: record.declaration.name,
    role: record.declaration.role,
    state: old ? 'stale' : record.state,
    since: old ? (record.freshAt ?? 0) + record.staleAfterMs : record.since,
    freshAt: record.freshAt,
    fresh,
    ...(record.reason === '' ? {} : { reason: record.reason }),
    ...(Object.keys(record.restarts).length === 0 ? {} : { restarts: record.restarts }),
  };
}
