import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { backupIndex, isOfPlans, isPaused } from '../backup-index.ts';
import { latenessOf } from '../backup-lateness.ts';
import { backupMemoryCheck } from '../backup-memory.ts';
import { runLogSteps } from '../backup-steps.ts';
import { backupNeeds, backupSources, systemNames } from '../backup-systems.ts';
import {
  backupView,
  plansOf,
  type BackupPlan,
  type BackupRun,
  type BackupSystem,
  type Covered,
} from '../backup-view.ts';
import { coveredName, planName } from '../backup-words.ts';
import { claimSubjectOf } from '../claim-use.ts';
import { cronTimes } from '../cron-times.ts';
import { lastGoodOf, lastGoodOfPlan, type BackupMemories, type LastGood } from '../last-good.ts';
import { lostIn, runNowSteps } from '../lost-volumes.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** When a plan was first seen: of those that do not tell when they were made. Epoch ms. */
interface PlanMemory {
  seenAt: number;
}

/** Is the newest backup of each volume as new as its plan wants it to be? */
export default defineCheck({
  check: 'backups/too-old',
  about: 'the newest backup of a volume is 1.5 times (bad: three times) as old as its schedule wants',
  needs: backupNeeds,
  settings: { slack: duration(10 * 60_000, 'how long a run may take beyond that') },
  remembers: {
    version: 1,
    subjects: (snapshot) => backupView(snapshot).plans.map(({ key }) => key),
    remember: (before: PlanMemory | undefined, _, { now }) =>
      before !== undefined && before.seenAt <= now ? before : { seenAt: now },
  },
  explains: [
    {
      // All volumes of a plan are late since the plan is.
      checks: ['backups/too-old'],
      when(cause, effect, snapshot) {
        const plan = backupIndex(snapshot).planOf.get(subjectId(cause.subject));
        return plan !== undefined && effect.subject.kind === 'PersistentVolumeClaim' && isOfPlans(effect, [plan]);
      },
    },
  ],
  judge(snapshot, { settings, memory, memoryOf }) {
    const look = lookAt(snapshot, settings.slack, memory, memoryOf(backupMemoryCheck), lostIn(memoryOf));
    return [...claimVerdicts(look), ...planVerdicts(look)];
  },
});

/** What is looked at, and what of it is worked out once for all claims. */
interface Look {
  snapshot: Snapshot;
  slack: number;
  beginOf(plan: BackupPlan): number | null;
  lastOf(covered: Covered, system: BackupSystem): LastGood | null;
  sourcesOf(system: BackupSystem): string[];
  isLost(covered: Covered): boolean;
}

function lookAt(
  snapshot: Snapshot,
  slack: number,
  seen: ReadonlyMap<string, PlanMemory>,
  memories: BackupMemories,
  isLost: Look['isLost'],
): Look {
  return {
    ...{ snapshot, slack, isLost },
    beginOf: onceEach(
      ({ key }) => key,
      (plan: BackupPlan) => beginOf(plan, snapshot, seen),
    ),
    lastOf: (covered, system) => lastGoodOf(covered, snapshot, memories, system),
    sourcesOf: onceEach(
      (system) => system,
      (system: BackupSystem) => backupSources([system], snapshot, ['persistentvolumeclaims']),
    ),
  };
}

function onceEach<T, R>(keyOf: (each: T) => string, workOut: (each: T) => R): (each: T) => R {
  const kept = new Map<string, R>();
  return (each) => {
    const key = keyOf(each);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const worked = workOut(each);
    kept.set(key, worked);
    return worked;
  };
}

function claimVerdicts(look: Look): Verdict[] {
  const { snapshot } = look;
  return [...snapshot.facts('persistentVolumeClaim')].flatMap(([covered, claim]) => {
    const plans = claim.wish.noBackup ? [] : plansOf(covered, snapshot);
    return judgedPlans(plans).map(([system, plan]) => claimVerdict(covered, system, plan, look));
  });
}

