import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { HistoryFile } from '#server/history/history-file.ts';
import { canMount, fillDisk, useDataDirectory } from './data-directory.ts';
import { noon } from './episode-data.ts';
import { someKept } from './kept-data.ts';

const data = useDataDirectory();
const mountable = canMount();
const why = mountable ? '' : ' (not tested: mounting a file system needs root on Linux)';

describe.skipIf(!mountable && process.env['CI'] !== 'true')(`a full disk${why}`, () => {
  let now = noon;

  /** Hours of 500 series and of levels; gives when it ended. */
  function record(history: HistoryFile, hours: number): number {
    const { series, levels } = history.of('abc');
    const ticks = hours * 240;
    for (let i = 0; i < ticks; i += 1) {
      now += 15_000;
      const value = Math.sin(i) * 1_000;
      series.record(
        now,
        Array.from({ length: 500 }, (_, n) => ({ series: `a/b|Node/${n}`, value: value + n, lasting: false })),
      );
      levels.record('nodes', i % 2 === 0 ? 'ok' : 'bad', now);
      levels.alive(now);
    }
    return now;
  }

  test('lets the oldest detail go, says so, and goes on in the file', async () => {
    now = noon;
    const disk = data.smallDisk(16_000);
    const history = data.open({ folder: disk, now: () => now, everyMs: 100 });
    const ballast = join(disk, 'clusterwall.ballast');
    await vi.waitFor(() => expect(existsSync(ballast)).toBe(true));
    record(history, 8);
    const before = statSync(join(disk, 'clusterwall.db')).size;
    fillDisk(join(disk, 'filler'));
    for (let hour = 0; hour < 5; hour += 1) {
      record(history, 1);
      expect(history.problem).toBe('');
      // As in an hour of real time, the ballast is taken up again meanwhile if there is room.
      await vi.waitFor(() => expect(existsSync(ballast)).toBe(true));
    }
    expect(data.log[0]).toBe(`no space is left on the disk of ${disk}: the oldest detail is let go`);
    const { series, levels } = history.of('abc');
    // The newest is there as it was measured, the oldest as averages.
    expect(series.read('a/b|Node/1', now - 3_600_000, now, 240)?.points.every(([, , value]) => value !== null)).toBe(
      true,
    );
    expect(series.read('a/b|Node/1', noon, noon + 3_600_000, 4)?.points.some(([, , value]) => value !== null)).toBe(
      true,
    );
    expect(levels.read('nodes', noon, now)!.length).toBeGreaterThan(3_000);
    rmSync(join(disk, 'filler'));
    await vi.waitFor(() => expect([existsSync(ballast), history.notices]).toEqual([true, []]));
    expect(statSync(join(disk, 'clusterwall.db')).size).toBeLessThan(before * 3);
    history.close();
    expect(data.peek('PRAGMA integrity_check', join(disk, 'clusterwall.db'))).toEqual([{ integrity_check: 'ok' }]);
  }, 120_000);

  test('where nothing can be let go any more history goes on in memory, says so, and is kept again once there is space', async () => {
    now = noon;
    const disk = data.smallDisk(256);
    const history = data.open({ folder: disk, now: () => now, everyMs: 100 });
    history.save('abc', someKept(), 'now');
    const { levels, moments } = history.of('abc');
    levels.record('nodes', 'bad', noon);
    levels.alive(noon + 1_000);
    expect(history.problem).toBe('');
    fillDisk(join(disk, 'filler'));
    const many = Array.from({ length: 300 }, (_, i) => ({ ...someKept().episodes[0]!, finding: `${i}` }));
    history.save('abc', someKept({ episodes: many }), 'soon');
    const problem = `history is not kept: no space is left on the disk of ${disk}`;
    expect(history.problem).toBe(problem);
    expect(history.load('abc').episodes).toHaveLength(300);
    now = noon + 60_000;
    levels.record('nodes', 'ok', now);
    levels.alive(now);
    moments.add({ at: now, kind: 'stop', text: 'meanwhile' });
    const expected = [
      { level: 'bad', from: noon, to: now },
      { level: 'ok', from: now, to: null },
    ];
    expect(levels.read('nodes', 0, Infinity)).toEqual(expected);
    rmSync(join(disk, 'filler'));
    await vi.waitFor(() => expect(history.problem).toBe(''));
    expect(levels.read('nodes', 0, Infinity)).toEqual(expected);
    expect(data.log).toEqual([problem, 'history is kept again']);
    history.close();
    now += 60_000;
    const after = data.open({ folder: disk, now: () => now });
    expect(after.load('abc').episodes).toHaveLength(300);
    expect(after.of('abc').levels.read('nodes', 0, noon + 60_000)).toEqual([expected[0]]);
    expect(after.of('abc').moments.read(0, Infinity, 5)).toHaveLength(1);
    after.close();
  });

  test('from the start is told as what it is', async () => {
    const disk = data.smallDisk(256);
    fillDisk(join(disk, 'filler'));
    const history = data.open({ folder: disk, everyMs: 100 });
    history.save('abc', someKept(), 'now');
    expect(history.problem).toBe(`history is not kept: no space is left on the disk of ${disk}`);
    rmSync(join(disk, 'filler'));
    await vi.waitFor(() => expect(history.problem).toBe(''));
    expect(history.load('abc')).toEqual(someKept());
  });
});
