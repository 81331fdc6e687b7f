import { expect, test } from 'vitest';
import { createMoments } from '#server/history/moments.ts';

test('moments are read oldest first, also those that were told late', () => {
  const moments = createMoments();
  for (const at of [10, 30, 20]) moments.add({ at, kind: 'reboot', text: `${at}` });
  expect(moments.read(10, 30, 500).map(({ text }) => text)).toEqual(['10', '20', '30']);
  expect(moments.read(11, 29, 500).map(({ text }) => text)).toEqual(['20']);
});

test('the last 500 moments are kept', () => {
  const moments = createMoments();
  for (let at = 0; at < 600; at += 1) moments.add({ at, kind: 'reboot', text: '' });
  const read = moments.read(0, Infinity, 500);
  expect(read).toHaveLength(500);
  expect(read[0]?.at).toBe(100);
});
