import { readFileSync, statSync } from 'node:fs';
import { sampleMs, type Sample, type SeriesStore } from '#server/history/history.ts';
import { createSeriesStore } from '#server/history/series-store.ts';
import type { SeriesAccess } from '#test/history/series-access.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The days at the end that are written tick by tick; of those before, one tick in six hours, which makes the same chunks: they have all their room whatever is in them. */
const wholeDays = 3;

/** What was measured while two years were written; times in ms, sizes in bytes. */
export interface YearsFigures {
  ticks: number[];
  /** Ticks that end an hour. */
  turns: number[];
  /** Rounds of tidying that folded something, or found nothing. */
  tidies: number[];
  /** Handed to the kernel (`wchar`: log and checkpoints, page by page) and written by it (`write_bytes`, in blocks) on the last day. */
  handedBytes: number;
  writtenBytes: number;
  fileBytes: number;
}

/** Values that a cluster may have: some that hardly change, some that always do. */
export function samplesAt(at: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const wave = 50 + 30 * Math.sin(at / (2 * hourMs) + i) + 5 * Math.sin(at / 60_000 + 7 * i);
    const value = i % 4 === 0 ? 4 : i % 4 === 1 ? Math.round(wave) : wave;
    return { series: `nodes/figure|Node/nuc${i}`, value, lasting: false };
  });
}

/** Writes `days` up to `endAt` into the database. */
export function writeYears(
  access: SeriesAccess,
  file: string,
  endAt: number,
  days: number,
  count: number,
): YearsFigures {
  let now = endAt - days * dayMs;
  const store = createSeriesStore(access, 'bench', () => now);
  for (; now < endAt - wholeDays * dayMs; now += 6 * hourMs) {
    store.record(now, samplesAt(now, count));
    // As often as it would have been called.
    for (let i = 0; i < 6; i += 1) access.tidy(now);
  }
  const figures: YearsFigures = { ticks: [], turns: [], tidies: [], handedBytes: 0, writtenBytes: 0, fileBytes: 0 };
  let before = written();
  for (; now < endAt; now += sampleMs) {
    if (now === endAt - dayMs) before = written();
    tickAt(store, access, now, count, now >= endAt - dayMs ? figures : null);
  }
  const after = written();
  figures.handedBytes = after.handed - before.handed;
  figures.writtenBytes = after.written - before.written;
  access.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return { ...figures, fileBytes: statSync(file).size };
}

function tickAt(
  store: SeriesStore,
  access: SeriesAccess,
  at: number,
  count: number,
  figures: YearsFigures | null,
): void {
  const samples = samplesAt(at, count);
  const turns = at % hourMs === 0;
  const ms = timed(() => store.record(at, samples));
  (turns ? figures?.turns : figures?.ticks)?.push(ms);
  if (turns) figures?.tidies.push(timed(() => access.tidy(at)));
}

/** How long it takes, ms. */
export function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function written(): { handed: number; written: number } {
  const text = readFileSync('/proc/self/io', 'utf8');
  const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1]);
  return { handed: of('wchar'), written: of('write_bytes') };
}
