import { expect, test } from 'vitest';

import { loadedOnce } from '#web/parts/loaded-once.ts';

test('what was loaded is there at once when it is asked for again', async () => {
  const load = loadedOnce(() => Promise.resolve({ part: 'rows' }));
  const first = load();
  expect(first).toBeInstanceOf(Promise);
  const part = await first;
  expect(load()).toBe(part);
});

test('what could not be loaded is asked for again', async () => {
  const answers = [() => Promise.reject(new Error('no contact')), () => Promise.resolve('rows')];
  const load = loadedOnce(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
  await expect(load()).rejects.toThrow('no contact');
  expect(await load()).toBe('rows');
  expect(load()).toBe('rows');
});
