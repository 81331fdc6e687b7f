import { nodeStatsFact, type VolumeStats } from '#server/facts/node-stats.ts';
import type { DemoBench } from './demo-client.ts';

const LIMIT_MS = 10_000;
const NODES = ['kmaster', 'nuc0', 'nuc1', 'nuc2'];

/** Items of a list; none where nobody has heard of the resource. */
export async function itemsOf({ get }: DemoBench, path: string) {
  const { status, json } = await get(path);
  return status === 404 ? [] : json.items;
}

/** Longhorn's objects of a resource. */
export function longhornItems(bench: DemoBench, resource: string) {
  return itemsOf(bench, `/apis/longhorn.io/v1beta2/${resource}`);
}

/** What `/stats/summary` of a node holds, as it is written. */
export async function summaryOf({ demo, clock }: DemoBench, node: string) {
  const { signal } = new AbortController();
  const place = { node, host: '192.168.1.11', port: 10_250, verify: true, mayRenew: true };
  const ask = { ...place, path: '/stats/summary', signal, headersTimeoutMs: LIMIT_MS };
  const { body } = await clock.until(demo.connection.kubelets.request(ask), LIMIT_MS + 1000);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** What all kubelets that answer have measured of claims, by `namespace/name`. */
export async function volumesOf(bench: DemoBench): Promise<Map<string, VolumeStats>> {
  const seen = new Map<string, VolumeStats>();
  for (const node of NODES) {
    const raw = await summaryOf(bench, node).catch((error: { failure?: string }) => {
      if (error.failure === undefined) throw error;
      return null;
    });
    for (const each of nodeStatsFact(raw, node, `kubelet/${node}`).volumes) {
      seen.set(`${each.namespace}/${each.claim}`, each);
    }
  }
  return seen;
}
