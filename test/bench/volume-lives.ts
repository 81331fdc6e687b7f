/** What is in a volume at a moment. */
export interface Contents {
  bytes: number;
  files: number;
}

/** How the data of a volume change: called for each step, with the time since the year began and the length of the step (ms). */
export interface Life {
  kind: string;
  contents: Contents;
  step(at: number, ms: number): void;
}

export type Random = () => number;

const hour = 3_600_000;
const day = 24 * hour;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function between(random: Random, from: number, to: number): number {
  return from + random() * (to - from);
}

/** True once, in the step in which the time of the day (`hourOfDay`) is passed. */
function passes(at: number, ms: number, everyMs: number, offsetMs: number): boolean {
  return Math.floor((at - offsetMs) / everyMs) !== Math.floor((at - ms - offsetMs) / everyMs);
}

/** A database: grows, is vacuumed each month, and writes a dump beside its data each night that is gone within the hour. */
function database(random: Random): Life {
  let data = between(random, 80e6, 3e9);
  let dump = 0;
  let dumpEnds = 0;
  const files = between(random, 900, 1_600);
  const offset = between(random, 0, day);
  return {
    kind: 'database',
    contents: { bytes: data, files },
    step(at, ms) {
      data += (ms / day) * data * 0.012 * random() * 2;
      // At another time of the day than the dump.
      if (passes(at, ms, 30 * day, offset + day / 2)) data *= between(random, 0.35, 0.8);
      if (passes(at, ms, day, offset)) {
        dump = data * between(random, 0.2, 6);
        dumpEnds = at + between(random, 5 * 60_000, hour);
      }
      if (at > dumpEnds) dump = 0;
      this.contents = { bytes: data + dump, files: files + (dump > 0 ? 1 : 0) + Math.floor(random() * 6) };
    },
  };
}

/** One log that is cut to nothing each day, a few that are kept beside it. */
function truncatedLog(random: Random): Life {
  let bytes = between(random, 1e6, 30e6);
  const perDay = between(random, 80e6, 900e6);
  const files = Math.floor(between(random, 2, 9));
  const offset = between(random, 0, day);
  return {
    kind: 'log, cut daily',
    contents: { bytes, files },
    step(at, ms) {
      bytes += (ms / day) * perDay * between(random, 0.4, 1.6);
      if (passes(at, ms, day, offset)) bytes = between(random, 0.05e6, 4e6);
      this.contents = { bytes, files };
    },
  };
}

/** A new log each day, seven kept, compressed. */
function rotatedLog(random: Random): Life {
  const perDay = between(random, 30e6, 600e6);
  const offset = between(random, 0, day);
  let kept: number[] = [];
  let current = 0;
  return {
    kind: 'log, rotated daily',
    contents: { bytes: 1e6, files: 2 },
    step(at, ms) {
      current += (ms / day) * perDay * between(random, 0.3, 1.7);
      if (passes(at, ms, day, offset)) {
        kept = [...kept, current * between(random, 0.1, 0.3)].slice(-7);
        current = 0;
      }
      this.contents = { bytes: current + kept.reduce((a, b) => a + b, 0), files: 2 + kept.length };
    },
  };
}

/** Grows and is cleared: each week, down to a third or so. `wholly`: to nothing. */
function cache(random: Random, wholly: boolean): Life {
  let bytes = 1e6;
  const perDay = between(random, 200e6, 3e9);
  const offset = between(random, 0, 7 * day);
  return {
    kind: wholly ? 'cache, cleared wholly' : 'cache',
    contents: { bytes, files: 30 },
    step(at, ms) {
      bytes += (ms / day) * perDay * random() * 2;
      if (passes(at, ms, 7 * day, offset)) bytes = wholly ? 0 : bytes * between(random, 0.25, 0.5);
      this.contents = { bytes, files: Math.floor(bytes / 400_000) };
    },
  };
}

function media(random: Random): Life {
  let bytes = between(random, 20e9, 800e9);
  let files = between(random, 100, 40_000);
  return {
    kind: 'media',
    contents: { bytes, files },
    step(_at, ms) {
      if (random() < (ms / day) * 2) {
        bytes += between(random, 0.2e9, 20e9);
        files += between(random, 1, 30);
      }
      if (random() < (ms / day) * 0.1) {
        const left = between(random, 0.7, 0.99);
        bytes *= left;
        files *= left;
      }
      this.contents = { bytes, files };
    },
  };
}

/** Many small objects, packed each week. */
function gitRepositories(random: Random): Life {
  let packed = between(random, 200e6, 3e9);
  let loose = 200;
  // Some thirty files of each repository are never packed.
  const fixed = between(random, 1_200, 4_000);
  const offset = between(random, 0, 7 * day);
  return {
    kind: 'git repositories',
    contents: { bytes: packed, files: fixed + loose },
    step(at, ms) {
      loose += (ms / day) * between(random, 0, 900);
      if (passes(at, ms, 7 * day, offset)) {
        packed += loose * 4_000;
        loose = between(random, 20, 200);
      }
      this.contents = { bytes: packed + loose * 9_000, files: fixed + loose };
    },
  };
}

function smallConfig(random: Random): Life {
  const files = Math.floor(between(random, 20, 90));
  const bytes = between(random, 0.15e6, 9e6);
  return {
    kind: 'small configuration',
    contents: { bytes, files },
    step() {
      this.contents = { bytes: bytes * between(random, 0.97, 1.03), files: files + Math.floor(random() * 3) };
    },
  };
}

/** Blocks of measurements that are merged and let go after their time. */
function metrics(random: Random): Life {
  let bytes = between(random, 100e6, 300e6);
  const perDay = between(random, 20e6, 90e6);
  const most = perDay * 40;
  return {
    kind: 'metrics',
    contents: { bytes, files: 300 },
    step(_at, ms) {
      bytes += (ms / day) * perDay * random() * 2;
      if (random() < (ms / day) * 3) bytes *= between(random, 0.8, 0.97);
      if (bytes > most) bytes *= 0.75;
      this.contents = { bytes, files: 200 + bytes / 3e6 + random() * 90 };
    },
  };
}

/** A log that is rotated each week; what is kept of it is a third. */
function weeklyLog(random: Random): Life {
  let bytes = 5e6;
  const perDay = between(random, 20e6, 200e6);
  const offset = between(random, 0, 7 * day);
  return {
    kind: 'log, rotated weekly',
    contents: { bytes, files: 6 },
    step(at, ms) {
      bytes += (ms / day) * perDay * random() * 2;
      if (passes(at, ms, 7 * day, offset)) bytes *= between(random, 0.24, 0.4);
      this.contents = { bytes, files: 6 };
    },
  };
}

/** Twenty volumes of a homelab. The one that is cleared wholly is the one whose owner has said so. */
export function twentyLives(random: Random): { life: Life; expectShrink: boolean }[] {
  const lives = [
    ...[database, database, database, database, truncatedLog, truncatedLog, rotatedLog, rotatedLog, weeklyLog],
    ...[media, media, media, gitRepositories, gitRepositories, smallConfig, smallConfig, smallConfig, metrics],
  ].map((make) => ({ life: make(random), expectShrink: false }));
  return [
    ...lives,
    { life: cache(random, false), expectShrink: false },
    { life: cache(random, true), expectShrink: true },
  ];
}
