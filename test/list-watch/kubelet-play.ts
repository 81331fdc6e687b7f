import { onTestFinished } from 'vitest';
import type { Connection } from '#server/cluster/connection.ts';
import { kubeletLimits, type KubeletLimits } from '#server/cluster/kubelet-limits.ts';
import { kubeletStats } from '#server/cluster/kubelet-stats.ts';
import { followKubelets, type Kubelets, type KubeletsConfig, type KubeletsOptions } from '#server/cluster/kubelets.ts';
import type { ReadinessGate } from '#server/cluster/readiness-gate.ts';
import type { NodeStatsFact } from '#server/facts/node-stats.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { aNode } from '#test/builders/node.ts';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import type { KubeconfigUser } from '#test/cluster/kubeconfig.ts';
import { until } from '#test/cluster/until.ts';
import type { Answer, ApiStandIn } from '#test/connect/api-stand-in.ts';
import { connected, serving, standIn } from '#test/connect/house.ts';
import { rawStats } from '#test/facts/raw-stats.ts';
import { testGate } from './play.ts';

/** The times of the feeds in miniature. */
export const smallKubeletLimits: KubeletLimits = {
  ...kubeletLimits,
  lookMs: 5,
  everyMs: 60,
  staleAfterMs: 500,
  answerMs: 400,
  mostBytes: 100_000,
  backOff: { baseMs: 5, mostMs: 40, forgetMs: 2_000 },
  forbiddenMs: 40,
};

/** The answer of the kubelet of a node. */
export function statsOf(node: string, cores = 0.5): string {
  const usage = { usageNanoCores: cores * 1e9 };
  // As a kubelet writes it: with line breaks and spaces.
  return JSON.stringify({ ...rawStats, node: { ...rawStats.node, nodeName: node, cpu: usage } }, null, 1);
}

/** What the feeds and a store show, beside a real API server of our own and real kubelets. */
export interface KubeletPlay {
  authority: CertificateAuthority;
  api: ApiStandIn;
  connection: Connection;
  store: Store;
  gate: ReadinessGate;
  kubelets: Kubelets;
  /** Starts a kubelet whose certificate is for 127.0.0.1 unless another is given, and answers for its node. */
  kubelet(node: string, pair?: KeyPair, answer?: Answer): Promise<ApiStandIn>;
  /** What nodes there are, and that they are fresh. */
  nodes(...nodes: NodeFact[]): void;
  /** The node has shown that it has begun anew (epoch ms). */
  sign(node: string, at: number): void;
  fact(node?: string): NodeStatsFact | undefined;
  facts(): NodeStatsFact[];
  source(node?: string): { state: string; fresh: boolean; reason: string };
  right(): RightsFact | undefined;
  until(what: string, condition: () => boolean): Promise<unknown>;
}

/** How a play is to begin. */
export interface KubeletPlayOptions {
  limits?: Partial<KubeletLimits>;
  config?: Partial<KubeletsConfig>;
  credential?: KubeconfigUser['credential'];
  directory?: string;
  /** What is asked for; what nodes use unless another question is. */
  follow?: (parts: Omit<KubeletsOptions<'nodeStats'>, 'question'>) => Kubelets;
}

/** A node at 127.0.0.1 whose kubelet is this stand-in. */
export function nodeOf(name: string, { port }: Pick<ApiStandIn, 'port'>, more: Partial<NodeFact> = {}): NodeFact {
  return aNode({ name, internalIp: '127.0.0.1', kubeletPort: port, ...more });
}

export async function kubeletPlay({
  limits = {},
  config = {},
  credential = { token: 'house-token' },
  directory,
  follow = (parts) => followKubelets({ ...parts, question: kubeletStats }),
}: KubeletPlayOptions = {}): Promise<KubeletPlay> {
  const authority = await createCertificateAuthority('house');
  const api = await standIn('h2', await serving(authority));
  const user = { server: api.server, certificateAuthority: authority.certificate, credential };
  const connection = await connected(user, { pluginPauseMs: 0, filesEveryMs: 20 }, directory);
  const store = createStore({ clock: Date.now });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 60_000, kinds: ['node'] });
  const gate = testGate();
  let signs: ReadonlyMap<string, number> = new Map();
  const seen = () => {
    const snapshot = store.snapshot();
    return { nodes: snapshot.facts('node'), fresh: snapshot.sources.get('nodes')?.fresh === true, signs };
  };
  const parts = { connection, sink: store, gate, clock: Date.now, seen };
  const kubelets = follow({ ...parts, limits: { ...smallKubeletLimits, ...limits } });
  onTestFinished(() => kubelets.stop());
  kubelets.ask({ from: 'direct', verify: true, ...config });
  const facts = () => [...store.snapshot().facts('nodeStats').values()];
  return {
    ...{ authority, api, connection, store, gate, kubelets, facts },
    async kubelet(node, pair, answer) {
      const made = await standIn('https', pair ?? (await serving(authority)), { clientCa: authority });
      made.answer = answer ?? ((_, answering) => answering.end(statsOf(node)));
      return made;
    },
    nodes(...nodes) {
      store.replace('nodes', 'node', nodes);
      store.state('nodes', 'synced');
      store.fresh('nodes', Date.now());
    },
    sign: (node, at) => void (signs = new Map(signs).set(node, at)),
    fact: (node = 'nuc0') => store.snapshot().facts('nodeStats').get(node),
    source(node = 'nuc0') {
      const { state = 'none', fresh = false, reason = '' } = store.snapshot().sources.get(`kubelet/${node}`) ?? {};
      return { state, fresh, reason };
    },
    right: () => store.snapshot().facts('rights').get('kubelet'),
    until: (what, condition) => until(what, condition, { withinMs: 8_000, everyMs: 2 }),
  };
}
