import { createBackupNights } from './backup-nights.ts';
import { createBackupShelf } from './backup-shelf.ts';
import { createTargetLife } from './backup-target.ts';
import { claimKey, type Claim } from './claims.ts';
import { createHomeJobs, usualNightly, type Nightly } from './home-jobs.ts';
import type { StorageLife } from './storage-life.ts';
import type { World } from './world.ts';

/** Longhorn's backups: every night one of each volume; so many are kept. */
export interface BackupLife {
  /** Puts the jobs, the target, and what the last nights left of these. */
  furnish(claims: readonly Claim[], createdAt: number): void;
  /** The same of some more claims, and of those no more. */
  add(claims: readonly Claim[]): void;
  remove(claims: readonly Claim[]): void;
  /** Forgets all: its objects are gone. */
  uninstall(): void;
  /** All volumes are backed up now, out of turn. */
  run(): void;
  /** What the nightly job is to do from now on; what is too many goes at once. */
  change(part: Partial<Nightly>): void;
  /** A backup of a claim fails now. Throws if there is no such claim. */
  fail(key: string, error: string): void;
  /** A backup of a claim is made now in which there is only so much. */
  shrink(key: string, bytes: number): void;
  /** The target cannot be reached, and why. */
  loseTarget(why: string): void;
  /** All is as if nothing had ever gone wrong. */
  restore(): void;
}

const LOOKS_EVERY_MS = 300_000;
const SOON_MS = { low: 3000, high: 20_000 };

/** Ends with the schedule. */
export function createBackupLife(world: World, storage: StorageLife): BackupLife {
  const { now, schedule } = world;
  const jobs = createHomeJobs(world);
  const target = createTargetLife(world);
  const random = world.random.fork('backups');
  let claims: readonly Claim[] = [];
  let nightly = usualNightly;
  let createdAt = 0;
  const shelf = createBackupShelf(world, storage, () => createdAt);
  const isThere = (claim: Claim) => claims.includes(claim);
  const nights = createBackupNights(world, { data: storage.data, shelf, keeps: () => nightly.keeps, isThere });

  function add(more: readonly Claim[]): void {
    const own = more.filter(({ is }) => is === 'longhorn');
    claims = [...claims, ...own];
    for (const claim of own) nights.settle(claim);
  }

  function change(part: Partial<Nightly>): void {
    nightly = { ...nightly, ...part };
    jobs.change(createdAt, nightly);
    for (const claim of claims) {
      if (shelf.of(claim).length > nightly.keeps) shelf.show(claim, shelf.of(claim).slice(-nightly.keeps));
    }
  }

  schedule.every(LOOKS_EVERY_MS, LOOKS_EVERY_MS - (now() % LOOKS_EVERY_MS), () => {
    if (claims.length === 0 || !world.door.acceptsWrites) return;
    jobs.look(createdAt);
    target.look();
    nights.look(claims);
  });

  return {
    add,
    change,
    loseTarget: target.lose,
    furnish(more, at) {
      [createdAt, nightly] = [at, usualNightly];
      for (const part of [jobs, target]) part.furnish(createdAt);
      nights.begin();
      add(more);
    },
    remove(gone) {
      for (const claim of claims.filter((each) => gone.includes(each))) shelf.clear(claim);
      claims = claims.filter((each) => !gone.includes(each));
    },
    uninstall() {
      claims = [];
      shelf.forget();
    },
    run() {
      for (const claim of claims) nights.make(claim, now(), random.between(SOON_MS.low, SOON_MS.high));
    },
    fail: (key, error) => nights.put(find(claims, key), 0, error),
    shrink: (key, bytes) => nights.put(find(claims, key), bytes, ''),
    restore() {
      if (claims.length === 0) return;
      if (nightly !== usualNightly) change(usualNightly);
      target.lose('');
      for (const claim of claims) nights.settle(claim);
    },
  };
}

function find(claims: readonly Claim[], key: string): Claim {
  const claim = claims.find((each) => claimKey(each) === key);
  if (!claim) throw new Error(`the demo has no backups of ${key}`);
  return claim;
}