/** The plan by which each system is judged, worked out once for as long as the plans of a claim stay the same. */
function judgedPlans(plans: readonly BackupPlan[]): readonly [BackupSystem, BackupPlan][] {
  const before = keptPlans.get(plans);
  if (before !== undefined) return before;
  const judged = [...Map.groupBy(plans, ({ system }) => system)].flatMap(
    ([system, ofSystem]): [BackupSystem, BackupPlan][] => {
      const plan = judgedBy(ofSystem, plans);
      return plan === null ? [] : [[system, plan]];
    },
  );
  keptPlans.set(plans, judged);
  return judged;
}

const keptPlans = new WeakMap<readonly BackupPlan[], readonly [BackupSystem, BackupPlan][]>();

/** The plan that comes most often. A paused one only where nothing else backs it up: it is old all the same, and the pause is why. */
function judgedBy(ofSystem: readonly BackupPlan[], all: readonly BackupPlan[]): BackupPlan | null {
  const scheduled = ofSystem.filter(({ cron }) => cron !== '');
  const active = scheduled.filter((plan) => !isPaused(plan));
  if (active.length === 0 && all.some((plan) => !isPaused(plan))) return null;
  const [first = null] = (active.length > 0 ? active : scheduled).toSorted((a, b) => intervalOf(a) - intervalOf(b));
  return first;
}

function intervalOf({ cron, timeZone }: BackupPlan): number {
  return cronTimes(cron, timeZone).intervalMs ?? Infinity;
}

function claimVerdict(covered: Covered, system: BackupSystem, plan: BackupPlan, look: Look): Verdict {
  const { snapshot } = look;
  const last = look.lastOf(covered, system);
  const createdAt = snapshot.facts('persistentVolumeClaim').get(covered)?.createdAt ?? 0;
  const begin = look.beginOf(plan);
  const from = begin === null ? null : Math.max(begin, createdAt);
  const sources = look.sourcesOf(system);
  if (last !== null && last.at !== null && isFine(plan, last.at, look))
    return fineVerdict(last, plan, covered, sources);
  const subject = claimSubjectOf(covered);
  const isSkipped = plan.skips?.includes(covered) === true;
  return {
    ...ageVerdict(plan, last, from, coveredName(covered), isSkipped, look),
    ...{ subject, key: system, sources },
  };
}

function isFine({ cron, timeZone }: BackupPlan, at: number, { snapshot: { now }, slack }: Look): boolean {
  const late = latenessOf(cron, timeZone, at);
  return late !== null && now < Math.min(late.warnAt, late.badAt) + slack;
}

/** Nearly all are: one verdict for as long as the last good backup is the same. */
const fineVerdict = perInputs((last: LastGood, plan: BackupPlan, covered: Covered, sources: string[]): Verdict => {
  const values = { name: coveredName(covered), plan: planName(plan) };
  const head = { subject: claimSubjectOf(covered), key: plan.system, level: 'ok' as const, sources };
  return { ...head, say: fineSay(true, true, values, last.at ?? 0) };
});

/** Of a plan as a whole: of one claim alone that claim tells, and of one that is paused the pause. */
function planVerdicts(look: Look): Verdict[] {
  const { snapshot } = look;
  const plans = backupView(snapshot).plans.filter((plan) => plan.cron !== '' && !isPaused(plan));
  return plans.flatMap((plan) => {
    const claims = plan.covers.filter((covered) => snapshot.facts('persistentVolumeClaim').has(covered));
    if (claims.length === 1 || (claims.length > 0 && claims.every((each) => plan.skips?.includes(each)))) return [];
    const verdict = ageVerdict(
      plan,
      lastGoodOfPlan(plan, snapshot, look.lastOf),
      look.beginOf(plan),
      null,
      false,
      look,
    );
    return [{ ...verdict, subject: plan.subject, sources: backupSources([plan.system], snapshot) }];
  });
}

/** Since when there is the plan, as far as that is known. */
function beginOf(
  { key, createdAt }: BackupPlan,
  snapshot: Snapshot,
  seen: ReadonlyMap<string, PlanMemory>,
): number | null {
  const seenAt = createdAt ?? seen.get(key)?.seenAt ?? null;
  const { now } = snapshot;
  const first = firstRunAt(backupIndex(snapshot).runsOfPlan.get(key) ?? noRuns, now);
  const times = [seenAt, first].filter((at) => at !== null && at > 0 && at <= now);
  return times.length === 0 ? null : Math.min(...(times as number[]));
}

