import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { areOthersCovering } from '../backup-coverage.ts';
import { backupIndex, isOfPlans, isPaused } from '../backup-index.ts';
import { resourceOf } from '../backup-steps.ts';
import { backupNeeds, backupSources } from '../backup-systems.ts';
import { backupView, type BackupPlan, type Covered } from '../backup-view.ts';
import { coveredName, namesInWords, planName } from '../backup-words.ts';
import { cronTimes } from '../cron-times.ts';
import { lostIn } from '../lost-volumes.ts';
import { startedAt } from '../started-at.ts';

/** Since when a plan is seen to be paused, epoch ms: none of them says so itself. */
interface PauseMemory {
  pausedAt: number;
}

/** Is a plan paused, and forgotten? After a loss that is wise, until all is restored. */
export default defineCheck({
  check: 'backups/schedule-paused',
  about: 'a backup plan is paused; a warning after a day, unless a volume of it lost its data and is not restored yet',
  needs: backupNeeds,
  settings: { warn: duration(86_400_000, 'a plan that is paused for so long is a warning') },
  remembers: {
    version: 1,
    subjects: (snapshot) =>
      backupView(snapshot)
        .plans.filter(isPaused)
        .map(({ key }) => key),
    remember: (before: PauseMemory | undefined, _, { now }) =>
      before !== undefined && before.pausedAt <= now ? before : { pausedAt: now },
  },
  explains: [
    {
      checks: ['backups/too-old'],
      when(cause, effect, snapshot) {
        const plan = backupIndex(snapshot).planOf.get(subjectId(cause.subject));
        return plan !== undefined && isOfPlans(effect, [plan]);
      },
    },
  ],
  judge: (snapshot, { settings, memory, memoryOf }) => {
    const lost = lostIn(memoryOf);
    return backupView(snapshot).plans.map((plan) =>
      isPaused(plan)
        ? pausedVerdict(plan, memory.get(plan.key)?.pausedAt ?? snapshot.now, settings.warn, lost, snapshot)
        : {
            ...head(plan, snapshot),
            level: 'ok',
            say: say('{name} is not paused', { name: planName(plan) }),
          },
    );
  },
});

function head({ subject, system }: BackupPlan, snapshot: Snapshot): Pick<Verdict, 'subject' | 'sources'> {
  return { subject, sources: backupSources([system], snapshot) };
}

function pausedVerdict(
  plan: BackupPlan,
  pausedAt: number,
  warnMs: number,
  isLost: (covered: Covered) => boolean,
  snapshot: Snapshot,
): Verdict {
  const lost = plan.covers.filter(isLost).map(coveredName);
  const values = { name: planName(plan), at: pausedAt, lost: namesInWords(lost) };
  const since = startedAt(pausedAt, snapshot.now);
  if (lost.length > 0) {
    return {
      ...head(plan, snapshot),
      level: 'notice',
      say: say(
        '{name} is paused, which keeps the last good copy of {lost}: take it up again once that is restored',
        values,
      ),
      steps: resumeSteps(plan, 'Once all is restored, let it run again'),
      ...since,
    };
  }
  const others = areOthersCovering(plan, snapshot);
  return {
    ...head(plan, snapshot),
    level: !others && snapshot.now - pausedAt >= warnMs ? 'warn' : 'notice',
    say: say('{name} is paused, for {at:age} at least: it makes no backups', values),
    evidence: [
      ...(others ? [{ kind: 'text' as const, say: say('all that it covers is backed up by another plan too') }] : []),
      ...(plan.covers.length === 0 || others
        ? []
        : [{ kind: 'text' as const, say: say('{names}', { names: namesInWords(plan.covers.map(coveredName)) }) }]),
    ],
    steps: resumeSteps(plan, 'Let it run again'),
    ...since,
  };
}

/** The other way round of what pauses each. */
function resumeSteps({ system, subject, cron, timeZone }: BackupPlan, text: string): Step[] {
  const { namespace = 'default', name } = subject;
  const resource = system === 'longhorn' ? 'cronjobs.batch' : resourceOf(system, subject);
  if (cronTimes(cron, timeZone).isNever || system === 'k8up') {
    return [
      {
        say: `${text}: its schedule is never due (${cron})`,
        command: command`kubectl -n ${namespace} edit ${resourceOf(system, subject)} ${name}`,
      },
    ];
  }
  const patch =
    system === 'velero' || system === 'volsync' ? '{"spec":{"paused":false}}' : '{"spec":{"suspend":false}}';
  return [{ say: text, command: command`kubectl -n ${namespace} patch ${resource} ${name} --type merge -p ${patch}` }];
}
