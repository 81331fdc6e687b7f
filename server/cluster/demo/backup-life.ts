import { createBackupShelf } from './backup-shelf.ts';
import { createTargetLife } from './backup-target.ts';
import { claimKey, claimOf, type Claim } from './claims.ts';
import { createHomeJobs, usualNightly, type Nightly } from './home-jobs.ts';
import type { BackupNote } from './make-backup.ts';
import { createRandom } from './random.ts';
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

const DAY_MS = 86_400_000;
const LOOKS_EVERY_MS = 300_000;
// A night is over, and all its backups are made.
const NIGHT_MS = 900_000;
const SOON_MS = { low: 3000, high: 20_000 };

/** Ends with the schedule. */
// eslint-disable-next-line max-lines-per-function -- one small method after the other, over the same few variables
export function createBackupLife(world: World, storage: StorageLife): BackupLife {
  const { now, schedule } = world;
  const jobs = createHomeJobs(world);
  const target = createTargetLife(world);
  const random = world.random.fork('backups');
  let claims: readonly Claim[] = [];
  let nights: number[] = [];
  let nightly = usualNightly;
  let createdAt = 0;
  const shelf = createBackupShelf(world, storage, () => createdAt);

  /** A backup begins, of what is in the volume at that time, and is done after a while. */
  function make(claim: Claim, at: number, tookMs: number): void {
    const note = { claim, at, bytes: storage.data.heldAt(claim, at).bytes, error: '' };
    shelf.add({ ...note, tookMs: null }, nightly.keeps);
    world.later(tookMs, () => {
      const runs = shelf.of(claim).some((each) => each.at === at && each.tookMs === null);
      if (runs) shelf.add({ ...note, tookMs }, nightly.keeps);
    });
  }

  function usual(claim: Claim): BackupNote[] {
    const { afterMs, tookMs } = turnOf(claim);
    return nights.map((night) => {
      const at = night + afterMs;
      return { claim, at, tookMs, bytes: storage.data.usualAt(claim, at).bytes, error: '' };
    });
  }

  function add(more: readonly Claim[]): void {
    const own = more.filter(({ is }) => is === 'longhorn');
    claims = [...claims, ...own];
    for (const claim of own) shelf.show(claim, usual(claim));
  }

  function look(): void {
    if (claims.length === 0 || !world.door.acceptsWrites) return;
    jobs.look(createdAt);
    target.look();
    const night = Math.floor(now() / DAY_MS) * DAY_MS;
    if (night <= (nights.at(-1) ?? 0)) return;
    nights = [...nights, night].slice(-usualNightly.keeps);
    for (const claim of claims) {
      const { afterMs, tookMs } = turnOf(claim);
      world.later(afterMs, () => {
        if (claims.includes(claim)) make(claim, night + afterMs, tookMs);
      });
    }
  }

  function change(part: Partial<Nightly>): void {
    nightly = { ...nightly, ...part };
    jobs.change(createdAt, nightly);
    for (const claim of claims) {
      if (shelf.of(claim).length > nightly.keeps) shelf.show(claim, shelf.of(claim).slice(-nightly.keeps));
    }
  }

  /** The claim of this key. */
  function find(key: string): Claim {
    const claim = claimOf(key);
    if (!claim || !claims.includes(claim)) throw new Error(`the demo has no backups of ${key}`);
    return claim;
  }

  schedule.every(LOOKS_EVERY_MS, LOOKS_EVERY_MS - (now() % LOOKS_EVERY_MS), look);

  return {
    add,
    change,
    loseTarget: target.lose,
    furnish(more, at) {
      createdAt = at;
      nightly = usualNightly;
      nights = nightsBefore(now());
      jobs.furnish(createdAt);
      target.furnish(createdAt);
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
      for (const claim of claims) make(claim, now(), random.between(SOON_MS.low, SOON_MS.high));
    },
    fail: (key, error) => shelf.add({ claim: find(key), at: now(), tookMs: 0, bytes: 0, error }, nightly.keeps),
    shrink: (key, bytes) => shelf.add({ claim: find(key), at: now(), tookMs: 0, bytes, error: '' }, nightly.keeps),
    restore() {
      if (claims.length === 0) return;
      if (nightly !== usualNightly) change(usualNightly);
      target.lose('');
      for (const claim of claims) if (!isSame(shelf.of(claim), usual(claim))) shelf.show(claim, usual(claim));
    },
  };
}

/** The last nights that are over, epoch ms. */
function nightsBefore(now: number): number[] {
  const last = Math.floor((now - NIGHT_MS) / DAY_MS) * DAY_MS;
  const { keeps } = usualNightly;
  return Array.from({ length: keeps }, (_none, back) => last - (keeps - 1 - back) * DAY_MS);
}

/** When in the night the turn of a volume comes, and how long it takes: the same every night. */
function turnOf(claim: Claim): { afterMs: number; tookMs: number } {
  const own = createRandom(59).fork(claimKey(claim));
  return { afterMs: own.between(4000, 300_000), tookMs: own.between(9000, 240_000) };
}

function isSame(notes: readonly BackupNote[], others: readonly BackupNote[]): boolean {
  const fits = ({ at, bytes }: BackupNote, index: number) => at === others[index]?.at && bytes === others[index].bytes;
  return notes.length === others.length && notes.every(fits);
}
