import { expect, test } from 'vitest';
import { splitAddress } from '#server/checks/door-words.ts';

test.for([
  ['192.168.1.10:6443', '192.168.1.10', '6443'],
  ['kmaster.lan', 'kmaster.lan', ''],
  ['[fd00::10]:6443', 'fd00::10', '6443'],
  ['[fd00::10]', 'fd00::10', ''],
  ['', '', ''],
])('%s is taken apart into host and port', ([address, host, port]) => {
  expect(splitAddress(address!)).toEqual({ host, port });
});
