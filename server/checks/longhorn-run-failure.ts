import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LonghornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import type { BackupPlan } from './backup-view.ts';
import { cronJobFailure } from './cron-job-failure.ts';

/** That a recurring job did not end well, which it does not say itself: by the CronJob that Longhorn makes of it. */
export function longhornRunFailure(
  { namespace, name }: LonghornRecurringJobFact,
  snapshot: Snapshot,
): BackupPlan['lastFailure'] {
  const cronJob = snapshot.facts('cronJob').get(`${namespace}/${name}`);
  return cronJob?.longhornJob === name ? cronJobFailure(cronJob, snapshot.now) : null;
}
