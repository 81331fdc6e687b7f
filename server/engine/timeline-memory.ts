import type { Kept } from '#server/history/keeper.ts';

/** Under this name what the timeline compares with is kept beside what checks remember. */
export const timelineName = 'timeline';
const version = 1;
const mostSubjects = 5_000;

/** What the timeline compares with, by subject (`Node/nuc0`, `Deployment/media/jellyfin`): reboots and moves happen while the wall is off. */
export interface TimelineMemory {
  get(subject: string): unknown;
  /** Small and JSON-able. Where there are 5,000 a new one finds room only if one of those that are not `needed` can go. */
  set(subject: string, record: object, needed: (subject: string) => boolean): void;
  forget(subject: string): void;
  subjects(): Iterable<string>;
  /** As kept on disk; the same object while nothing changes. */
  kept(): Kept['memories'][string];
}

/** A memory that begins with what was kept, if anything was. */
export function createTimelineMemory(before: Kept['memories'][string] | undefined): TimelineMemory {
  const records = new Map<string, unknown>(before?.version === version ? Object.entries(before.subjects) : []);
  let kept: Kept['memories'][string] | null = null;

  function hasRoom(needed: (subject: string) => boolean): boolean {
    if (records.size < mostSubjects) return true;
    for (const subject of records.keys()) if (!needed(subject)) return records.delete(subject);
    return false;
  }

  return {
    get: (subject) => records.get(subject),
    set(subject, record, needed) {
      if (!records.has(subject) && !hasRoom(needed)) return;
      records.set(subject, record);
      kept = null;
    },
    forget(subject) {
      if (records.delete(subject)) kept = null;
    },
    subjects: () => records.keys(),
    kept() {
      kept ??= { version, subjects: Object.fromEntries(records) };
      return kept;
    },
  };
}
