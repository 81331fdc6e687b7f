import { isIPv6 } from 'node:net';
import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { Connection } from './connection.ts';
import type { KubeletLimits } from './kubelet-limits.ts';
import { sourceOfNode, type KubeletQuestion, type KubeletReading } from './kubelet-question.ts';
import {
  troubleWithAnswer,
  troubleWithoutAnswer,
  uselessAnswer,
  type AskedKubelet,
  type KubeletTrouble,
} from './kubelet-trouble.ts';
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

/** What came of one question; the fact is null where it told nothing. */
export type KubeletAnswer<K extends FactKind> =
  { is: 'told'; fact: FactTypes[K] | null } | ({ is: 'trouble' } & KubeletTrouble);

/** What it takes to ask. */
export interface AskKubeletOptions<K extends FactKind> {
  connection: Connection;
  question: KubeletQuestion<K>;
  manner: KubeletManner;
  limits: KubeletLimits;
  /** Epoch ms, and what was told last. */
  asking: Pick<KubeletReading<K>, 'askedAt' | 'before'>;
  /** Whether a 401 may be the fault of our credentials. */
  mayRenew: boolean;
  stop: AbortSignal;
}

/** Asks once. Rejects for bugs only. */
export async function askKubelet<K extends FactKind>(
  place: KubeletPlace,
  options: AskKubeletOptions<K>,
): Promise<KubeletAnswer<K>> {
  const { limits, stop } = options;
  const asked = askedOf(place, options);
  const giveUp = new AbortController();
  const end = (): void => giveUp.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const limit = setTimeout(end, limits.answerMs).unref();
  try {
    const response = await request(place, options, giveUp.signal);
    if (response.status !== 200) return { is: 'trouble', ...(await troubleWithAnswer(response, asked)) };
    const found = await read(response, place.node, options);
    return typeof found === 'string' ? { is: 'trouble', ...uselessAnswer(asked, found) } : { is: 'told', fact: found };
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

function askedOf<K extends FactKind>(
  { node, host, port }: KubeletPlace,
  { manner, question }: AskKubeletOptions<K>,
): AskedKubelet {
  const byApi = manner.from === 'api';
  const { resource } = (byApi ? question.proxyRow : question.row).rule;
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { node, address, byApi, resource, words: question.words };
}

function read<K extends FactKind>(
  { body }: TransportResponse,
  node: string,
  { question, limits, asking }: AskKubeletOptions<K>,
): Promise<FactTypes[K] | null | string> {
  return question.read(body, {
    ...asking,
    node,
    source: sourceOfNode(question, node),
    mostBytes: limits.mostBytes,
  });
}

function request<K extends FactKind>(
  place: KubeletPlace,
  { connection, question, manner, limits, mayRenew }: AskKubeletOptions<K>,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const asking = { signal, headersTimeoutMs: limits.answerMs, headers: { accept: question.accept } };
  if (manner.from === 'direct')
    return connection.kubelets.request({ ...asking, ...place, path: question.path, verify: manner.verify, mayRenew });
  const path = `/api/v1/nodes/${encodeURIComponent(place.node)}/proxy${question.path}`;
  return connection.transport.request({ ...asking, path });
}