const noRuns: readonly BackupRun[] = [];

/** The first of thousands: looked for once as long as they are the same, since what comes later comes after it. */
function firstRunAt(runs: readonly BackupRun[], now: number): number | null {
  const before = firstRuns.get(runs);
  if (before !== undefined && before <= now) return before;
  let first = Infinity;
  for (const { at } of runs) if (at !== null && at > 0 && at <= now && at < first) first = at;
  if (first === Infinity) return null;
  firstRuns.set(runs, first);
  return first;
}

const firstRuns = new WeakMap<readonly BackupRun[], number>();

/** `name` is of the claim that it is about, null for the plan itself. */
function ageVerdict(
  plan: BackupPlan,
  last: LastGood | null,
  from: number | null,
  name: string | null,
  isSkipped: boolean,
  { snapshot, slack, isLost }: Look,
): Omit<Verdict, 'subject'> {
  const at = last === null ? from : last.at;
  const late = at === null ? null : latenessOf(plan.cron, plan.timeZone, at);
  const values = { name: name ?? planName(plan), plan: planName(plan) };
  if (late === null || at === null) return { level: 'unknown', say: unknownSay(plan, values, at) };
  const { now } = snapshot;
  const level = now >= late.badAt + slack ? 'bad' : now >= late.warnAt + slack ? 'warn' : 'ok';
  if (level === 'ok') return { level, say: fineSay(last !== null, name !== null, values, at) };
  const every = intervalOf(plan);
  return {
    level: isSkipped ? 'notice' : level,
    say: isSkipped ? skippedSay(last !== null, values, at) : lateSay(last !== null, name !== null, values, at),
    evidence: lateEvidence(plan, every, snapshot),
    steps: isSkipped ? [] : [...runLogSteps(plan), ...runNowSteps(plan, isLost)],
    ...startedAt(late.warnAt, now),
  };
}

type Values = Record<'name' | 'plan', string>;

function fineSay(isMade: boolean, ofClaim: boolean, values: Values, at: number): Say {
  if (!isMade)
    return say(ofClaim ? 'a first backup of {name} is not due yet' : 'a first run of {name} is not due yet', values);
  return ofClaim
    ? say('{name} was backed up {at:age} ago', { ...values, at })
    : say('{name} made a good backup {at:age} ago', { ...values, at });
}

function lateSay(isMade: boolean, ofClaim: boolean, values: Values, at: number): Say {
  const told = { ...values, at };
  if (!isMade) {
    return ofClaim
      ? say('{name} has never been backed up by {plan}, in {at:age}', told)
      : say('{name} has never made a good backup, in {at:age}', told);
  }
  return ofClaim
    ? say('the last good backup of {name} is {at:age} old', told)
    : say('{name} has made no good backup for {at:age}', told);
}

/** Longhorn passes over what nobody mounts: its data do not change either. */
function skippedSay(isMade: boolean, values: Values, at: number): Say {
  return isMade
    ? say('{name} is not mounted, so {plan} passes it over: its last backup is {at:age} old', { ...values, at })
    : say('{name} is not mounted, so {plan} passes it over: there never was a backup', values);
}

function unknownSay({ cron, timeZone }: BackupPlan, values: Values, at: number | null): Say {
  if (at === null) return say('when {name} was last backed up is not known', values);
  const written = shorten(timeZone === null ? cron : `${cron} (${timeZone})`, 60);
  return say('whether the backup of {name} is too old is not known: the schedule "{written}" is not understood', {
    ...{ ...values, written },
  });
}

function lateEvidence(plan: BackupPlan, every: number, { now }: Snapshot): NonNullable<Verdict['evidence']> {
  const values = { plan: planName(plan), system: systemNames[plan.system], every };
  const { at = null, why = '' } = plan.lastFailure ?? {};
  return [
    { kind: 'text', say: say('{plan} of {system} should make one every {every:duration}', values) },
    ...(plan.lastFailure === null
      ? []
      : [
          {
            kind: 'text' as const,
            say:
              at === null || at > now
                ? say('its last run failed: {why}', { why: shorten(why, 200) })
                : say('its last run failed at {at:at}: {why}', { at, why: shorten(why, 200) }),
          },
        ]),
  ];
}
