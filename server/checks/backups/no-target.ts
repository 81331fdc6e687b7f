import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Step, type Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { coverageOf } from '../backup-coverage.ts';
import { isOfPlans } from '../backup-index.ts';
import { describeBackupStep } from '../backup-steps.ts';
import { backupNeeds, backupSources, systemNames } from '../backup-systems.ts';
import { backupView, type BackupSystem, type BackupTarget } from '../backup-view.ts';
import { namesInWords, planName } from '../backup-words.ts';

/** Is there a place where backups go? A recurring job without one runs, and makes nothing. */
export default defineCheck({
  check: 'backups/no-target',
  about: 'a backup system is installed, or a plan is set up, and no place is named where backups go',
  needs: { ...backupNeeds, deployment: 'optional', statefulSet: 'optional', daemonSet: 'optional' },
  settings: {},
  explains: [
    {
      checks: ['backups/failed', 'backups/too-old'],
      when(cause, effect, snapshot) {
        const view = backupView(snapshot);
        const system = systems.find((each) => subjectId(subjectOf(each, view.targets)) === subjectId(cause.subject));
        const plans = view.plans.filter((plan) => plan.system === system);
        return isOfPlans(effect, plans);
      },
    },
  ],
  judge: (snapshot) => systems.flatMap((system) => verdict(system, snapshot) ?? []),
});

/** Those that keep their backups in one place for all plans; the others name it in each plan, or in a Secret. */
const systems = ['longhorn', 'velero'] as const;

function verdict(system: BackupSystem, snapshot: Snapshot): Verdict | null {
  const view = backupView(snapshot);
  const plans = view.plans.filter((plan) => plan.system === system);
  const targets = view.targets.filter((target) => target.system === system);
  if (!view.systems.includes(system) && plans.length === 0) return null;
  const set = targets.filter(({ url }) => url !== '');
  const head = { subject: subjectOf(system, targets), sources: backupSources([system], snapshot) };
  const values = { system: systemNames[system], plans: namesInWords(plans.map(planName)) };
  if (set.length > 0) return { ...head, level: 'ok', say: say('{system} has a place for its backups', values) };
  if (plans.length > 0) {
    return {
      ...head,
      level: 'warn',
      say: say('{system} has no backup target: {plans} can make no backups', values),
      steps: steps(system, targets),
    };
  }
  const { not, byHand } = coverageOf(snapshot);
  return {
    ...head,
    // It may be there as storage alone.
    level: not.length + byHand === 0 ? 'notice' : 'warn',
    say: say('{system} has no backup target', values),
    steps: steps(system, targets),
  };
}

function subjectOf(system: BackupSystem, targets: readonly BackupTarget[]): Subject {
  const first = targets.find((target) => target.system === system);
  return first?.subject ?? { kind: 'BackupSystem', name: system };
}

function steps(system: BackupSystem, [first]: readonly BackupTarget[]): Step[] {
  if (system === 'velero') {
    return [{ say: 'Name one: velero backup-location create, on another machine than these volumes' }];
  }
  return [
    { say: 'Name one in Longhorn, under Setting, Backup Target: an NFS share or a bucket on another machine' },
    ...(first === undefined ? [] : [describeBackupStep(system, first.subject, 'What is set there now?')]),
  ];
}
