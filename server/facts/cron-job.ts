import type { FactHead } from './fact.ts';
import type { PodTemplate } from './pod-template.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A CronJob. Source: `/apis/batch/v1/cronjobs`. Times epoch ms. */
export interface CronJobFact extends FactHead {
  namespace: string;
  name: string;
  cron: string;
  /** IANA name, null where not said: that of the controller counts. */
  timeZone: string | null;
  suspended: boolean;
  lastScheduledAt: number | null;
  /** Null until the first success. */
  lastSuccessAt: number | null;
  /** How many run now. */
  active: number;
  createdAt: number | null;
  template: PodTemplate | null;
  /** `clusterwall.dev/backup-of: gitea-data` (or `namespace/gitea-data`, several by commas), as `namespace/name`, at most 20. */
  backupOf: readonly string[];
  /** `backup` or `snapshot` etc. of Longhorn's own CronJobs are told by the label `recurring-job.longhorn.io`, "" for all others. */
  longhornJob: string;
}

/** A raw CronJob as a fact; null if it has no name. */
export function cronJobFact(raw: unknown, source: string, intern: Intern = asItIs): CronJobFact | null {
  void [raw, source, intern];
  return null;
}
