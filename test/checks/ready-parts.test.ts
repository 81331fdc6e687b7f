import { expect, test } from 'vitest';
import { failingParts } from '#server/checks/ready-parts.ts';

test.for([
  [['etcd'], 'etcd does not answer'],
  [['etcd-readiness', 'etcd'], 'etcd does not answer'],
  [['shutdown'], 'it is shutting down'],
  [['informer-sync'], 'it has not read all objects yet'],
  [['poststarthook/crd-informer-synced'], 'its start-up step crd-informer-synced has not finished'],
  [['ping', 'log'], 'its part ping fails and its part log fails'],
  [['a', 'b', 'etcd'], 'etcd does not answer, its part a fails and 1 more part fails'],
  [['a', 'b', 'c', 'd'], 'its part a fails, its part b fails and 2 more parts fail'],
  [[], ''],
] as const)('%o is "%s"', ([parts, words]) => {
  expect(failingParts(parts)).toBe(words);
});

test('a part with an endless name is cut', () => {
  expect(failingParts(['x'.repeat(10_000)]).length).toBeLessThan(130);
});
