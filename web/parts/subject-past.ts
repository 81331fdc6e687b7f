import type { PastFinding, Stretch, Uptime } from '#shared/history.ts';

/** What is told of the past of an area or a finding; each part empty before its first answer. */
export interface SubjectPast {
  /** Of the last 30 days, oldest first. */
  stretches: Stretch[];
  /** Of the last 24 h, 7 d and 30 d; of an area only. */
  uptime: Uptime[];
  /** Of the last 30 days, newest first, those that last too. */
  episodes: PastFinding[];
  /** Why the episodes cannot be told, null if they can. */
  trouble: string | null;
}

/** How far back it is told. */
export const pastDays = 30;
