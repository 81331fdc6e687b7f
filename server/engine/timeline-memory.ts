import type { Kept } from '#server/history/keeper.ts';

/** Under this name what the timeline compares with is kept beside what checks remember. */
export const timelineName = 'timeline';
const version = 1;
const mostWorkloads = 5_000;
// Nodes are never without room because of workloads.
const mostSubjects = mostWorkloads + 1_000;

/** What the timeline compares with, by subject (`Node/nuc0`, `Deployment/media/jellyfin`): reboots and moves happen while the wall is off. */
export interface TimelineMemory {
  get(subject: string): unknown;
  /** Small and JSON-able. A new one that finds no room is not remembered: 5,000 for workloads, 1,000 more for all else. */
  set(subject: string, record: object): void;
  forget(subject: string): void;
  /** Where there is none left, workloads that are not `needed` are forgotten. */
  makeRoom(needed: (subject: string) => boolean): void;
  subjects(): Iterable<string>;
  /** As kept on disk; the same object while nothing changes. */
  kept(): Kept['memories'][string];
}

/** A memory that begins with what was kept, if anything was. */
export function createTimelineMemory(before: Kept['memories'][string] | undefined): TimelineMemory {
  const records = new Map<string, unknown>(before?.version === version ? Object.entries(before.subjects) : []);
  let kept: Kept['memories'][string] | null = null;

  return {
    get: (subject) => records.get(subject),
    set(subject, record) {
      const most = isWorkload(subject) ? mostWorkloads : mostSubjects;
      if (!records.has(subject) && records.size >= most) return;
      records.set(subject, record);
      kept = null;
    },
    forget(subject) {
      if (records.delete(subject)) kept = null;
    },
    makeRoom(needed) {
      if (records.size < mostWorkloads) return;
      const before = records.size;
      for (const subject of records.keys()) if (isWorkload(subject) && !needed(subject)) records.delete(subject);
      if (records.size < before) kept = null;
    },
    subjects: () => records.keys(),
    kept() {
      kept ??= { version, subjects: Object.fromEntries(records) };
      return kept;
    },
  };
}

/** `Deployment/media/jellyfin`; nodes and the cluster have no namespace. */
function isWorkload(subject: string): boolean {
  return subject.indexOf('/') !== subject.lastIndexOf('/');
}
