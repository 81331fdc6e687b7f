import type { Check } from '#server/engine/define-check.ts';
import type { SnapshotParts } from '#test/builders/snapshot.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { theVerdict } from '#test/builders/judged.ts';
import { noon } from '#test/builders/time.ts';

/** Judges a check that remembers by a play of moments (ms after noon): the verdict of the last of them. */
export function played(check: Check, moments: readonly (readonly [afterMs: number, parts: SnapshotParts])[]) {
  let memory = new Map<string, unknown>();
  let last = noon;
  let verdict: ReturnType<typeof theVerdict> | undefined;
  for (const [afterMs, parts] of moments) {
    const snapshot = aSnapshot({ now: noon + afterMs, ...parts });
    const subjects = [...(check.remembers?.subjects(snapshot) ?? [])];
    const elapsedMs = Math.min(5_000, snapshot.now - last);
    memory = new Map(
      subjects.map((id) => [id, check.remembers?.remember(memory.get(id) as never, id, snapshot, elapsedMs)]),
    );
    last = snapshot.now;
    verdict = theVerdict(check, snapshot, { memory });
  }
  if (verdict === undefined) throw new Error('a play without moments');
  return verdict;
}
