import { expect, test } from 'vitest';
import { harborHealth } from '#server/probes/harbor-health.ts';
import { answered, unanswered } from './http-answers.ts';

const health = (value: unknown) => harborHealth(answered(200, { body: JSON.stringify(value) }));
const names = ['core', 'portal', 'jobservice', 'registry', 'registryctl', 'database', 'redis'];

test('components come by name, trivy too where it is installed, in whatever order', () => {
  const components = [...names, 'trivy'].map((name) => ({ name, status: 'healthy' }));
  const known = [...names, 'trivy'].toSorted().map((name) => ({ name, healthy: true, error: '' }));
  expect(health({ status: 'healthy', components })).toEqual(known);
  expect(health({ status: 'healthy', components: components.toReversed() })).toEqual(known);
});

test('one that is unhealthy says why, with HTTP 200', () => {
  expect(
    health({
      status: 'unhealthy',
      components: [
        { name: 'redis', status: 'healthy' },
        { name: 'database', status: 'unhealthy', error: 'failed to check health: dial tcp 10.43.0.9:5432: refused' },
      ],
    }),
  ).toEqual([
    { name: 'database', healthy: false, error: 'failed to check health: dial tcp 10.43.0.9:5432: refused' },
    { name: 'redis', healthy: true, error: '' },
  ]);
});

test('one that is named twice is well only if both are', () => {
  const twice = (...statuses: string[]) => health({ components: statuses.map((status) => ({ name: 'core', status })) });
  expect(twice('healthy', 'unhealthy')).toMatchObject([{ healthy: false }]);
  expect(twice('unhealthy', 'healthy')).toMatchObject([{ healthy: false }]);
});

test('what is no health is none', () => {
  for (const value of [
    null,
    [],
    7,
    'healthy',
    {},
    { components: {} },
    { components: [] },
    { components: [null, 7, {}] },
  ]) {
    expect(health(value), JSON.stringify(value)).toBeNull();
  }
  expect(harborHealth(answered(200, { body: '{"components":[{"name":"core","sta' }))).toBeNull();
  expect(harborHealth(answered(502, { body: '{"components":[{"name":"core","status":"healthy"}]}' }))).toBeNull();
  expect(harborHealth(unanswered('silent'))).toBeNull();
});

test('hostile ones are bounded', () => {
  const components = Array.from({ length: 300 }, (_, i) => {
    return { name: `part-${i}${'x'.repeat(1_000)}`, status: 'unhealthy', error: 'e'.repeat(10_000) };
  });
  const seen = health({ components })!;
  expect(seen).toHaveLength(20);
  expect(Math.max(...seen.map(({ name }) => name.length))).toBeLessThanOrEqual(60);
  expect(Math.max(...seen.map(({ error }) => error.length))).toBeLessThanOrEqual(300);
  expect(health({ components: [{ name: '__proto__', status: 'unhealthy' }] })).toMatchObject([{ healthy: false }]);
});
