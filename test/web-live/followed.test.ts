import { expect, test, vi } from 'vitest';

import type { Answer } from '#web/live/doors.ts';
import { Followed } from '#web/live/followed.svelte.ts';

function asking(answers: Answer<number>[]) {
  let asked = 0;
  const followed = new Followed(async () => answers[asked++] ?? { ok: true as const, value: -1 }, 5);
  return { followed, asked: () => asked };
}

test('an answer is kept when the next question fails, with a word why', async () => {
  const { followed } = asking([
    { ok: true, value: 1 },
    { ok: false, missing: false, sentence: 'The wall cannot be reached.' },
    { ok: true, value: 3 },
  ]);
  followed.refresh();
  await vi.waitFor(() => expect(followed.value).toBe(1));
  followed.refresh();
  await vi.waitFor(() => expect(followed.trouble).toBe('The wall cannot be reached.'));
  expect(followed.value).toBe(1);
  followed.refresh();
  await vi.waitFor(() => expect(followed.value).toBe(3));
  expect(followed.trouble).toBeNull();
});

test('many wishes while one question is on its way are one more question', async () => {
  const { followed, asked } = asking([]);
  for (let i = 0; i < 20; i += 1) followed.refresh();
  await vi.waitFor(() => expect(asked()).toBe(2));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked()).toBe(2);
});

test('a page that is left asks no more', async () => {
  const { followed, asked } = asking([]);
  followed.refresh();
  followed.refresh();
  followed.leave();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked()).toBe(1);
});
