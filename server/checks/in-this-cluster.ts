import type { Snapshot } from '#server/engine/snapshot.ts';
import { hostOf } from './backup-targets.ts';
import { shorten } from './shorten.ts';

/** What of this very cluster an address leads to, as far as it can be told by its host. */
export interface InThisCluster {
  is: 'service' | 'node';
  /** "the Service backup/minio", "the node nuc0". */
  name: string;
}

/** Null for what leads elsewhere, or to who knows where. */
export function inThisCluster(url: string, snapshot: Snapshot): InThisCluster | null {
  const host = hostOf(url);
  if (host === '') return null;
  return serviceByName(host, snapshot) ?? serviceByAddress(host, snapshot) ?? nodeByAddress(host, snapshot);
}

/** `minio.backup.svc`, `minio.backup.svc.cluster.local`. */
function serviceByName(host: string, snapshot: Snapshot): InThisCluster | null {
  const [, name = '', namespace = ''] = /^([^.]+)\.([^.]+)\.svc(?:\.[a-z0-9.-]+)?\.?$/.exec(host) ?? [];
  if (name === '') return null;
  const service = snapshot.facts('service').get(`${namespace}/${name}`);
  // One without pods of its own stands for something outside: a NAS that is given a name here.
  if (service !== undefined && (service.type === 'ExternalName' || service.selector === null)) return null;
  return { is: 'service', name: `the Service ${shorten(`${namespace}/${name}`, 80)}` };
}

function serviceByAddress(host: string, snapshot: Snapshot): InThisCluster | null {
  for (const { namespace, name, clusterIp, addresses, selector } of snapshot.facts('service').values()) {
    if (selector === null || (clusterIp !== host && !addresses.includes(host))) continue;
    // Where a Service is reached by the addresses of nodes, whatever listens there may be meant.
    if (clusterIp !== host && nodeByAddress(host, snapshot) !== null) continue;
    return { is: 'service', name: `the Service ${shorten(`${namespace}/${name}`, 80)}` };
  }
  return null;
}

function nodeByAddress(host: string, snapshot: Snapshot): InThisCluster | null {
  for (const { name, internalIp } of snapshot.facts('node').values()) {
    if (internalIp === host || name.toLowerCase() === host)
      return { is: 'node', name: `the node ${shorten(name, 60)}` };
  }
  return null;
}
