import { expect, test } from 'vitest';
import { compareVersions, parseKubeVersion, shortVersion } from '#server/checks/kube-version.ts';

test.for([
  ['v1.36.4+k3s1', [1, 36, 4, 1]],
  ['1.36.4', [1, 36, 4, 0]],
  ['v1.34.1+rke2r2', [1, 34, 1, 2]],
  ['v1.36.4-gke.100', [1, 36, 4, 100]],
  ['v1.36.0-alpha', [1, 36, 0, 0]],
] as const)('%s is a version', ([text, parts]) => {
  const version = parseKubeVersion(text);
  expect(version && [version.major, version.minor, version.patch, version.build]).toEqual(parts);
});

test.for(['', 'kwok-v0.7.0', 'v1.36', 'v1.36.4 rm -rf', `v1.36.${'9'.repeat(400)}`])('"%s" is none', (text) => {
  expect(parseKubeVersion(text)).toBeNull();
});

test('versions are compared part by part as numbers', () => {
  const order = ['v1.9.9', 'v1.36.4', 'v1.36.4+k3s1', 'v1.36.4+k3s2', 'v1.36.10', 'v2.0.0'];
  const parsed = order.map((text) => parseKubeVersion(text)!);
  expect(parsed.toReversed().toSorted(compareVersions)).toEqual(parsed);
});

test('a version is shortened to what an owner calls it', () => {
  expect(['v1.36.4+k3s1', 'v1.34.1+rke2r1', 'v1.36.4', 'odd', ''].map(shortVersion)).toEqual([
    'k3s v1.36.4',
    'rke2 v1.34.1',
    'v1.36.4',
    'odd',
    '',
  ]);
});
