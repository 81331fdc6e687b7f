import type { Kept } from '#server/history/keeper.ts';
import type { Meaning } from '#shared/finding.ts';
import type { Check } from './define-check.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How many subjects a check may remember: as many as an area lists, which is more workloads than a large cluster has. What has an
 * open finding goes before all else, then what is remembered before what is new, then what is gone, the longest gone last; what is
 * beyond is judged by what its facts alone tell.
 */
const maxSubjects = 5_000;

type Memory = ReadonlyMap<string, unknown>;

/** What all checks remember of their subjects, of one cluster. */
export interface Memories {
  /** By the check's name; empty if it remembers nothing. */
  of(check: string): Memory;
  /**
   * Runs the check's reducer. Subjects that are gone are forgotten, unless the check keeps them or is `blind`: then they may only
   * be unseen. `open` gives those with an open finding; it is asked only where there are too many.
   */
  remember(check: Check, look: Look): Memory;
  /** What the check makes of its memory of a subject whose finding was acknowledged; nothing where it remembers nothing of it. */
  acknowledge(check: Check, subject: string, meaning: Meaning, at: number): void;
  /** As kept on disk; parts of checks whose memory has not changed are the same objects as before. */
  kept(): Kept['memories'];
}

/** By what a check remembers: the snapshot, the time since its last judgement (ms), and which subjects have an open finding. */
export interface Look {
  snapshot: Snapshot;
  elapsedMs: number;
  blind: boolean;
  open?: () => ReadonlySet<string>;
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

  function replace({ check }: Check, after: Memory): void {
    byCheck.set(check, after);
    keptByCheck.delete(check);
  }

  return {
    of: (check) => byCheck.get(check) ?? new Map(),
    remember(check, look) {
      const before = byCheck.get(check.check) ?? new Map<string, unknown>();
      if (check.remembers === undefined) return before;
      const after = remembered(check.remembers, before, look);
      if (sameMemory(before, after)) return before;
      replace(check, after);
      return after;
    },
    acknowledge(check, subject, meaning, at) {
      const before = byCheck.get(check.check);
      if (check.remembers?.acknowledged === undefined || before?.has(subject) !== true) return;
      const after = check.remembers.acknowledged(before.get(subject), meaning, at);
      replace(check, new Map(before).set(subject, after));
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

function remembered(remembers: NonNullable<Check['remembers']>, before: Memory, look: Look): Memory {
  const { snapshot, elapsedMs } = look;
  const wanted = new Set(remembers.subjects(snapshot));
  const gone = keptOfGone(remembers, before, wanted, look);
  const all = [...wanted, ...gone];
  const after = new Map<string, unknown>();
  for (const subject of all.length <= maxSubjects ? all : theFirst(all, wanted, before, look)) {
    const memory = before.get(subject);
    after.set(subject, wanted.has(subject) ? remembers.remember(memory, subject, snapshot, elapsedMs) : memory);
  }
  return after;
}

/** Those of whom no more is seen and that are remembered all the same, the longest gone last: what is there stands before them. */
function keptOfGone(
  { keeps }: NonNullable<Check['remembers']>,
  before: Memory,
  wanted: ReadonlySet<string>,
  { snapshot, blind }: Look,
): string[] {
  if (!blind && keeps === undefined) return [];
  return [...before]
    .filter(([subject, memory]) => !wanted.has(subject) && (blind || keeps?.(memory, snapshot) === true))
    .map(([subject]) => subject);
}

function theFirst(subjects: string[], wanted: ReadonlySet<string>, before: Memory, { open }: Look): string[] {
  const opened = open?.() ?? new Set();
  const rank = (subject: string) => {
    if (before.has(subject) && opened.has(subject)) return 0;
    if (!wanted.has(subject)) return 3;
    return before.has(subject) ? 1 : 2;
  };
  return subjects.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxSubjects);
}

function sameMemory(before: Memory, after: Memory): boolean {
  if (before.size !== after.size) return false;
  for (const [subject, memory] of after) if (!Object.is(before.get(subject), memory)) return false;
  return true;
}
