import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { findShrink, type BackupShrink } from './backup-shrink.ts';
import { allSystems, isListedWholly } from './backup-systems.ts';
import { backupView, plansOf, runsOf } from './backup-view.ts';
import { perInputs } from './per-inputs.ts';
import { perSnapshot } from './per-snapshot.ts';
import type { BackupPlan, BackupRun, BackupSystem, Covered } from './backup-view.ts';

/** A good backup as it is remembered, also after its object is gone. Times epoch ms. */
export interface RememberedBackup {
  system: BackupSystem;
  /** Of when its data are. */
  at: number;
  /** Null where not told. */
  bytes: number | null;
  /** `Kind/namespace/name` of the object that told of it. */
  object: string;
  /** Whether that object is still there. */
  there: boolean;
}

/** What is remembered of the backups of a claim (`namespace/name`, or `etcd`): kept by the check `backups/shrank`. */
export interface BackupMemory {
  /** The newest good ones, oldest first, at most 5 of each system. */
  good: readonly RememberedBackup[];
  /** When it was last seen to be covered by anything, in steps of a day; 0 if it never was. */
  seenAt: number;
  /** A backup that holds much less than the one before it, until somebody acknowledges that. */
  shrank?: BackupShrink;
  /** Backups up to this one are not compared any more: somebody has acknowledged what they came to. */
  settledAt?: number;
}

/** Under this check what is remembered of backups is found (`memoryOf`). */
export const backupMemoryCheck = 'backups/shrank';

const hourMs = 3_600_000;
// What changes is written to disk, and nobody asks by the hour how long something is gone.
const seenStepMs = 24 * hourMs;
const keptMs = 90 * 24 * hourMs;
const mostOfSystem = 5;
/** A clock elsewhere may be a little ahead of ours; what is further ahead would be the newest for ever. */
const aheadMs = hourMs;
/** Of its snapshot one object tells the time, and another when it was done with it. */
const sameMs = 2 * 60_000;

const nothingKnown: BackupMemory = Object.freeze({ good: [], seenAt: 0 });

/** All of which there may be something to remember: claims, and what is or was backed up. */
export function coveredSubjects(snapshot: Snapshot): ReadonlySet<Covered> {
  const { plans, runs } = backupView(snapshot);
  return coveredOf(runs, plans, snapshot.facts('persistentVolumeClaim'));
}

const coveredOf = perInputs(
  (runs: readonly BackupRun[], plans: readonly BackupPlan[], claims: ReadonlyMap<Covered, unknown>): Set<Covered> => {
    const covered = new Set(claims.keys());
    for (const { covers } of plans) for (const each of covers) covered.add(each);
    for (const { covers } of runs) for (const each of covers) covered.add(each);
    return covered;
  },
);

/** What to remember of the backups of a claim now; the same object if nothing has changed. Pure. */
export function rememberBackups(before: BackupMemory | undefined, covered: Covered, snapshot: Snapshot): BackupMemory {
  const known = before ?? nothingKnown;
  const look = lookAt(covered, snapshot);
  if (known !== nothingKnown && isSameLook(lastLooks.get(known), look)) return known;
  const memory = follow(known, look, snapshot);
  lastLooks.set(memory, { ...look, ...soLong(look.runs, look.now) });
  return memory;
}

/** All that what is remembered depends on, but for the time. */
interface Look {
  plans: readonly BackupPlan[];
  runs: readonly BackupRun[];
  /** Systems of which all is listed, and the day. */
  beside: string;
  expectShrink: boolean;
  now: number;
}

/** What a memory was made of last: most of 500 claims are looked at each second, and nothing of them has changed. */
const lastLooks = new WeakMap<BackupMemory, Look & SoLong>();

function lookAt(covered: Covered, snapshot: Snapshot): Look {
  const { now } = snapshot;
  const expectShrink = snapshot.facts('persistentVolumeClaim').get(covered)?.wish.expectShrink === true;
  const [plans, runs] = [plansOf(covered, snapshot), runsOf(covered, snapshot)];
  return { plans, runs, beside: besideOf(snapshot), expectShrink, now };
}

const besideOf = perSnapshot((snapshot) => {
  const listed = allSystems.filter((system) => isListedWholly(system, snapshot));
  return `${listed.join()} ${stepOf(snapshot.now)}`;
});

function isSameLook(last: (Look & SoLong) | undefined, look: Look): boolean {
  return (
    last !== undefined &&
    last.beside === look.beside &&
    last.expectShrink === look.expectShrink &&
    isStillSo(last, look.now) &&
    sameList(last.runs, look.runs) &&
    sameList(last.plans, look.plans)
  );
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((each, i) => each === b[i]));
}

function follow(known: BackupMemory, { plans, runs, expectShrink }: Look, snapshot: Snapshot): BackupMemory {
  const found = [...runsFound(runs, snapshot.now), ...plansFound(plans, runs, known, snapshot.now)];
  const good = merged(known.good, found, snapshot);
  const seenAt = found.length > 0 || plans.length > 0 ? stepOf(snapshot.now) : known.seenAt;
  const shrank = known.shrank ?? (expectShrink ? undefined : findShrink(good, known.settledAt ?? 0));
  if (sameBackups(known.good, good) && seenAt === known.seenAt && shrank === known.shrank) return known;
  return {
    ...{ good, seenAt },
    ...(shrank === undefined ? {} : { shrank }),
    ...(known.settledAt === undefined ? {} : { settledAt: known.settledAt }),
  };
}

/** Whether what is remembered is kept though there is nothing left of it. */
export function keepsBackups({ good, seenAt, shrank }: BackupMemory, { now }: Pick<Snapshot, 'now'>): boolean {
  if (shrank !== undefined) return true;
  return good.length > 0 && now - Math.max(seenAt, ...good.map(({ at }) => at)) < keptMs;
}

