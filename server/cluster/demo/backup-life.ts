import { claimKey, claimOf, type Claim } from './claims.ts';
import { createHomeJobs } from './home-jobs.ts';
import { LONGHORN } from './make-longhorn.ts';
import { backupName, makeBackup, makeBackupTarget, makeBackupVolume, type BackupNote } from './make-backup.ts';
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
  /** From now on so many are kept. */
  retain(count: number): void;
  /** A backup of a claim fails now. Throws if there is no such claim. */
  fail(key: string, error: string): void;
  /** A backup of a claim is made now in which there is only so much. */
  shrink(key: string, bytes: number): void;
  /** The newest of each volume are gone, as if the job had not run for so many nights. */
  miss(nights: number): void;
  /** The target cannot be reached, and why. */
  loseTarget(why: string): void;
  /** All is as if nothing had ever gone wrong. */
  restore(): void;
}

const DAY_MS = 86_400_000;
const LOOKS_EVERY_MS = 300_000;
const KEEPS = 7;
// A night is over, and all its backups are made.
const NIGHT_MS = 900_000;
const SOON_MS = { low: 3000, high: 20_000 };

/** Ends with the schedule. */
export function createBackupLife(world: World, storage: StorageLife): BackupLife {
  const { store, now, schedule } = world;
  const jobs = createHomeJobs(world);
  const made = new Map<string, BackupNote[]>();
  const random = world.random.fork('backups');
  let claims: readonly Claim[] = [];
  let nights: number[] = [];
  let keeps = KEEPS;
  let targetTrouble = { why: '', since: 0 };
  let createdAt = 0;

  const notesOf = (claim: Claim) => made.get(claimKey(claim)) ?? [];

  /** Whatever is kept of a claim, and nothing else, is there. */
  function show(claim: Claim, notes: readonly BackupNote[]): void {
    for (const { at } of notesOf(claim)) {
      if (!notes.some((note) => note.at === at)) store.remove('longhornbackups', keyOfBackup(claim, at));
    }
    for (const note of notes) if (!notesOf(claim).includes(note)) store.put('longhornbackups', makeBackup(note));
    made.set(claimKey(claim), [...notes]);
    const last = notes.findLast(isGood) ?? null;
    store.put('longhornbackupvolumes', makeBackupVolume(claim, last, createdAt, now()));
    storage.tellBackup(claim, last === null ? null : { name: backupName(claim, last.at), at: doneAt(last) });
  }

  /** One more is there; what is too old goes. */
  function keep(note: BackupNote): void {
    const others = notesOf(note.claim).filter(({ at }) => at !== note.at);
    const all = [...others, note].toSorted((one, other) => one.at - other.at);
    const good = all.filter(isGood);
    const old = new Set(note.tookMs === null ? [] : good.slice(0, Math.max(0, good.length - keeps)));
    show(
      note.claim,
      all.filter((each) => !old.has(each)),
    );
  }

  /** A backup begins, of what is in the volume at that time, and is done after a while. */
  function make(claim: Claim, at: number, tookMs: number): void {
    const note = { claim, at, bytes: storage.data.heldAt(claim, at).bytes, error: '' };
    keep({ ...note, tookMs: null });
    world.later(tookMs, () => {
      if (notesOf(claim).some((each) => each.at === at && each.tookMs === null)) keep({ ...note, tookMs });
    });
  }

  function usual(claim: Claim): BackupNote[] {
    return nights.map((night) => {
      const { afterMs, tookMs } = turnOf(claim);
      const at = night + afterMs;
      return { claim, at, tookMs, bytes: storage.data.usualAt(claim, at).bytes, error: '' };
    });
  }

  function add(more: readonly Claim[]): void {
    const own = more.filter(({ is }) => is === 'longhorn');
    claims = [...claims, ...own];
    for (const claim of own) show(claim, usual(claim));
  }

  function look(): void {
    if (claims.length === 0 || !world.door.acceptsWrites) return;
    jobs.look(createdAt);
    putTarget();
    const night = Math.floor(now() / DAY_MS) * DAY_MS;
    if (night <= (nights.at(-1) ?? 0)) return;
    nights = [...nights, night].slice(-KEEPS);
    for (const claim of claims) {
      const { afterMs, tookMs } = turnOf(claim);
      world.later(afterMs, () => {
        if (claims.includes(claim)) make(claim, night + afterMs, tookMs);
      });
    }
  }

  function putTarget(): void {
    const { why, since } = targetTrouble;
    const known = store.get('longhornbackuptargets', `${LONGHORN}/default`);
    const before = Date.parse(String(known?.status['lastSyncedAt'] ?? ''));
    const syncedAt = why === '' || Number.isNaN(before) ? now() : before;
    store.put('longhornbackuptargets', makeBackupTarget(why, why === '' ? createdAt : since, createdAt, syncedAt));
  }

  function find(key: string): Claim {
    const claim = claimOf(key);
    if (!claim || !claims.includes(claim)) throw new Error(`the demo has no backups of ${key}`);
    return claim;
  }

  function setTarget(why: string): void {
    targetTrouble = { why, since: now() };
    putTarget();
  }

  schedule.every(LOOKS_EVERY_MS, LOOKS_EVERY_MS - (now() % LOOKS_EVERY_MS), look);

  return {
    add,
    furnish(more, at) {
      createdAt = at;
      const last = Math.floor((now() - NIGHT_MS) / DAY_MS) * DAY_MS;
      nights = Array.from({ length: KEEPS }, (_none, back) => last - (KEEPS - 1 - back) * DAY_MS);
      jobs.furnish(createdAt, keeps);
      putTarget();
      add(more);
    },
    remove(gone) {
      for (const claim of claims.filter((each) => gone.includes(each))) {
        for (const { at } of notesOf(claim)) store.remove('longhornbackups', keyOfBackup(claim, at));
        const { name } = makeBackupVolume(claim, null, createdAt, now()).metadata;
        store.remove('longhornbackupvolumes', `${LONGHORN}/${name}`);
        made.delete(claimKey(claim));
      }
      claims = claims.filter((each) => !gone.includes(each));
    },
    uninstall() {
      claims = [];
      made.clear();
    },
    run() {
      for (const claim of claims) make(claim, now(), random.between(SOON_MS.low, SOON_MS.high));
    },
    retain(count) {
      keeps = count;
      jobs.retain(createdAt, count);
      for (const claim of claims) show(claim, notesOf(claim).slice(-count));
    },
    fail: (key, error) => keep({ claim: find(key), at: now(), tookMs: 0, bytes: 0, error }),
    shrink: (key, bytes) => keep({ claim: find(key), at: now(), tookMs: 0, bytes, error: '' }),
    miss(count) {
      for (const claim of claims) show(claim, notesOf(claim).slice(0, -count));
    },
    loseTarget: setTarget,
    restore() {
      if (claims.length === 0) return;
      if (keeps !== KEEPS) jobs.retain(createdAt, KEEPS);
      keeps = KEEPS;
      if (targetTrouble.why !== '') setTarget('');
      for (const claim of claims) if (!isUsual(notesOf(claim), usual(claim))) show(claim, usual(claim));
    },
  };
}

/** When in the night the turn of a volume comes, and how long it takes: the same every night. */
function turnOf(claim: Claim): { afterMs: number; tookMs: number } {
  const own = createRandom(59).fork(claimKey(claim));
  return { afterMs: own.between(4000, 300_000), tookMs: own.between(9000, 240_000) };
}

function isUsual(notes: readonly BackupNote[], usual: readonly BackupNote[]): boolean {
  return (
    notes.length === usual.length &&
    notes.every(({ at, bytes }, index) => at === usual[index]?.at && bytes === usual[index].bytes)
  );
}

function isGood({ tookMs, error }: BackupNote): boolean {
  return tookMs !== null && error === '';
}

function doneAt({ at, tookMs }: BackupNote): number {
  return at + (tookMs ?? 0);
}

function keyOfBackup(claim: Claim, at: number): string {
  return `${LONGHORN}/${backupName(claim, at)}`;
}
