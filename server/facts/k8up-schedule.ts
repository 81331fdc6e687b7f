import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { k8upTargetOf } from './k8up-target.ts';
import { keptOf } from './kept.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, objectOf, objectsOf, textOf, type Intern } from './read-raw.ts';

/** A Schedule of K8up: the claims of its namespace. Source: `/apis/k8up.io/v1/schedules`. */
export interface K8upScheduleFact extends FactHead {
  namespace: string;
  name: string;
  /** Of backups, as it was worked out (`@daily-random` becomes a real one in the status, and stays as it is until then); "" if it makes none. */
  cron: string;
  /** K8up of 2026 knows no such thing; true where one says `suspend`. */
  paused: boolean;
  /** Of the backend, without what may be secret: `s3:https://host/bucket`; "" if none is named. */
  target: string;
  /** How many its prune keeps for certain (its largest number: one backup may be the last, the day's and the week's), null if there is none that counts. */
  keeps: number | null;
  createdAt: number | null;
}

/** A raw Schedule of K8up as a fact; null if it has no name. */
export function k8upScheduleFact(raw: unknown, source: string, intern: Intern = asItIs): K8upScheduleFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const backup = objectOf(spec['backup']);
  const written = textOf(backup['schedule'], 200).trim();
  const effective = objectsOf(objectOf(objectOf(raw)['status'])['effectiveSchedules'], 16);
  const drawn = effective.find(({ jobType }) => jobType === 'backup')?.['generatedSchedule'];
  const own = k8upTargetOf(objectOf(backup['backend']));
  return {
    ...identity,
    source,
    cron: intern(written.endsWith('-random') ? textOf(drawn, 200) || written : written),
    paused: spec['suspend'] === true || backup['suspend'] === true,
    target: intern(own || k8upTargetOf(objectOf(spec['backend']))),
    keeps: keptOf(objectOf(objectOf(spec['prune'])['retention']), retention),
    createdAt: meantTimeOf(metadata['creationTimestamp']),
  };
}

const retention = ['keepLast', 'keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'];
