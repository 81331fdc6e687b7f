import type { RegistryComponent, RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { RegistryAnswer } from './registry-answer.ts';
import { missesThatCount, type RegistryLimits } from './registry-limits.ts';

/** What the askings of one registry have come to so far. */
export type RegistryState = Pick<
  RegistryProbeFact,
  | 'outcome'
  | 'outcomeSince'
  | 'trouble'
  | 'message'
  | 'status'
  | 'misses'
  | 'askedAt'
  | 'upAt'
  | 'latencyMs'
  | 'login'
  | 'components'
  | 'unhealthySince'
  | 'limitedSince'
  | 'address'
> & {
  /** False of one that was never seen and missed once: nothing is told of it yet. */
  known: boolean;
  /** When the first of the present row of misses was asked, and why there was no answer to the last one. */
  missedSince: number | null;
  missed: RegistryAnswer['trouble'];
  /** Harbor's components that were unhealthy in the last answer, each with the time of the first such answer in a row. */
  unhealthy: ReadonlyMap<string, number>;
};

/** What one look at a registry brought. `components`: Harbor's, null where its health could not be read or it is none. */
export interface RegistryLook {
  answer: RegistryAnswer;
  components: readonly RegistryComponent[] | null;
}

/**
 * What follows when a look of `askedAt` brought that; `before` null the first time. One miss changes nothing but `misses`, and
 * of one that was never seen it is not even told. A component is unhealthy once two answers in a row say so. Pure.
 */
export function nextRegistryState(
  before: RegistryState | null,
  askedAt: number,
  { answer, components }: RegistryLook,
): RegistryState {
  const health = nextHealth(before, askedAt, components);
  const { alive, ...told } = answer;
  if (alive) {
    const wasUp = before?.known === true && before.outcome === 'up';
    return {
      ...{ ...told, ...health, known: true, outcome: 'up', outcomeSince: wasUp ? before.outcomeSince : askedAt },
      ...{ misses: 0, missedSince: null, missed: '', askedAt, upAt: askedAt },
      limitedSince: answer.trouble === 'limited' ? (before?.limitedSince ?? askedAt) : null,
    };
  }
  const misses = (before?.misses ?? 0) + 1;
  const missedSince = before?.missedSince ?? askedAt;
  const missing = { misses, missedSince, missed: answer.trouble, askedAt };
  if (misses < missesThatCount && before !== null) return { ...before, ...health, ...missing };
  return {
    ...{ ...told, ...health, ...missing, outcome: 'down', outcomeSince: missedSince },
    // A login is known until another answer comes.
    ...{ known: misses >= missesThatCount, login: before?.login ?? 'unknown' },
    ...{ upAt: before?.upAt ?? null, latencyMs: answer.latencyMs ?? before?.latencyMs ?? null },
    limitedSince: before?.limitedSince ?? null,
  };
}

/** How long after the beginning of the last look the next one is due, ms. Pure. */
export function nextLookInMs(
  state: RegistryState,
  tookMs: number,
  everyMs: number,
  limits: Pick<RegistryLimits, 'againMs' | 'againSilentMs' | 'limitedMs'>,
): number {
  const isFirstMiss = state.misses > 0 && state.misses < missesThatCount;
  if (isFirstMiss) return tookMs + (isSilent(state.missed) ? limits.againSilentMs : limits.againMs);
  const suspects = state.unhealthy.size > 0 && state.unhealthySince === null;
  if (suspects && state.misses === 0) return tookMs + limits.againMs;
  return Math.max(state.limitedSince === null ? everyMs : Math.max(everyMs, limits.limitedMs), tookMs);
}

/** Whoever takes the whole limit to say nothing has waited enough. */
function isSilent(trouble: RegistryAnswer['trouble']): boolean {
  return trouble === 'silent' || trouble === 'timeout';
}

function nextHealth(
  before: RegistryState | null,
  askedAt: number,
  components: RegistryLook['components'],
): Pick<RegistryState, 'components' | 'unhealthySince' | 'unhealthy'> {
  if (components === null) {
    const { components: known = [], unhealthySince = null, unhealthy = new Map() } = before ?? {};
    return { components: known, unhealthySince, unhealthy };
  }
  const suspected = before?.unhealthy ?? new Map<string, number>();
  const ill = components.filter(({ healthy }) => !healthy);
  const confirmed = ill.flatMap(({ name }) => suspected.get(name) ?? []);
  return {
    // What is said for the first time is not yet so.
    components: components.map((each) => {
      return each.healthy || suspected.has(each.name) ? each : { ...each, healthy: true, error: '' };
    }),
    unhealthySince: confirmed.length === 0 ? null : Math.min(...confirmed),
    unhealthy: new Map(ill.map(({ name }) => [name, suspected.get(name) ?? askedAt])),
  };
}
