import type { Stretch } from '#shared/history.ts';

/** What an owner wants to know of the past: when it was not fine, or not known. A gap: nobody watched. */
export type RunLevel = 'bad' | 'warn' | 'unknown' | 'gap';

/** One time in which it was so, in epoch ms; `to` null while it lasts. */
export interface Run {
  level: RunLevel;
  from: number;
  to: number | null;
}

/** A restart takes less: it is not told of as a time in which nobody watched. */
const shortestGapMs = 60_000;

/** The times from `from` to `now` in which it was not fine or not known, oldest first. Time before the first stretch is a gap. */
export function pastRuns(stretches: readonly Stretch[], from: number, now: number): Run[] {
  const runs: Run[] = [];
  let reached = from;
  for (const stretch of stretches) {
    const begin = Math.max(stretch.from, from);
    const end = stretch.to === null ? now : Math.min(stretch.to, now);
    if (end <= begin) continue;
    if (begin - reached >= shortestGapMs) runs.push({ level: 'gap', from: reached, to: begin });
    const level = runLevel(stretch.level);
    if (level !== null) join(runs, { level, from: begin, to: stretch.to === null ? null : end });
    reached = Math.max(reached, end);
  }
  if (now - reached >= shortestGapMs) runs.push({ level: 'gap', from: reached, to: null });
  return runs;
}

function runLevel(level: Stretch['level']): RunLevel | null {
  return level === 'bad' || level === 'warn' || level === 'unknown' ? level : null;
}

/** Two of the same level with no more than a restart between them are one. */
function join(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  const near = last !== undefined && last.level === run.level && run.from - (last.to ?? run.from) < shortestGapMs;
  if (near) last.to = run.to;
  else runs.push(run);
}
