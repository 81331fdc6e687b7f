import { isIPv6 } from 'node:net';
import { nodeStatsFact, type NodeStatsFact } from '#server/facts/node-stats.ts';
import { objectOf } from '#server/facts/read-raw.ts';
import type { Connection } from './connection.ts';
import type { KubeletLimits } from './kubelet-limits.ts';
import { kubeletSource } from './kubelet-row.ts';
import { troubleWithAnswer, troubleWithoutAnswer, uselessAnswer, type KubeletTrouble } from './kubelet-trouble.ts';
import { TransportError, type TransportResponse } from './transport.ts';

/** Where the kubelet of a node listens. */
export interface KubeletPlace {
  node: string;
  /** The node's internal address. */
  host: string;
  port: number;
}

/** How kubelets are asked: `direct`, or through the API server. */
export interface KubeletManner {
  from: 'direct' | 'api';
  /** Whether their certificates must be signed by the cluster's CA; only for `direct`. */
  verify: boolean;
}

/** What came of one question. */
export type KubeletAnswer = { is: 'stats'; fact: NodeStatsFact } | ({ is: 'trouble' } & KubeletTrouble);

/** What it takes to ask. */
export interface AskKubeletOptions {
  connection: Connection;
  manner: KubeletManner;
  limits: KubeletLimits;
  /** Whether a 401 may be the fault of our credentials. */
  mayRenew: boolean;
  stop: AbortSignal;
}

/** Asks once what a node and its pods use. Rejects for bugs only. */
export async function askKubelet(place: KubeletPlace, options: AskKubeletOptions): Promise<KubeletAnswer> {
  const { manner, limits, stop } = options;
  const { node, host, port } = place;
  const byApi = manner.from === 'api';
  const asked = { node, address: `${isIPv6(host) ? `[${host}]` : host}:${port}`, byApi };
  const giveUp = new AbortController();
  const end = (): void => giveUp.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const limit = setTimeout(end, limits.answerMs).unref();
  try {
    const response = await request(place, options, giveUp.signal);
    if (response.status !== 200) return { is: 'trouble', ...(await troubleWithAnswer(response, asked)) };
    const body = await wholeBody(response, limits.mostBytes);
    const found = body === null ? `says more than ${limits.mostBytes / 1e6} MB` : statsIn(body, node);
    return typeof found === 'string' ? { is: 'trouble', ...uselessAnswer(asked, found) } : { is: 'stats', fact: found };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const seconds = `${limits.answerMs / 1_000} s`;
    const given = giveUp.signal.aborted;
    const why = given ? new TransportError('silent', `${asked.address} gave no whole answer within ${seconds}`) : error;
    return { is: 'trouble', ...troubleWithoutAnswer(why, asked) };
  } finally {
    clearTimeout(limit);
    stop.removeEventListener('abort', end);
    // What is left of a body that is not wanted.
    end();
  }
}

function request(place: KubeletPlace, options: AskKubeletOptions, signal: AbortSignal): Promise<TransportResponse> {
  const { connection, manner, limits, mayRenew } = options;
  const summary = '/stats/summary';
  const asking = { signal, headersTimeoutMs: limits.answerMs };
  if (manner.from === 'direct')
    return connection.kubelets.request({ ...asking, ...place, path: summary, verify: manner.verify, mayRenew });
  const path = `/api/v1/nodes/${encodeURIComponent(place.node)}/proxy${summary}`;
  return connection.transport.request({ ...asking, path });
}

/** Null if it is longer than allowed. */
async function wholeBody({ body }: TransportResponse, mostBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) return null;
  }
  return Buffer.concat(chunks);
}

/** The figures, or what is wrong with the answer in words that follow "the kubelet of nuc0". */
function statsIn(body: Buffer, node: string): NodeStatsFact | string {
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
  const fact = nodeStatsFact(raw, node, kubeletSource(node));
  const { cpuCores, memoryBytes, disk } = fact;
  return cpuCores === null && memoryBytes === null && disk === null ? 'tells nothing of its node' : fact;
}
