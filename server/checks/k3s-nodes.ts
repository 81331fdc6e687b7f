import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { isServerNode, nodeDistribution } from './distribution.ts';
import { splitAddress } from './door-words.ts';
import { compareVersions, parseKubeVersion } from './kube-version.ts';

/** Whose certificates are renewed by a restart of the node, null for all but k3s and RKE2. */
export function productOf(node: NodeFact): 'k3s' | 'rke2' | null {
  const distribution = nodeDistribution(node);
  return distribution === 'k3s' || distribution === 'rke2' ? distribution : null;
}

const day = 86_400_000;
/** The releases of May 2025 began to renew 120 days before the end, those before them 90. */
const withLongWindow = ['v1.30.13', 'v1.31.9', 'v1.32.5', 'v1.33.1'];

/** How long before its end a certificate is renewed by a start of this version (ms). What is not known is taken to be older. */
export function renewalWindowMs(kubeletVersion: string): number {
  const version = parseKubeVersion(kubeletVersion);
  if (version === null) return 90 * day;
  const first = withLongWindow
    .flatMap((each) => parseKubeVersion(each) ?? [])
    .find(({ minor }) => minor === version.minor);
  if (first === undefined) return (version.major > 1 || version.minor > 33 ? 120 : 90) * day;
  return (compareVersions({ ...version, build: 0 }, first) >= 0 ? 120 : 90) * day;
}

/** The server node whose API we ask: by its address, else the first server by name; null where none is k3s or RKE2. */
export function apiNode(snapshot: Snapshot): NodeFact | null {
  const { host } = splitAddress(snapshot.facts('apiDoor').get('api')?.address ?? '');
  const servers = [...snapshot.facts('node').values()].filter((node) => isServerNode(node) && productOf(node) !== null);
  servers.sort((a, b) => (a.name < b.name ? -1 : 1));
  return servers.find(({ internalIp }) => internalIp === host) ?? servers[0] ?? null;
}
