import type { CronJobFact } from '#server/facts/cron-job.ts';
import type { BackupPlan } from './backup-view.ts';

// Between its end and what the controller writes of it there are seconds, on a loaded machine minutes.
const settlesMs = 10 * 60_000;

/** That the last run of a CronJob has ended, and not well: it was begun after the last success, and none runs. Null if it was not. */
export function cronJobFailure(
  { lastScheduledAt, lastSuccessAt, active }: CronJobFact,
  now: number,
): BackupPlan['lastFailure'] {
  if (lastScheduledAt === null || active > 0 || now - lastScheduledAt <= settlesMs) return null;
  if (lastSuccessAt !== null && lastSuccessAt >= lastScheduledAt) return null;
  return { at: lastScheduledAt, why: 'its job did not end well' };
}
