import { expect, test } from 'vitest';
import volumeShrunkSlowly from '#server/checks/storage/volume-shrunk-slowly.ts';
import { rememberCourse, type VolumeCourse } from '#server/checks/volume-course.ts';
import { noStorageWish } from '#server/facts/storage-wish.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aVolumeStats } from '#test/builders/storage.ts';
import { hour, noon } from '#test/builders/time.ts';

const key = 'git/gitea-data';

/** The verdict after these bytes were measured, one each hour. */
function after(bytes: readonly number[], claim: Parameters<typeof aClaim>[0] = {}) {
  let course: VolumeCourse | undefined;
  let snapshot = aSnapshot();
  for (const [i, usedBytes] of bytes.entries()) {
    const now = noon + i * hour;
    snapshot = aSnapshot({
      ...{ now, sources: { 'kubelet/nuc0': {} }, more: { persistentVolumeClaim: [aClaim(claim)] } },
      nodeStats: [aNodeStats({ volumes: [aVolumeStats({ at: now, usedBytes })] })],
    });
    course = rememberCourse(course, key, snapshot);
  }
  return { verdict: theVerdict(volumeShrunkSlowly, snapshot, { memory: new Map([[key, course]]) }), snapshot, course };
}

const hours = (count: number, of: (hour: number) => number) => Array.from({ length: count }, (_, i) => of(i));

test('more than half gone within days, bit by bit, is a notice', () => {
  const { verdict, snapshot } = after(hours(72, (i) => 1e9 * 0.985 ** i));
  expect(verdict).toMatchObject({ level: 'notice', sources: ['kubelet/nuc0'] });
  expect(sentence(verdict, snapshot.now)).toBe('gitea-data shrinks: 1 GB on 1 October, 347 MB now');
});

test('what does not shrink, grows, or has lost less than half is fine', () => {
  expect(after(hours(72, () => 1e9)).verdict.level).toBe('ok');
  expect(after(hours(72, (i) => 1e9 * 1.01 ** i)).verdict.level).toBe('ok');
  expect(after(hours(72, (i) => 1e9 * 0.995 ** i)).verdict.level).toBe('ok');
});

test('a single fall is none, nor what comes and goes, nor what is little', () => {
  expect(after(hours(72, (i) => (i < 36 ? 1e9 : 3e8))).verdict.level).toBe('ok');
  expect(after(hours(96, (i) => 1e9 * (0.6 + 0.4 * Math.cos(i / 8)))).verdict.level).toBe('ok');
  expect(after(hours(72, (i) => 6e7 * 0.985 ** i)).verdict.level).toBe('ok');
});

test('within a day nothing is said', () => {
  expect(after(hours(20, (i) => 1e9 * 0.95 ** i)).verdict.level).toBe('ok');
});

test('what is marked as coming and going is none', () => {
  const wish = { ...noStorageWish, expectShrink: true };
  expect(
    after(
      hours(72, (i) => 1e9 * 0.985 ** i),
      { wish },
    ).verdict.level,
  ).toBe('ok');
});

test('what is remembered is bounded, and calm where nothing changes', () => {
  const { course, snapshot } = after(hours(24 * 60, (i) => 1e9 + i));
  expect(course?.points.length).toBe(15);
  expect(rememberCourse(course, key, snapshot)).toBe(course);
});
