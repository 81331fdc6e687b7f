import type { Effect, Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { subjectId } from '#shared/finding.ts';
import { perSnapshot } from './per-snapshot.ts';
import { entranceIdOf } from './service-entrances.ts';
import { longestPhase } from './service-evidence.ts';
import { probeOf } from './service-subject.ts';

/** The keys of those that have the same trouble for the same reason, by name; a probe's own alone where there are no others. */
export type Alike = (probe: ServiceProbeFact, snapshot: Snapshot) => readonly string[];

/** Of several with the same trouble the first by name explains the others, and says how many they are. */
export function explainsAlike(check: string, alike: Alike): Explains {
  const about = (effect: Effect, snapshot: Snapshot): string | null => {
    const probe = probeOf(effect, snapshot);
    const [first] = probe === undefined ? [] : alike(probe, snapshot);
    return first === undefined || first === probe?.key ? null : first;
  };
  return {
    checks: [check],
    countedInWords: true,
    about,
    when: (cause, effect, snapshot) => about(effect, snapshot) === subjectId(cause.subject),
  };
}

/** Those that are slow in the same part of the way: DNS is asked by all, what comes after that through the same entrance. */
export const slowAlike: Alike = (probe, snapshot) => {
  const reason = slowReason(probe, snapshot);
  return (reason === null ? undefined : slow(snapshot).get(reason)) ?? [probe.key];
};

const slow = perSnapshot((snapshot) => byReason(snapshot, slowReason));

function slowReason(probe: ServiceProbeFact, snapshot: Snapshot): string | null {
  const { phases, slowProbes, outcome } = probe;
  const longest = phases === null ? null : longestPhase(phases);
  // Not known how many probes are slow enough: the settings of the check do. Two are no chance.
  if (longest === null || slowProbes < 2 || outcome !== 'up') return null;
  if (longest.words === 'DNS') return longest.words;
  const entrance = entranceIdOf(probe, snapshot);
  return entrance === null || !['connecting', 'TLS'].includes(longest.words) ? null : `${longest.words} ${entrance}`;
}

/** The keys of probes by why they are in trouble, each list by name. */
export function byReason(
  snapshot: Snapshot,
  reasonOf: (probe: ServiceProbeFact, snapshot: Snapshot) => string | null,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const probe of snapshot.facts('serviceProbe').values()) {
    const reason = reasonOf(probe, snapshot);
    if (reason === null) continue;
    const keys = groups.get(reason) ?? [];
    groups.set(reason, keys);
    keys.push(probe.key);
  }
  for (const keys of groups.values()) keys.sort();
  return groups;
}
