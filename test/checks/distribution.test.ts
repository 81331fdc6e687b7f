import { describe, expect, test } from 'vitest';
import { apiDistribution, distributionBy, isServerNode } from '#server/checks/distribution.ts';
import { aDoor } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

describe('a distribution is told', () => {
  test.for([
    ['v1.36.4+k3s1', 'Debian GNU/Linux 13', 'k3s'],
    ['v1.36.4+k3s1', '', 'k3s'],
    ['v1.34.1+rke2r1', 'Ubuntu 24.04', 'rke2'],
    ['v1.36.4', 'Talos (v1.13.0)', 'talos'],
    ['v1.36.4', 'Ubuntu 24.04 LTS', 'kubeadm'],
    ['v1.36.4', '', 'unknown'],
    ['v1.36.4-gke.100', 'Container-Optimized OS', 'unknown'],
    ['', '', 'unknown'],
    ['', 'Talossia 1', 'unknown'],
  ])('by version "%s" and system "%s": %s', ([version, osImage, distribution]) => {
    expect(distributionBy(version!, osImage!)).toBe(distribution);
  });

  test('of the API by nodes as last known, if its own version is not', () => {
    const door = aDoor({ version: '' });
    expect(apiDistribution(aSnapshot({ door, nodes: [aNode()] }))).toBe('k3s');
    expect(apiDistribution(aSnapshot({ door: null }))).toBe('unknown');
    const talos = aNode({ kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' });
    const nodes = [aNode({ name: 'a', kubeletVersion: 'v1.36.4' }), talos];
    expect(apiDistribution(aSnapshot({ door, nodes }))).toBe('talos');
  });

  test('a node of the control plane is told by its roles', () => {
    expect(isServerNode(aNode({ roles: ['master'] }))).toBe(true);
    expect(isServerNode(aNode({ roles: ['worker'] }))).toBe(false);
  });
});
