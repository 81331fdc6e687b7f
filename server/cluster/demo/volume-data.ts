import { claimKey, type Claim } from './claims.ts';
import { createRandom } from './random.ts';

/** How much is in a volume. */
export interface Held {
  bytes: number;
  files: number;
}

/** What is in the homelab's volumes, at any time. Claims are named `namespace/name`. */
export interface VolumeData {
  /** Epoch ms; of the past it tells what was then. */
  heldAt(claim: Claim, at: number): Held;
  /** What would be in it if nothing had ever befallen it. */
  usualAt(claim: Claim, at: number): Held;
  /** It is blank from now on: a new file system, and what its application writes at its first start. */
  empty(key: string): void;
  /** It is full to `fromShare` (0 to 1) at once, and something writes so much to it. */
  fill(key: string, bytesPerHour: number, fromShare: number): void;
  /** Its data are back, and what filled it is gone. */
  mend(key: string): void;
  mendAll(): void;
}

type Change =
  | { is: 'usual'; since: number }
  | { is: 'emptied'; since: number }
  | { is: 'filling'; since: number; bytesPerHour: number; fromShare: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
// What grows for ever would fill a demo that runs for months.
const GROWS_MS = 30 * DAY_MS;
// Files are written and removed again: hardly to be seen, and never a trend.
const WAVE_SHARE = 0.0008;
const WAVE_MS = 3 * HOUR_MS;
const JITTER_SHARE = 0.0004;
// A file system of ext4 in which nothing is yet.
const BLANK = { bytes: 24_576, files: 11 };
// What an application writes at its first start, of what it had.
const ANEW_SHARE = 0.0168;
// Older changes are not asked for: kubelets measure every minute.
const REMEMBERED = 4;

/** Data on which life goes on. `now` gives epoch ms. */
export function createVolumeData(now: () => number): VolumeData {
  const begunAt = now();
  const changes = new Map<string, Change[]>();

  const change = (key: string, next: Change) =>
    void changes.set(key, [...(changes.get(key) ?? []), next].slice(-REMEMBERED));

  function mend(key: string): void {
    if ((changes.get(key)?.at(-1)?.is ?? 'usual') !== 'usual') change(key, { is: 'usual', since: now() });
  }

  return {
    heldAt(claim, at) {
      const usual = usually(claim, begunAt, at);
      const last = changes.get(claimKey(claim))?.findLast(({ since }) => since <= at);
      switch (last?.is ?? 'usual') {
        case 'usual':
          return usual;
        case 'emptied':
          return { bytes: BLANK.bytes + part(usual.bytes), files: BLANK.files + part(usual.files) };
        case 'filling':
          return filled(claim, usual, last as Change & { is: 'filling' }, at);
      }
    },
    usualAt: (claim, at) => usually(claim, begunAt, at),
    empty: (key) => change(key, { is: 'emptied', since: now() }),
    fill: (key, bytesPerHour, fromShare) => change(key, { is: 'filling', since: now(), bytesPerHour, fromShare }),
    mend,
    mendAll() {
      for (const key of changes.keys()) mend(key);
    },
  };
}

/** What the file system of a claim holds: less than its volume, as it needs room for itself. */
export function fileSystemBytes({ is, gibibytes }: Claim): number {
  return is === 'nfs' ? 11_990_000_000_000 : Math.round(gibibytes * 2 ** 30 * 0.9729);
}

function part(of: number): number {
  return Math.round(of * ANEW_SHARE);
}

function filled(
  claim: Claim,
  usual: Held,
  { since, bytesPerHour, fromShare }: Change & { is: 'filling' },
  at: number,
): Held {
  const capacity = fileSystemBytes(claim);
  const bytes = Math.min(capacity, Math.round(capacity * fromShare + (bytesPerHour * (at - since)) / HOUR_MS));
  return { bytes, files: usual.files + Math.round((bytes - usual.bytes) / 16e6) };
}

function usually(claim: Claim, begunAt: number, at: number): Held {
  const { usedBytes, files, bytesPerDay } = claim;
  const grown = (bytesPerDay * Math.min(GROWS_MS, at - begunAt)) / DAY_MS;
  const own = createRandom(Math.floor(at / MINUTE_MS)).fork(claimKey(claim));
  const wave = WAVE_SHARE * Math.sin((at / WAVE_MS) * 2 * Math.PI) + JITTER_SHARE * (own.next() - 0.5);
  const bytes = usedBytes + grown;
  return { bytes: blocks(bytes * (1 + wave)), files: Math.round(files * (1 + grown / usedBytes)) };
}

/** File systems give room in blocks of 4 KiB. */
function blocks(bytes: number): number {
  return Math.round(bytes / 4096) * 4096;
}
