import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { backupIndex, isOfPlans } from '../backup-index.ts';
import { isPastTime } from '../backup-memory.ts';
import { describeBackupStep, runLogSteps } from '../backup-steps.ts';
import { backupNeeds, backupSources } from '../backup-systems.ts';
import { backupView, runsOf, type BackupPlan, type BackupRun } from '../backup-view.ts';
import { coveredName, namesInWords, planName } from '../backup-words.ts';
import { lastRuns, lastRunsOf, type LastRun } from '../last-runs.ts';
import { lostIn, runNowSteps } from '../lost-volumes.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Did the last run of each plan end well? "Finished" is not success. */
export default defineCheck({
  check: 'backups/failed',
  about: 'the last run of a backup failed, or left something out, with its reason',
  needs: backupNeeds,
  settings: { told: duration(7 * 86_400_000, 'a failed backup that somebody made by hand is told for so long') },
  explains: [
    {
      checks: ['backups/too-old'],
      when(cause, effect, snapshot) {
        const plan = backupIndex(snapshot).planOf.get(subjectId(cause.subject));
        return cause.level === 'bad' && plan !== undefined && isOfPlans(effect, [plan]);
      },
    },
  ],
  judge(snapshot, { settings, memoryOf }) {
    const isLost = lostIn(memoryOf);
    return [
      ...backupView(snapshot).plans.flatMap((plan) => planVerdict(plan, snapshot, isLost) ?? []),
      ...byHandVerdicts(snapshot, settings.told),
    ];
  },
});

type IsLost = ReturnType<typeof lostIn>;

function planVerdict(plan: BackupPlan, snapshot: Snapshot, isLost: IsLost): Verdict | null {
  const last = lastRunsOf(plan, snapshot);
  const head = { subject: plan.subject, sources: backupSources([plan.system], snapshot) };
  const failing = last.filter(({ run }) => run.result === 'failed' || run.result === 'partly');
  const told = toldFailure(plan, snapshot);
  if (failing.length === 0 && told !== null) {
    return {
      ...head,
      level: 'bad',
      say: toldSay(plan, told),
      steps: steps(plan, isLost),
      ...startedAt(told.at, snapshot.now),
    };
  }
  if (failing.length > 0) return { ...head, ...failingVerdict(plan, failing, last.length, snapshot, isLost) };
  const unknown = last.find(({ run }) => run.result === 'unknown');
  if (unknown !== undefined) {
    const word = shorten(unknown.run.why, 80);
    const name = planName(plan);
    return {
      ...head,
      level: 'unknown',
      say:
        word === ''
          ? say('how the last run of {name} ended is not known', { name })
          : say('how the last run of {name} ended is not known: it says "{word}"', { name, word }),
      steps: steps(plan, isLost),
    };
  }
  if (last.length === 0 && plan.lastGoodAt === null) return null;
  return { ...head, level: 'ok', say: say('the last run of {name} ended well', { name: planName(plan) }) };
}

/** What the plan itself tells of its last failure, unless something good came after it. */
function toldFailure(plan: BackupPlan, { now }: Snapshot): { at: number | null; why: string } | null {
  const { lastFailure, lastGoodAt } = plan;
  if (lastFailure === null) return null;
  const at = isPastTime(lastFailure.at, now) ? lastFailure.at : null;
  const isOver = at !== null && lastGoodAt !== null && lastGoodAt > at;
  return isOver ? null : { at, why: lastFailure.why };
}

function toldSay(plan: BackupPlan, { at, why }: { at: number | null; why: string }): Say {
  const values = { name: planName(plan), why: reason(why) };
  return at === null
    ? say('the last run of {name} failed: {why}', values)
    : say('the last run of {name} failed at {at:at}: {why}', { ...values, at });
}

