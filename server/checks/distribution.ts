import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';

/** Whose Kubernetes it is, as far as it decides the first steps. `kubeadm`: plain upstream with a kubelet by systemd. */
export type Distribution = 'k3s' | 'rke2' | 'talos' | 'kubeadm' | 'unknown';

/** By a version (`v1.36.4+k3s1`) and the name of an operating system, "" where not known. */
export function distributionBy(version: string, osImage: string): Distribution {
  if (/\+k3s\d/.test(version)) return 'k3s';
  if (/\+rke2/.test(version)) return 'rke2';
  if (/^talos\b/i.test(osImage)) return 'talos';
  // A plain version alone may as well be Talos or somebody's cloud; with another system it is a kubelet of its own.
  return /^v?\d+\.\d+\.\d+$/.test(version) && osImage !== '' ? 'kubeadm' : 'unknown';
}

/** Of one node. */
export function nodeDistribution({ kubeletVersion, osImage }: NodeFact): Distribution {
  return distributionBy(kubeletVersion, osImage);
}

/** Of the API server: by its version, and by the nodes as last known, which outlive an API that is blind. */
export function apiDistribution(snapshot: Snapshot): Distribution {
  const nodes = [...snapshot.facts('node').values()];
  const version = snapshot.facts('apiDoor').get('api')?.version || (nodes[0]?.kubeletVersion ?? '');
  const talos = nodes.find(({ osImage }) => /^talos\b/i.test(osImage));
  return distributionBy(version, talos?.osImage ?? nodes.find(({ osImage }) => osImage !== '')?.osImage ?? '');
}

/** True for a node that runs the control plane. */
export function isServerNode({ roles }: NodeFact): boolean {
  return roles.some((role) => ['control-plane', 'master', 'etcd'].includes(role));
}

/** The one server node, null where there are several or none is known. */
export function onlyServer(snapshot: Snapshot): NodeFact | null {
  const [first, ...others] = [...snapshot.facts('node').values()].filter(isServerNode);
  return first === undefined || others.length > 0 ? null : first;
}
