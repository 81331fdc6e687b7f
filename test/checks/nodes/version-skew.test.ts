import { describe, expect, test } from 'vitest';
import versionSkew from '#server/checks/nodes/version-skew.ts';
import { aDoor } from '#test/builders/facts.ts';
import { judged, sentence } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

/** Level and sentence of nodes nuc0, nuc1, ... with these kubelets. */
function telling(kubelets: string[], server = 'v1.36.4+k3s1', settings: Record<string, number> = {}) {
  const nodes = kubelets.map((kubeletVersion, i) => aNode({ name: `nuc${i}`, kubeletVersion }));
  const snapshot = aSnapshot({ nodes, door: aDoor({ version: server }) });
  return judged(versionSkew, snapshot, { settings }).map((verdict) => [verdict.level, sentence(verdict)]);
}

describe('kubelets', () => {
  test('that are alike are fine', () => {
    expect(telling(['v1.36.4+k3s1', 'v1.36.4+k3s1'])).toEqual([
      ['ok', 'nuc0 runs kubelet v1.36.4+k3s1'],
      ['ok', 'nuc1 runs kubelet v1.36.4+k3s1'],
    ]);
  });

  test('that are older than the newest are a notice, by patch and by build too', () => {
    const text = (i: number, kubelet: string) => `nuc${i} runs kubelet ${kubelet}, the newest here is v1.36.4+k3s2`;
    expect(telling(['v1.36.4+k3s2', 'v1.36.4+k3s1', 'v1.36.1+k3s1', 'v1.35.9+k3s1'], 'v1.36.4+k3s2')).toEqual([
      ['ok', 'nuc0 runs kubelet v1.36.4+k3s2'],
      ['notice', text(1, 'v1.36.4+k3s1')],
      ['notice', text(2, 'v1.36.1+k3s1')],
      ['notice', text(3, 'v1.35.9+k3s1')],
    ]);
  });

  test('are compared as numbers: 1.36.10 is newer than 1.36.9', () => {
    expect(telling(['v1.36.10', 'v1.36.9'], 'v1.36.10').map(([level]) => level)).toEqual(['ok', 'notice']);
  });

  test('three minors older than the API server are in order, four are too old', () => {
    expect(telling(['v1.33.0+k3s1'])).toEqual([['ok', 'nuc0 runs kubelet v1.33.0+k3s1']]);
    expect(telling(['v1.32.7+k3s1'])).toEqual([
      ['notice', 'kubelet v1.32.7+k3s1 of nuc0 is 4 minor versions older than the API server v1.36.4+k3s1'],
    ]);
    expect(telling(['v1.33.0+k3s1'], undefined, { minors: 2 })[0]![0]).toBe('notice');
  });

  test('that are newer than the API server are a notice; a newer patch is not', () => {
    expect(telling(['v1.37.0+k3s1'])).toEqual([
      ['notice', 'kubelet v1.37.0+k3s1 of nuc0 is newer than the API server v1.36.4+k3s1, which is not supported'],
    ]);
    expect(telling(['v1.36.9+k3s1'])[0]![0]).toBe('ok');
  });

  test('of another major are told apart from minors', () => {
    expect(telling(['v2.0.0'])[0]![1]).toContain('is newer than the API server');
    expect(telling(['v1.36.0'], 'v2.0.0')[0]![0]).toBe('notice');
  });

  test('are compared among themselves while the version of the API server is not known', () => {
    expect(telling(['v1.30.0', 'v1.37.0'], '').map(([level]) => level)).toEqual(['notice', 'ok']);
    const nodes = [aNode({ kubeletVersion: 'v1.20.0' })];
    const stale = aSnapshot({ nodes, sources: { 'api-door': { fresh: false, state: 'stale' } } });
    expect(judged(versionSkew, stale)[0]?.level).toBe('ok');
    expect(judged(versionSkew, aSnapshot({ nodes, door: null }))[0]?.level).toBe('ok');
  });

  test('that call themselves something else are a notice, and those that say nothing are not judged', () => {
    expect(telling(['kwok-v0.7.0', ''])).toEqual([
      ['notice', 'nuc0 calls its kubelet kwok-v0.7.0, which cannot be compared'],
    ]);
  });
});