/** Somebody knows that it shrank: from now on later backups are compared with each other. */
export function settleBackups({ good, seenAt, shrank, settledAt = 0 }: BackupMemory): BackupMemory {
  return { good, seenAt, settledAt: Math.max(settledAt, shrank?.to.at ?? 0, ...good.map(({ at }) => at)) };
}

function stepOf(now: number): number {
  return Math.floor(now / seenStepMs) * seenStepMs;
}

/** A size as it can be; null for all else. */
export function knownBytes(bytes: number | null): number | null {
  return bytes !== null && Number.isFinite(bytes) && bytes >= 0 ? bytes : null;
}

/** True for a time at which a backup can have been made. */
export function isPastTime(at: number | null, now: number): at is number {
  return at !== null && Number.isFinite(at) && at > 0 && at <= now + aheadMs;
}

/** From when to when the same of these runs are of the past: until one counts whose time is still to come, as clocks go. Epoch ms. */
export interface SoLong {
  sinceAt: number;
  untilAt: number;
}

/** For how long what was made of these runs at `now` stays as it is. */
export function soLong(runs: readonly { at: number | null }[], now: number): SoLong {
  let next = Infinity;
  for (const { at } of runs) if (at !== null && at > now + aheadMs && at < next) next = at;
  return { sinceAt: now, untilAt: next - aheadMs };
}

/** True while what was made once is still so. */
export function isStillSo({ sinceAt, untilAt }: SoLong, now: number): boolean {
  return now >= sinceAt && now < untilAt;
}

function runsFound(runs: readonly BackupRun[], now: number): RememberedBackup[] {
  return runs.flatMap(({ system, subject, result, at, bytes }) =>
    result === 'good' && isPastTime(at, now)
      ? [{ system, at, bytes: knownBytes(bytes), object: subjectId(subject), there: true }]
      : [],
  );
}

/**
 * What plans tell of their last good run where no run does, and of the earlier ones of VolSync and CronJobs, which one object tells
 * of, as many as are kept.
 */
function plansFound(
  plans: readonly BackupPlan[],
  runs: readonly BackupRun[],
  { good }: BackupMemory,
  now: number,
): RememberedBackup[] {
  return plans.flatMap(({ system, key, subject, lastGoodAt, keeps }) => {
    const object = subjectId(subject);
    const told = runs.filter(({ plan, result, at }) => plan === key && result === 'good' && isPastTime(at, now));
    const newestAt = told.length === 0 ? lastGoodAt : Math.max(...told.map(({ at }) => at ?? 0));
    if (!isPastTime(newestAt, now)) return [];
    const earlier = isOfPlan({ system }) ? good.filter((each) => each.object === object && each.at < newestAt) : [];
    const stay = Math.min(mostOfSystem, Math.max(1, keeps ?? 1)) - 1;
    return [
      ...(stay === 0 ? [] : earlier.slice(-stay)).map((each) => ({ ...each, there: true })),
      ...(told.length > 0 ? [] : [{ system, at: newestAt, bytes: null, object, there: true }]),
    ];
  });
}

/** The newest of each system; what is still there goes before what is not, so that nobody's clearing up hides what is left. */
function merged(
  before: readonly RememberedBackup[],
  found: readonly RememberedBackup[],
  snapshot: Snapshot,
): RememberedBackup[] {
  const now = new Map(found.map((each) => [idOf(each), each]));
  // Another time of the same object is another backup of a plan, and the same one of all else.
  const objects = new Set(found.map(({ object }) => object));
  const gone = before
    .filter((each) => !now.has(idOf(each)) && (!objects.has(each.object) || isOfPlan(each)))
    .map((each) => (each.there && isListedWholly(each.system, snapshot) ? { ...each, there: false } : each));
  const bySystem = Map.groupBy([...now.values(), ...gone], ({ system }) => system);
  const newest = [...bySystem.values()].flatMap((ofSystem) =>
    toldOnce(ofSystem)
      .sort((a, b) => Number(b.there) - Number(a.there) || b.at - a.at || byId(a, b))
      .slice(0, mostOfSystem),
  );
  return newest.sort((a, b) => a.at - b.at || byId(a, b));
}

/** Two objects tell of one backup, mostly to the second: the one that tells its size counts, and is there while either is. */
function toldOnce(all: RememberedBackup[]): RememberedBackup[] {
  const told: RememberedBackup[] = [];
  for (const each of all.sort(
    (a, b) => Number(a.bytes === null) - Number(b.bytes === null) || a.at - b.at || byId(a, b),
  )) {
    const i = told.findIndex(({ at, object }) => Math.abs(at - each.at) <= sameMs && object !== each.object);
    const twin = each.bytes === null ? told[i] : undefined;
    if (twin === undefined) told.push(each);
    else if (each.there && !twin.there) told[i] = { ...twin, there: true };
  }
  return told;
}

function isOfPlan({ system }: Pick<RememberedBackup, 'system'>): boolean {
  return system === 'volsync' || system === 'cronjob';
}

function byId(a: RememberedBackup, b: RememberedBackup): number {
  return idOf(a) < idOf(b) ? -1 : 1;
}

function idOf({ system, object, at }: RememberedBackup): string {
  return `${system} ${object} ${at}`;
}

function sameBackups(a: readonly RememberedBackup[], b: readonly RememberedBackup[]): boolean {
  return (
    a.length === b.length &&
    a.every((each, i) => {
      const other = b[i];
      return (
        other !== undefined && idOf(each) === idOf(other) && each.bytes === other.bytes && each.there === other.there
      );
    })
  );
}
