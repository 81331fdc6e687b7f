import type { ServiceOutcome, ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Judged } from './judged.ts';
import { missesThatCount } from './service-limits.ts';

/** What the probes of one service have come to so far. */
export type ServiceState = Pick<
  ServiceProbeFact,
  | 'trouble'
  | 'message'
  | 'status'
  | 'server'
  | 'title'
  | 'misses'
  | 'askedAt'
  | 'upAt'
  | 'phases'
  | 'slowProbes'
  | 'address'
> & {
  /** Null until it was up, or missed twice. */
  outcome: ServiceOutcome | null;
  outcomeSince: number;
  /** What the last probes in a row came to, how many, and since when. */
  row: { outcome: ServiceOutcome; probes: number; since: number };
  /** When the first of the misses in a row was asked. */
  missedSince: number;
};

/**
 * What follows when a probe of `askedAt` came to `judged`; `before` null the first time. A good one counts at once. A miss
 * changes nothing but the count, the second in a row counts since the first, and so does what turns from one way of being
 * wrong to the other. Pure.
 */
export function nextServiceState(
  before: ServiceState | null,
  askedAt: number,
  judged: Judged,
  slowMs: number,
): ServiceState {
  const { outcome } = judged;
  const goesOn = before?.row.outcome === outcome;
  const row = goesOn ? { ...before.row, probes: before.row.probes + 1 } : { outcome, probes: 1, since: askedAt };
  if (outcome === 'up') return whenUp(before, askedAt, judged, slowMs, row);
  const misses = (before?.misses ?? 0) + 1;
  const missedSince = misses === 1 ? askedAt : (before?.missedSince ?? askedAt);
  const count = { row, misses, missedSince, askedAt };
  const wasDown = before !== null && before.outcome !== null && before.outcome !== 'up';
  const counts = misses >= missesThatCount && (!wasDown || before.outcome === outcome || row.probes >= missesThatCount);
  if (!counts) return { ...(before ?? nothingKnown(askedAt)), ...count };
  const since = wasDown ? row.since : missedSince;
  return {
    ...judged,
    ...count,
    phases: judged.status === null && outcome === 'down' ? (before?.phases ?? null) : judged.phases,
    outcomeSince: before?.outcome === outcome ? before.outcomeSince : since,
    upAt: before?.upAt ?? null,
    slowProbes: 0,
  };
}

function whenUp(
  before: ServiceState | null,
  askedAt: number,
  judged: Judged,
  slowMs: number,
  row: ServiceState['row'],
): ServiceState {
  const tookMs = judged.phases?.wholeMs ?? 0;
  return {
    ...judged,
    ...{ row, misses: 0, missedSince: askedAt, askedAt, upAt: askedAt },
    outcomeSince: before?.outcome === 'up' ? before.outcomeSince : askedAt,
    slowProbes: tookMs > slowMs ? (before?.slowProbes ?? 0) + 1 : 0,
  };
}

function nothingKnown(askedAt: number): Omit<ServiceState, 'row' | 'misses' | 'missedSince' | 'askedAt'> {
  return {
    ...{ outcome: null, outcomeSince: askedAt, trouble: '', message: '', status: null, server: '', title: '' },
    ...{ upAt: null, phases: null, slowProbes: 0, address: '' },
  };
}