function failingVerdict(
  plan: BackupPlan,
  failing: readonly LastRun[],
  all: number,
  snapshot: Snapshot,
  isLost: IsLost,
): Omit<Verdict, 'subject'> {
  const failed = failing.filter(({ run }) => run.result === 'failed');
  const [worst] = failed.length > 0 ? failed : failing;
  if (worst === undefined) return { level: 'unknown', say: say('how the last run ended is not known') };
  const firsts = failing.map(({ firstAt }) => firstAt).filter((at) => at !== null);
  return {
    level: failed.length > 0 ? 'bad' : 'warn',
    say: runSay(planName(plan), worst, failing.length < all ? failing : [], snapshot.now),
    evidence: [
      ...(worst.inARow > 1
        ? [{ kind: 'value' as const, say: say('{count} in a row, as far as they are listed', { count: worst.inARow }) }]
        : []),
      ...failing.slice(0, 20).flatMap((each) => runEvidence(each.run)),
    ],
    steps: steps(plan, isLost, worst.run),
    ...startedAt(firsts.length === 0 ? null : Math.min(...firsts), snapshot.now),
  };
}

/** `some`: those of several that failed; none where all did. */
function runSay(name: string, { run }: LastRun, some: readonly LastRun[], now: number): Say {
  const covered = [...new Set(some.flatMap(({ run: { covers } }) => covers))].map(coveredName);
  const of = covered.length === 0 ? '' : ' for {names}';
  const at = isPastTime(run.at, now) ? ' at {at:at}' : '';
  const did = run.result === 'partly' ? 'left something out' : 'failed';
  return say(`the last run of {name} ${did}${of}${at}: {why}`, {
    ...{ name, why: reason(run.why), names: namesInWords(covered) },
    ...(at === '' ? {} : { at: run.at ?? 0 }),
  });
}

function runEvidence({ subject, covers, why }: BackupRun): NonNullable<Verdict['evidence']> {
  const values = { name: shorten(subject.name, 80), of: namesInWords(covers.map(coveredName)), why: reason(why) };
  return [
    { kind: 'text', say: covers.length === 0 ? say('{name}: {why}', values) : say('{name}, of {of}: {why}', values) },
  ];
}

function reason(why: string): string {
  return shorten(why, 200) || 'it does not say why';
}

function steps(plan: BackupPlan, isLost: IsLost, run?: BackupRun) {
  return [
    ...(run === undefined ? [] : [describeBackupStep(run.system, run.subject, 'What does the last one say?')]),
    ...runLogSteps(plan),
    ...runNowSteps(plan, isLost),
  ];
}

/** What somebody made by hand, or of which the plan is not told: until something good was made of the same. */
function byHandVerdicts(snapshot: Snapshot, toldMs: number): Verdict[] {
  const { now } = snapshot;
  const runs = backupIndex(snapshot).runsOfPlan.get('') ?? [];
  const isNews = ({ at }: BackupRun) => isPastTime(at, now) && now - at < toldMs;
  return lastRuns(runs, now).flatMap(({ run }) => {
    if ((run.result !== 'failed' && run.result !== 'partly') || !isNews(run) || isMadeGood(run, snapshot)) return [];
    return [
      {
        subject: run.subject,
        level: run.result === 'failed' ? 'bad' : 'warn',
        say: say(
          run.result === 'failed'
            ? 'the backup {name} failed at {at:at}: {why}'
            : 'the backup {name} left something out at {at:at}: {why}',
          { name: shorten(run.subject.name, 60), at: run.at ?? 0, why: reason(run.why) },
        ),
        evidence: run.covers.length === 0 ? [] : runEvidence(run),
        steps: [describeBackupStep(run.system, run.subject, 'What does it say?')],
        sources: backupSources([run.system], snapshot),
        ...startedAt(run.at, now),
      },
    ];
  });
}

function isMadeGood({ covers, system, at }: BackupRun, snapshot: Snapshot): boolean {
  const isLater = (other: BackupRun) =>
    other.system === system && other.result === 'good' && isPastTime(other.at, snapshot.now) && other.at > (at ?? 0);
  return covers.length > 0 && covers.every((covered) => runsOf(covered, snapshot).some(isLater));
}
