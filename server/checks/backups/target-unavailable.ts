import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { isOfPlans } from '../backup-index.ts';
import { isPastTime } from '../backup-memory.ts';
import { describeBackupStep } from '../backup-steps.ts';
import { backupNeeds, backupSources } from '../backup-systems.ts';
import { plansTo } from '../backup-targets.ts';
import { backupView, type BackupTarget } from '../backup-view.ts';
import { namesInWords, planName } from '../backup-words.ts';
import { shorten } from '../shorten.ts';

/** Can the place where backups go be reached? */
export default defineCheck({
  check: 'backups/target-unavailable',
  about: 'the place where backups go cannot be reached',
  needs: backupNeeds,
  settings: {},
  explains: [
    {
      checks: ['backups/failed', 'backups/too-old'],
      when(cause, effect, snapshot) {
        const view = backupView(snapshot);
        const id = subjectId(cause.subject);
        const target = view.targets.find(({ subject }) => subjectId(subject) === id);
        return cause.level !== 'unknown' && target !== undefined && isOfPlans(effect, plansTo(target, view));
      },
    },
  ],
  judge: (snapshot) => backupView(snapshot).targets.flatMap((target) => verdict(target, snapshot) ?? []),
});

function verdict(target: BackupTarget, snapshot: Snapshot): Verdict | null {
  const { subject, system, url, available } = target;
  // Of K8up's backends and files of etcd nobody says whether they can be reached.
  const isTold = system === 'longhorn' || system === 'velero' || available !== null;
  if (url === '' || !isTold) return null;
  const head = { subject, sources: backupSources([system], snapshot) };
  const name = shorten(subject.name, 60);
  if (available === true)
    return { ...head, level: 'ok', say: say('the backup target {name} can be reached', { name }) };
  const plans = plansTo(target, backupView(snapshot)).map(planName);
  const steps = [describeBackupStep(system, subject, 'What does it say of itself?')];
  const evidence = [
    { kind: 'text' as const, say: say('{url}', { url: shorten(url, 160) }) },
    ...(plans.length === 0
      ? []
      : [{ kind: 'text' as const, say: say('{plans} cannot put anything there', { plans: namesInWords(plans) }) }]),
  ];
  if (available === null)
    return {
      ...head,
      level: 'unknown',
      say: unknownSay(name, target, snapshot.now),
      evidence: evidence.slice(0, 1),
      steps,
    };
  return {
    ...head,
    // One that nothing goes to does not keep anything from being backed up.
    level: plans.length === 0 ? 'warn' : 'bad',
    say: downSay(name, target),
    evidence,
    steps,
  };
}

function downSay(name: string, { why }: BackupTarget): Say {
  const reason = shorten(why, 200);
  return reason === ''
    ? say('the backup target {name} cannot be reached', { name })
    : say('the backup target {name} cannot be reached: {reason}', { name, reason });
}

function unknownSay(name: string, { checkedAt, why }: BackupTarget, now: number): Say {
  const values = { name, why: shorten(why, 120) };
  if (isPastTime(checkedAt, now)) {
    return say('whether the backup target {name} can be reached is not known: it was last looked at {at:age} ago', {
      ...{ ...values, at: checkedAt },
    });
  }
  return values.why === ''
    ? say('whether the backup target {name} can be reached is not known', values)
    : say('whether the backup target {name} can be reached is not known: {why}', values);
}
