import { describe, expect, test } from 'vitest';
import singleReplica from '#server/checks/registry/single-replica-on-one-node.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aDaemonSet } from '#test/builders/workloads.ts';
import { all, played, type Played } from './pulling.ts';
import { servedAt } from './served.ts';

const nodes = ['nuc0', 'nuc1', 'nuc2'].map((name) => aNode({ name }));
const place = { namespace: 'infra', name: 'registry' };
const own = (pods = 1, onNodes: string[] = ['nuc0']) => {
  const play = played('registry', { namespace: 'infra', image: 'registry:3', pods });
  return { ...play, pods: play.pods.map((pod, i) => ({ ...pod, node: onNodes[i % onNodes.length]! })) };
};
const judgedOf = (plays: Played[], parts: SnapshotParts = {}) =>
  theVerdict(singleReplica, aSnapshot({ ...all(...plays), nodes, ...parts }));
const known = { ...servedAt('registry.example', place), registryProbes: [aRegistryProbe()] };

describe('a registry', () => {
  test('of one pod is a standing warning that names its node and who needs it', () => {
    const verdict = judgedOf([own(), played('web')], known);
    expect(verdict).toMatchObject({ level: 'warn', subject: { kind: 'Registry', name: 'home' } });
    expect(sentence(verdict)).toBe(
      'registry home runs on nuc0 alone: while that is down, nothing can be pulled from it',
    );
    expect(evidenceOf(verdict)).toEqual(['web takes images from it', 'deployment/registry on nuc0']);
    expect(commandsOf(verdict)).toEqual(['kubectl -n infra scale deployment/registry --replicas=2']);
  });

  test('that the wall does not ask is judged under its own name', () => {
    expect(judgedOf([own()]).subject).toEqual({ kind: 'Deployment', ...place });
  });

  test('of several pods on one node is a warning too; on several it is fine', () => {
    expect(sentence(judgedOf([own(2)]))).toBe(
      'all pods of registry registry are on nuc0: while that is down, nothing can be pulled from it',
    );
    expect(judgedOf([own(2, ['nuc0', 'nuc1'])]).level).toBe('ok');
  });

  test('in a cluster of one node is no more than a notice', () => {
    const verdict = judgedOf([own()], { nodes: [aNode()] });
    expect([verdict.level, verdict.steps]).toEqual(['notice', []]);
  });

  test('that is scaled to none, or has a pod on each node, is not judged', () => {
    const none = played('registry', { image: 'registry:3', pods: 0, part: { wanted: 0 } });
    expect(judged(singleReplica, aSnapshot({ ...all(none), nodes }))).toEqual([]);
    const template = own().deployment.template!;
    expect(judged(singleReplica, aSnapshot({ daemonSets: [aDaemonSet({ template })], nodes }))).toEqual([]);
    const spegel = played('spegel', { image: 'ghcr.io/spegel-org/spegel:v0.4.0' });
    expect(judged(singleReplica, aSnapshot({ ...all(spegel), nodes }))).toEqual([]);
  });
});

test('Harbor is one finding, of the parts that serve images', () => {
  const part = (name: string) => played(name, { namespace: 'harbor', image: `goharbor/${name}:v2.14.0` });
  const parts = ['harbor-core', 'registry-photon', 'harbor-portal', 'harbor-jobservice'].map(part);
  const harbor = aRegistryProbe({ kind: 'harbor', host: 'harbor.example' });
  const verdict = judgedOf(parts, { registryProbes: [harbor] });
  expect(evidenceOf(verdict)).toEqual(['deployment/harbor-core on nuc0', 'deployment/registry-photon on nuc0']);
});
