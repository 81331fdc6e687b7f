import './browser-stand-ins.ts';

import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';

import SparkLine from '#web/parts/SparkLine.svelte';
import { sparkPath, sparkSize, sparkWords } from '#web/parts/spark-line.ts';

const day = 86_400_000;
const spark = { points: [20, null, 31, 140], least: 12, usual: 31, most: 1_400 };
const measured = { series: 'services/latency', unit: 'ms' as const, windowMs: day };
afterEach(cleanup);

test('a line goes from nothing to its highest point, with gaps where nothing was measured', () => {
  const path = sparkPath(spark);
  expect(path.match(/M/g)).toHaveLength(2);
  // A point between gaps is a dash.
  expect(path).toMatch(/^M1\.5 \d+(\.\d)?h2\.5M/);
  const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
  expect(Math.min(...heights)).toBeGreaterThan(4);
  expect(Math.max(...heights)).toBeLessThan(sparkSize.height - 1.5);
});

test('odd lines are drawn as well: none, one point, all zero', () => {
  for (const points of [[], [null], [0], [0, 0, 0]]) expect(sparkPath({ points })).not.toContain('NaN');
  expect(sparkPath({ points: [null, null] })).toBe('');
});

test('whoever does not see it is told from what to what it went, and what was usual', () => {
  expect(sparkWords(spark, 'ms', day)).toBe('24 h: 12 ms to 1.4 s, mostly 31 ms');
  expect(sparkWords({ ...spark, least: 31, most: 31.2 }, 'ms', day)).toBe('24 h: 31 ms');
  expect(sparkWords({ ...spark, least: 31, most: 31.2 }, 'ms', 7 * day)).toBe('7 d: 31 ms');
});

test('it is a picture, or a button that shows the charts where there are any', async () => {
  const { rerender } = render(SparkLine, { props: { spark, measured, name: 'git.example' } });
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('24 h: 12 ms to 1.4 s, mostly 31 ms');
  let shown = 0;
  await rerender({ chart: () => (shown += 1) });
  await fireEvent.click(screen.getByRole('button', { name: /^Charts of git.example, 24 h: 12 ms to/ }));
  expect(shown).toBe(1);
});
