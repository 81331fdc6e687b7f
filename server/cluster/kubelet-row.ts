import type { KindRow } from './kind-row.ts';

/** All kubelets together, as rights and the manifests know them. */
type KubeletRow = Pick<KindRow, 'source' | 'required' | 'rule' | 'buys'>;

const feed = {
  source: 'kubelet',
  required: false,
  buys: 'how full disks and memory are, and what each node and pod uses',
};

/** Asked directly. */
export const kubeletRow: KubeletRow = { ...feed, rule: { group: '', resource: 'nodes/stats', verbs: ['get'] } };

/** Asked through the API server. In no manifest of ours: this right also permits to run commands in any pod. */
export const kubeletProxyRow: KubeletRow = { ...feed, rule: { group: '', resource: 'nodes/proxy', verbs: ['get'] } };

/** The source of a node's figures. */
export function kubeletSource(node: string): string {
  return `${feed.source}/${node}`;
}
