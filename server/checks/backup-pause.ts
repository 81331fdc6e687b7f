import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { longhornJobsOf, longhornKey, longhornPausedGroup } from './backups-of-longhorn.ts';
import { seemingBackups } from './backups-of-cronjobs.ts';
import { plansOf, type BackupPlan, type Covered } from './backup-view.ts';
import { longhornClaims } from './longhorn-claims.ts';

/** More are not read by anybody in a hurry. */
const mostSteps = 6;

/**
 * How to stop all that would overwrite the good backups of a claim, the least harm first: of its Longhorn volume alone, then what
 * stops a plan as a whole, then CronJobs that only look as if they made backups. What is paused already is left out; empty if
 * nothing is known to make any.
 */
export function pauseStepsOf(covered: Covered, snapshot: Snapshot): Step[] {
  const plans = plansOf(covered, snapshot).filter(isRunning);
  const alone = pauseOfVolume(covered, plans, snapshot);
  const seeming = seemingBackups(covered, snapshot).filter(isRunning);
  return [
    ...(alone === null ? [] : [alone]),
    ...plans.map(({ pause }) => pause),
    ...seeming.map(({ pause: { say, ...rest } }) => ({
      say: `${say}: it mounts this volume, and may back it up`,
      ...rest,
    })),
  ].slice(0, mostSteps);
}

function isRunning({ paused }: BackupPlan): boolean {
  return !paused;
}

/** A volume without any such label falls back into the group default: it is put into one that no job is of. */
function pauseOfVolume(covered: Covered, plans: readonly BackupPlan[], snapshot: Snapshot): Step | null {
  const volume = longhornClaims(snapshot).volumeOf.get(covered);
  if (volume === undefined) return null;
  const running = new Set(plans.map(({ key }) => key));
  const jobs = longhornJobsOf(volume, snapshot).filter(({ namespace, name }) =>
    running.has(longhornKey(namespace, name)),
  );
  if (jobs.length === 0) return null;
  const groups = new Set(jobs.flatMap((job) => job.groups));
  const leaves = [
    ...volume.jobs.filter((name) => jobs.some((job) => job.name === name)).map((name) => `${jobLabel}/${name}-`),
    ...[...new Set(['default', ...volume.groups])]
      .filter((group) => groups.has(group))
      .map((name) => `${groupLabel}/${name}-`),
  ];
  const labels = [`${groupLabel}/${longhornPausedGroup}=enabled`, ...leaves]
    .map((label) => command`${label}`)
    .join(' ');
  const claim = snapshot.facts('persistentVolumeClaim').get(covered);
  const isSource = claim?.labels[`${jobLabel}/source`] === 'enabled';
  const of =
    isSource && claim !== undefined
      ? command`kubectl -n ${claim.namespace} label --overwrite persistentvolumeclaims ${claim.name} `
      : command`kubectl -n ${volume.namespace} label --overwrite volumes.longhorn.io ${volume.name} `;
  return { say: 'Stop the recurring backup of this volume before it runs again', command: `${of}${labels}` };
}

const jobLabel = 'recurring-job.longhorn.io';
const groupLabel = 'recurring-job-group.longhorn.io';
