import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { areOthersCovering } from '../backup-coverage.ts';
import { keptCount } from '../backup-index.ts';
import { resourceOf } from '../backup-steps.ts';
import { backupNeeds, backupSources } from '../backup-systems.ts';
import { backupView, type BackupPlan } from '../backup-view.ts';
import { planName } from '../backup-words.ts';

/** Does a plan keep one backup alone? Then the next bad night overwrites the last good copy. */
export default defineCheck({
  check: 'backups/retention-of-one',
  about: 'a plan keeps only one backup: one bad night, and the last good copy is gone',
  needs: backupNeeds,
  settings: {},
  judge: (snapshot) => backupView(snapshot).plans.flatMap((plan) => verdict(plan, snapshot) ?? []),
});

function verdict(plan: BackupPlan, snapshot: Snapshot): Verdict | null {
  const { subject, system } = plan;
  const keeps = keptCount(plan);
  if (keeps === null) return null;
  const head = { subject, sources: backupSources([system], snapshot) };
  const values = { name: planName(plan), keeps };
  if (keeps > 1) return { ...head, level: 'ok', say: say('{name} keeps {keeps}', values) };
  const others = areOthersCovering(plan, snapshot, (other) => (keptCount(other) ?? 2) > 1);
  return {
    ...head,
    level: others ? 'notice' : 'warn',
    say:
      keeps === 1
        ? say('{name} keeps only 1 backup: one bad night, and it is gone', values)
        : say('{name} keeps no backup, as it says', values),
    evidence: others ? [{ kind: 'text', say: say('all that it covers is backed up by another plan too') }] : [],
    steps: [keepMoreStep(plan)],
  };
}

function keepMoreStep({ system, subject }: BackupPlan): Step {
  const { namespace = 'default', name } = subject;
  const how = { say: 'Keep more of them, a week at least' };
  switch (system) {
    case 'longhorn':
      return {
        ...how,
        command: command`kubectl -n ${namespace} patch recurringjobs.longhorn.io ${name} --type merge -p ${'{"spec":{"retain":7}}'}`,
      };
    case 'volsync':
      return {
        ...how,
        command: command`kubectl -n ${namespace} patch replicationsources.volsync.backube ${name} --type merge -p ${'{"spec":{"restic":{"retain":{"daily":7}}}}'}`,
      };
    case 'k8up':
      return {
        ...how,
        command: command`kubectl -n ${namespace} patch schedules.k8up.io ${name} --type merge -p ${'{"spec":{"prune":{"retention":{"keepDaily":7}}}}'}`,
      };
    case 'velero':
    case 'snapshots':
    case 'cronjob':
    case 'etcd':
      return { ...how, command: command`kubectl -n ${namespace} edit ${resourceOf(system, subject)} ${name}` };
  }
}
