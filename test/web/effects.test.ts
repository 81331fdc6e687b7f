import { expect, test } from 'vitest';

import type { Finding } from '#shared/finding.ts';
import { plainly } from '#shared/say.ts';
import { effectsElsewhere, withEffects } from '#web/parts/effects.ts';
import { makeFinding } from './fixtures.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const find = (check: string, name: string, cause: Finding | string | null = null): Finding =>
  makeFinding(now, {
    check: `workloads/${check}`,
    level: 'bad',
    subject: { kind: 'StatefulSet', namespace: 'gitea', name },
    say: plainly(`${check} ${name}`),
    cause: cause === null || typeof cause === 'string' ? cause : cause.id,
  });
const crashes = find('crash-looping', 'gitea-postgresql');
const restarts = find('restarts', 'gitea-postgresql', crashes);
const without = find('crash-looping', 'gitea', crashes);
const other = find('image-pull', 'paperless-ngx');
const ids = (grouped: ReturnType<typeof withEffects>) =>
  grouped.map(({ finding, effects }) => [finding.id, ...effects.map(({ id }) => id)]);

test('what is said of the same subject again is no effect elsewhere', () => {
  expect(effectsElsewhere(crashes, [crashes, restarts, without, other])).toEqual([without]);
});

test('what is said of the same subject is one where others come from it: pods that cannot pull from a registry that is down', () => {
  expect(effectsElsewhere(crashes, [crashes, { ...restarts, explains: 2 }])).toHaveLength(1);
});

test('what is brought about by what it brought about is listed as well, as it is counted', () => {
  const late = find('not-up', 'app', without);
  expect(effectsElsewhere(crashes, [late, crashes, restarts, without, other])).toEqual([late, without]);
  const one = find('not-up', 'one', 'workloads/not-up|StatefulSet/gitea/two');
  const two = find('not-up', 'two', one);
  expect(effectsElsewhere(crashes, [one, two]), 'a circle').toEqual([]);
});

test('what is explained stands beneath its cause, at once or by another', () => {
  const late = find('not-up', 'gitea', without);
  expect(ids(withEffects([late, crashes, other, restarts, without]))).toEqual([
    [crashes.id, late.id, restarts.id, without.id],
    [other.id],
  ]);
});

test('what is explained elsewhere or in a circle stands on its own', () => {
  const elsewhere = find('not-up', 'gitea', 'nodes/no-heartbeat|Node/nuc2');
  const one = find('not-up', 'one', 'workloads/not-up|StatefulSet/gitea/two');
  const two = find('not-up', 'two', one);
  expect(two.id).toBe('workloads/not-up|StatefulSet/gitea/two');
  expect(ids(withEffects([elsewhere, one, two]))).toEqual([[elsewhere.id], [one.id], [two.id]]);
});
