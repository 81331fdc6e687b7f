import { expect, test } from 'vitest';

import { cutInMiddle } from '#web/parts/cut-in-middle.ts';

const cut = (text: string, room: number) => cutInMiddle(text, room, (each) => [...each].length);

test('a text that has room is left as it is', () => {
  expect(cut('git.example', 11)).toBe('git.example');
});

test('a long one keeps its beginning and its end', () => {
  expect(cut('a-very-long-name.home.example', 13)).toBe('a-very…xample');
});

test('no letter is cut in half', () => {
  expect(cut('🦊🦊🦊🦊🦊🦊', 3)).toBe('🦊…🦊');
});

test('without any room there is still a mark that something is there', () => {
  expect(cut('git.example', 0)).toBe('…');
});
