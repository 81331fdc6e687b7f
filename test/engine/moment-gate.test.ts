import { expect, test } from 'vitest';
import { createMomentGate } from '#server/engine/moment-gate.ts';
import type { Moment } from '#shared/history.ts';
import { minute, noon, second } from '#test/builders/time.ts';

test('at most 100 moments of a minute are told, and then how many more there were', () => {
  const told: Moment[] = [];
  const gate = createMomentGate((moment) => told.push(moment));
  gate.tick(noon);
  for (let i = 0; i < 130; i += 1) gate.add({ at: noon + i, kind: 'moved', text: `${i}` });
  gate.tick(noon + 30 * second);
  expect(told).toHaveLength(100);
  gate.tick(noon + minute);
  expect(told.at(-1)).toEqual({ at: noon + 129, kind: 'moved', text: 'and 30 more in that minute' });
  gate.add({ at: noon + minute, kind: 'moved', text: 'the next minute' });
  gate.tick(noon + 2 * minute);
  expect(told.at(-1)?.text).toBe('the next minute');
});
