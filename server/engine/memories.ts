import type { Kept } from '#server/history/keeper.ts';
import type { Check } from './define-check.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How many subjects a check may remember: as many as an area lists, which is more workloads than a large cluster has. What is
 * remembered goes before what is new; what is beyond is judged by what its facts alone tell.
 */
const maxSubjects = 5_000;

type Memory = ReadonlyMap<string, unknown>;

/** What all checks remember of their subjects, of one cluster. */
export interface Memories {
  /** By the check's name; empty if it remembers nothing. */
  of(check: string): Memory;
  /** Runs the check's reducer. Subjects that are gone are forgotten, unless the check is `blind`: then they may only be unseen. */
  remember(check: Check, snapshot: Snapshot, elapsedMs: number, blind: boolean): Memory;
  /** As kept on disk; parts of checks whose memory has not changed are the same objects as before. */
  kept(): Kept['memories'];
}

/** Memories that begin with what was kept; what another version of a check has kept is dropped. */
export function createMemories(kept: Kept['memories'], checks: readonly Check[]): Memories {
  const byCheck = new Map<string, Memory>();
  const keptByCheck = new Map<string, Kept['memories'][string]>();
  for (const { check, remembers } of checks) {
    const before = kept[check];
    if (remembers === undefined || before?.version !== remembers.version) continue;
    byCheck.set(check, new Map(Object.entries(before.subjects)));
    keptByCheck.set(check, before);
  }

  return {
    of: (check) => byCheck.get(check) ?? new Map(),
    remember(check, snapshot, elapsedMs, blind) {
      const before = byCheck.get(check.check) ?? new Map<string, unknown>();
      if (check.remembers === undefined) return before;
      const after = remembered(check.remembers, before, snapshot, elapsedMs, blind);
      if (sameMemory(before, after)) return before;
      byCheck.set(check.check, after);
      keptByCheck.delete(check.check);
      return after;
    },
    kept() {
      for (const { check, remembers } of checks) {
        const memory = byCheck.get(check);
        if (remembers === undefined || memory === undefined || keptByCheck.has(check)) continue;
        keptByCheck.set(check, { version: remembers.version, subjects: Object.fromEntries(memory) });
      }
      return Object.fromEntries(keptByCheck);
    },
  };
}

function remembered(
  { subjects, remember }: NonNullable<Check['remembers']>,
  before: Memory,
  snapshot: Snapshot,
  elapsedMs: number,
  blind: boolean,
): Memory {
  const after = new Map<string, unknown>();
  const wanted = [...subjects(snapshot)];
  const bounded = wanted.length <= maxSubjects ? wanted : theKnownFirst(wanted, before).slice(0, maxSubjects);
  for (const subject of bounded) after.set(subject, remember(before.get(subject), subject, snapshot, elapsedMs));
  if (blind) {
    for (const [subject, memory] of before) {
      if (after.size < maxSubjects && !after.has(subject)) after.set(subject, memory);
    }
  }
  return after;
}

function theKnownFirst(subjects: readonly string[], before: Memory): string[] {
  return [...subjects.filter((each) => before.has(each)), ...subjects.filter((each) => !before.has(each))];
}

function sameMemory(before: Memory, after: Memory): boolean {
  if (before.size !== after.size) return false;
  for (const [subject, memory] of after) if (!Object.is(before.get(subject), memory)) return false;
  return true;
}
