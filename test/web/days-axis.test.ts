import { expect, test } from 'vitest';

import { daysAxis } from '#web/parts/days-axis.ts';

test.each([
  [0.2, { max: 1, step: 1 }],
  [3.4, { max: 4, step: 1 }],
  [12, { max: 12, step: 7 }],
  [40.3, { max: 41, step: 14 }],
  [90, { max: 90, step: 30 }],
  [214, { max: 214, step: 60 }],
  [400, { max: 400, step: 180 }],
  [9_000, { max: 400, step: 180 }],
  [-20_000, { max: 1, step: 1 }],
])('%d days are shown on an axis of %o', (longest, axis) => {
  expect(daysAxis(longest, 400)).toEqual(axis);
});
