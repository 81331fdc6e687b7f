import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HistoryFile } from '#server/history/history-file.ts';
import { writeWeeks } from './write-weeks.ts';

const dayMs = 86_400_000;

test('two weeks that were written are there: series, levels, episodes and moments, with the gap in which nobody watched', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-weeks-'));
  const endAt = Date.UTC(2026, 3, 15, 17, 3, 12);
  writeWeeks(directory, { clusterId: 'abc', endAt });
  const history = new HistoryFile({ directory, log: (text) => expect(text).toBe(''), now: () => endAt });
  const { series, levels, episodes, moments } = history.of('abc');
  const averages = (name: string, days: number, points: number) =>
    series.read(name, endAt - days * dayMs, endAt, points)!.points.map(([, , average]) => average);
  expect(series.names()).toHaveLength(31);
  expect(averages('control-plane/latency', 1, 1_000)).not.toContain(null);
  const weeks = averages('nodes/disk|Node/nuc0', 14, 336);
  // The five hours in which the wall was off, of which the first and the last were partly watched.
  expect(weeks.filter((value) => value === null).length).toBeGreaterThanOrEqual(4);
  expect(weeks.filter((value) => value === null).length).toBeLessThanOrEqual(5);
  expect(weeks.at(-1)).toBeGreaterThan(85);
  expect(averages('nodes/ready', 14, 2_000).some((value) => value === 3)).toBe(true);
  expect(levels.read('nodes', endAt - 14 * dayMs, endAt)?.map(({ level }) => level)).toEqual([
    ...['ok', 'bad', 'ok', 'ok', 'warn'],
  ]);
  expect(episodes.read({ from: 0, to: endAt, most: 9 })).toHaveLength(4);
  expect(moments.read(0, endAt, 99).length).toBeGreaterThan(12);
  history.close();
  rmSync(directory, { recursive: true });
}, 120_000);
