import { expect, test } from 'vitest';

import { Clock } from '#web/live/clock.svelte.ts';

test('before the server has said a time there is none', () => {
  const clock = new Clock(() => 5);
  clock.tick();
  expect(clock.now).toBeNull();
});

test('goes on from what the server said, whatever the date of the browser is', () => {
  let passed = 1_000;
  const clock = new Clock(() => passed);
  clock.sync(1_700_000_000_000);
  passed += 7_500;
  clock.tick();
  expect(clock.time()).toBe(1_700_000_007_500);
});

test('ages are told in steps of five seconds, so that a page at rest has little to draw', () => {
  let passed = 0;
  const clock = new Clock(() => passed);
  clock.sync(1_700_000_001_000);
  expect(clock.now).toBe(1_700_000_000_000);
  passed += 3_999;
  clock.tick();
  expect(clock.now).toBe(1_700_000_000_000);
  passed += 1;
  clock.tick();
  expect(clock.now).toBe(1_700_000_005_000);
});
