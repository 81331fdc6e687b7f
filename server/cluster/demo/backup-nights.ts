import type { BackupShelf } from './backup-shelf.ts';
import { claimKey, type Claim } from './claims.ts';
import { usualNightly } from './home-jobs.ts';
import type { BackupNote } from './make-backup.ts';
import { createRandom } from './random.ts';
import type { VolumeData } from './volume-data.ts';
import type { World } from './world.ts';

/** What it takes to make backups. */
export interface BackupNightsParts {
  data: VolumeData;
  shelf: BackupShelf;
  /** How many of each volume are kept. */
  keeps: () => number;
  isThere: (claim: Claim) => boolean;
}

/** Backups as they are made, night after night. */
export interface BackupNights {
  /** The last nights are over. */
  begin(): void;
  /** Of a claim there is what the last nights left if nothing went wrong. */
  settle(claim: Claim): void;
  /** One was made just now in which there is so much, or failed for that reason. */
  put(claim: Claim, bytes: number, error: string): void;
  /** A backup begins, of what is in the volume at that time, and is done after a while. */
  make(claim: Claim, at: number, tookMs: number): void;
  /** If another night has begun each of these gets its turn. */
  look(claims: readonly Claim[]): void;
}

const DAY_MS = 86_400_000;
// A night is over, and all its backups are made.
const NIGHT_MS = 900_000;

export function createBackupNights(world: World, parts: BackupNightsParts): BackupNights {
  const { now } = world;
  const { data, shelf, keeps, isThere } = parts;
  let nights: number[] = [];

  function make(claim: Claim, at: number, tookMs: number): void {
    const note = { claim, at, bytes: data.heldAt(claim, at).bytes, error: '' };
    shelf.add({ ...note, tookMs: null }, keeps());
    world.later(tookMs, () => {
      const runs = shelf.of(claim).some((each) => each.at === at && each.tookMs === null);
      if (runs) shelf.add({ ...note, tookMs }, keeps());
    });
  }

  function usual(claim: Claim): BackupNote[] {
    const { afterMs, tookMs } = turnOf(claim);
    const made = nights.map((night) => night + afterMs).filter((at) => at <= now());
    return made.map((at) => ({ claim, at, tookMs, bytes: data.usualAt(claim, at).bytes, error: '' }));
  }

  return {
    make,
    begin() {
      const last = Math.floor((now() - NIGHT_MS) / DAY_MS) * DAY_MS;
      const count = usualNightly.keeps;
      nights = Array.from({ length: count }, (_none, back) => last - (count - 1 - back) * DAY_MS);
    },
    settle(claim) {
      const wanted = usual(claim);
      if (!isSame(shelf.of(claim), wanted)) shelf.show(claim, wanted);
    },
    put: (claim, bytes, error) => shelf.add({ claim, at: now(), tookMs: 0, bytes, error }, keeps()),
    look(claims) {
      const night = Math.floor(now() / DAY_MS) * DAY_MS;
      if (night <= (nights.at(-1) ?? 0)) return;
      nights = [...nights, night].slice(-usualNightly.keeps);
      for (const claim of claims) {
        const { afterMs, tookMs } = turnOf(claim);
        world.later(night + afterMs - now(), () => {
          if (isThere(claim)) make(claim, night + afterMs, tookMs);
        });
      }
    },
  };
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
