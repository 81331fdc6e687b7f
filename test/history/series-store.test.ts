import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSeriesStore, seriesPart } from '#server/history/series-store.ts';
import { sampleMs } from '#server/history/history.ts';
import { inTransaction, openSeriesAccess } from './series-access.ts';
import { samplesOf, seriesBegin, seriesContract } from './series-contract.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'clusterwall-series-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;

describe('series in memory', () => seriesContract(() => openSeriesAccess()));

describe('series in a file', () => seriesContract(() => openSeriesAccess(join(directory, `${(files += 1)}.db`))));

describe('series killed while they are written', () => {
  test('lose nothing that was told, 8 times', async () => {
    const file = join(directory, 'killed.db');
    let last = -1;
    for (let run = 0; run < 8; run += 1) {
      last = await recordUntilKilled(file, last + 1, 100 + run * 13);
      const access = openSeriesAccess(file);
      const now = seriesBegin + (last + 2) * sampleMs;
      const store = createSeriesStore(access, 'abc', () => now);
      expect(access.database.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
      let told = 0;
      for (let from = seriesBegin; from < now; from += 1_000 * sampleMs) {
        const { points } = store.read('tick', from, Math.min(now, from + 1_000 * sampleMs), 1_000)!;
        for (const [at, , value] of points) {
          const tick = (at - seriesBegin) / sampleMs;
          if (tick <= last) expect([tick, value]).toEqual([tick, tick]);
          told += value === null ? 0 : 1;
        }
      }
      expect(told).toBeGreaterThan(last);
      access.close();
      // One more may have been written than was told.
      last = told - 1;
    }
  }, 120_000);
});

/** Records tick by tick until it is killed; resolves with the last tick that was told to be written. */
async function recordUntilKilled(file: string, from: number, count: number): Promise<number> {
  const program = join(import.meta.dirname, 'series-until-killed.ts');
  const child = spawn(process.execPath, [program, file, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = from - 1;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last >= from + count) child.kill('SIGKILL');
  }
  return last;
}

describe('series that were kept in memory meanwhile', () => {
  const [file, memory] = [() => openSeriesAccess(join(directory, 'carry.db')), () => openSeriesAccess()];

  test('are put into the file, each in its place, and what stands there stays', () => {
    const [to, from] = [file(), memory()];
    const end = seriesBegin + 1_000 * sampleMs;
    const stores = [createSeriesStore(to, 'abc', () => end), createSeriesStore(from, 'abc', () => end)] as const;
    for (let tick = 0; tick < 400; tick += 1) {
      stores[0].record(seriesBegin + tick * sampleMs, samplesOf({ a: 1, b: 2 }));
    }
    for (let tick = 390; tick < 1_000; tick += 1) {
      stores[1].record(seriesBegin + tick * sampleMs, samplesOf({ c: 4, a: 3 }));
    }
    createSeriesStore(from, 'other', () => end).record(seriesBegin, samplesOf({ b: 9 }));
    inTransaction(to.database, () => seriesPart.carryOver(from.database, to.database));
    to.restart();
    const after = createSeriesStore(to, 'abc', () => end);
    const averages = (series: string) =>
      after.read(series, seriesBegin, end, 1_000)?.points.map(([, , value]) => value);
    expect(averages('a')).toEqual(Array.from({ length: 1_000 }, (_, tick) => (tick < 400 ? 1 : 3)));
    expect(averages('b')?.filter((value) => value === 2)).toHaveLength(400);
    expect(averages('c')?.indexOf(4)).toBe(400);
    expect(createSeriesStore(to, 'other', () => end).read('b', seriesBegin, end, 1)?.points[0]?.[2]).toBe(9);
    after.record(end, samplesOf({ a: 5 }));
    expect(averages('a')?.at(-1)).toBe(3);
    to.close();
    from.close();
  });

  test('of weeks are put there folded as they were', () => {
    const [to, from] = [file(), memory()];
    let now = seriesBegin;
    const store = createSeriesStore(from, 'abc', () => now);
    for (; now < seriesBegin + 45 * 86_400_000; now += 1_800_000) {
      store.record(now, samplesOf({ a: (now / 1_800_000) % 2 }));
      from.tidy(now);
    }
    inTransaction(to.database, () => seriesPart.carryOver(from.database, to.database));
    const after = createSeriesStore(to, 'abc', () => now);
    for (const [span, points] of [
      [86_400_000, 2_000],
      [20 * 86_400_000, 2_000],
      [45 * 86_400_000, 1_000],
    ] as const) {
      expect(after.read('a', now - span, now, points)).toEqual(store.read('a', now - span, now, points));
    }
    to.close();
    from.close();
  });
});
