import { nodeStatsFact, type NodeStatsFact } from '#server/facts/node-stats.ts';
import { objectOf } from '#server/facts/read-raw.ts';
import type { KubeletQuestion, KubeletReading } from './kubelet-question.ts';

const feed = {
  source: 'kubelet',
  required: false,
  buys: 'how full disks and memory are, and what each node and pod uses',
};

/** What a node and its pods use: the feeds `kubelet/NODE`. */
export const kubeletStats: KubeletQuestion<'nodeStats'> = {
  row: { ...feed, rule: { group: '', resource: 'nodes/stats', verbs: ['get'] } },
  proxyRow: { ...feed, rule: { group: '', resource: 'nodes/proxy', verbs: ['get'] } },
  kind: 'nodeStats',
  path: '/stats/summary',
  accept: 'application/json',
  words: 'figures',
  asks: () => true,
  startOf: () => '',
  async read(body, asked) {
    const bytes = await wholeBody(body, asked.mostBytes);
    return bytes === null ? `says more than ${asked.mostBytes / 1e6} MB` : statsIn(bytes, asked);
  },
};

/** Null if it is longer than allowed. */
async function wholeBody(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) return null;
  }
  return Buffer.concat(chunks);
}

function statsIn(body: Buffer, { node, source }: KubeletReading<'nodeStats'>): NodeStatsFact | string {
  let raw: unknown;
  try {
    raw = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return 'does not answer in JSON';
    throw error;
  }
  // Several nodes may share an address, and an address may have gone to another machine.
  const { nodeName } = objectOf(objectOf(raw)['node']);
  if (typeof nodeName === 'string' && nodeName !== '' && nodeName !== node)
    return `answers for ${nodeName.slice(0, 253)}`;
  const fact = nodeStatsFact(raw, node, source);
  const { cpuCores, memoryBytes, disk } = fact;
  return cpuCores === null && memoryBytes === null && disk === null ? 'tells nothing of its node' : fact;
}
