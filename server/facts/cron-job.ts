import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { podTemplateOf, type PodTemplate } from './pod-template.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

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
  /** Of Longhorn's own CronJobs the RecurringJob they run, by their label `recurring-job.longhorn.io`; "" for all others. */
  longhornJob: string;
}

/** A raw CronJob as a fact; null if it has no name. */
export function cronJobFact(raw: unknown, source: string, intern: Intern = asItIs): CronJobFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const job = objectOf(objectOf(spec['jobTemplate'])['spec']);
  const { active } = status;
  return {
    ...identity,
    source,
    cron: intern(textOf(spec['schedule'], 200).trim()),
    timeZone: intern(textOf(spec['timeZone'], 64)) || null,
    suspended: spec['suspend'] === true,
    lastScheduledAt: meantTimeOf(status['lastScheduleTime']),
    lastSuccessAt: meantTimeOf(status['lastSuccessfulTime']),
    active: Array.isArray(active) ? active.length : 0,
    createdAt: meantTimeOf(metadata['creationTimestamp']),
    template: Object.keys(objectOf(job['template'])).length === 0 ? null : podTemplateOf(job, intern),
    backupOf: claimsNamed(objectOf(metadata['annotations'])[backupOf], identity.namespace, intern),
    longhornJob: intern(textOf(objectOf(metadata['labels'])['recurring-job.longhorn.io'], 63)),
  };
}

const backupOf = 'clusterwall.dev/backup-of';
const mostClaims = 20;

/** `gitea-data, other/claim` as keys of claims; what is no name is left out. */
function claimsNamed(value: unknown, namespace: string, intern: Intern): readonly string[] {
  const parts = textOf(value, 10_000).split(',', 200);
  const keys = parts.map((part) => part.trim()).filter((part) => /^[a-z0-9.-]+(?:\/[a-z0-9.-]+)?$/.test(part));
  const full = keys.map((key) => intern(textOf(key.includes('/') ? key : `${namespace}/${key}`, 507)));
  return [...new Set(full)].slice(0, mostClaims);
}
