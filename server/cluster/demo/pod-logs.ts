import type { RawPod } from './raw-objects.ts';

/** What the containers of pods wrote before they last ended. Kept for the pods that are there. */
export interface PodLogs {
  /** The container of this pod has ended, and this was what it wrote: `{at}` stands for the time. */
  keep(pod: RawPod, lines: readonly string[], at: number): void;
  /** Null if none is kept. */
  previous(uid: string): readonly string[] | null;
}

// A bound for a demo that runs for months: many more than ever crash at once.
const MOST_LOGS = 64;

export function createPodLogs(): PodLogs {
  const logs = new Map<string, readonly string[]>();
  return {
    keep({ metadata }, lines, at) {
      const time = `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
      logs.delete(metadata.uid);
      logs.set(
        metadata.uid,
        lines.map((line) => line.replace('{at}', time)),
      );
      for (const oldest of logs.keys()) if (logs.size > MOST_LOGS) logs.delete(oldest);
    },
    previous: (uid) => logs.get(uid) ?? null,
  };
}
