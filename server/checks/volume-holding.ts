import { something, type Held } from './volume-fall.ts';
import { sameMount, type Figures, type Mount, type VolumeSample } from './volume-sample.ts';

/** What a volume holds, as the next sample is compared with it: the most of the last quarter of an hour. Times epoch ms of our clock. */
export interface Holding extends Held {
  /** When either was written down last; what is kept is that much older than the last sample. */
  at: number;
  bytesAt: number;
  inodesAt: number;
  /** Null where nothing was measured yet. */
  mount: Mount | null;
}

// All claims in the same moments, so that there are few of them: what is remembered of all is written together.
const stepMs = 15 * 60_000;
// A little more is the same.
const noise = 1.05;

/** What is held after another sample; the same object where that is about the same, within a quarter of an hour. */
export function follow(held: Holding, sample: VolumeSample): Holding {
  const bytes = followOne(held.bytes, held.bytesAt, sample.bytes, sample.at);
  const inodes = followOne(held.inodes, held.inodesAt, sample.inodes, sample.at);
  const mount = held.mount !== null && sameMount(held.mount, sample) ? held.mount : sample.mount;
  const bytesSince = sinceWhen(held.bytesSince, sample.bytes, something.bytes, sample.at);
  const inodesSince = sinceWhen(held.inodesSince, sample.inodes, something.inodes, sample.at);
  const same = !bytes && !inodes && mount === held.mount;
  if (same && bytesSince === held.bytesSince && inodesSince === held.inodesSince) return held;
  return {
    ...{ at: sample.at, mount, bytesSince, inodesSince },
    ...{ bytes: bytes ? sample.bytes : held.bytes, bytesAt: bytes ? sample.at : held.bytesAt },
    ...{ inodes: inodes ? sample.inodes : held.inodes, inodesAt: inodes ? sample.at : held.inodesAt },
  };
}

/** True if the new figure is to be taken: it is more, or the old one is a quarter of an hour old (or of a time to come). */
function followOne(before: number | null, at: number, value: number | null, now: number): boolean {
  if (value === null) return false;
  return before === null || value > before * noise || Math.floor(now / stepMs) !== Math.floor(at / stepMs);
}

function sinceWhen(since: number | null, value: number | null, least: number, at: number): number | null {
  if (value === null) return since;
  return value < least ? null : Math.min(since ?? at, at);
}

/** What is held where a memory begins anew with these figures. */
export function holding({ at, bytes, inodes, mount }: Figures & { at: number; mount: Mount }): Holding {
  return {
    ...{ at, bytes, inodes, mount, bytesAt: at, inodesAt: at },
    bytesSince: bytes !== null && bytes >= something.bytes ? at : null,
    inodesSince: inodes !== null && inodes >= something.inodes ? at : null,
  };
}
