import type { FactKind } from '#server/facts/fact.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { KubeletManner } from './ask-kubelet.ts';
import type { Connection } from './connection.ts';
import type { KubeletLimits } from './kubelet-limits.ts';
import type { KubeletQuestion } from './kubelet-question.ts';
import { KubeletRound } from './kubelet-round.ts';
import type { ReadinessGate } from './readiness-gate.ts';

/** The nodes as far as they are known. */
export interface NodesSeen {
  /** By name; the same map while nothing changes. */
  nodes: ReadonlyMap<string, NodeFact>;
  /** True if they may be believed now. */
  fresh: boolean;
  /** When each last showed that it has begun anew (epoch ms), by its name; the same map while nothing changes. */
  signs?: ReadonlyMap<string, number>;
}

/** How the kubelets are asked, or that they are not. */
export type KubeletsConfig = Omit<KubeletManner, 'from'> & { from: KubeletManner['from'] | 'off' };

/** What it takes to ask the kubelets. */
export interface KubeletsOptions<K extends FactKind> {
  question: KubeletQuestion<K>;
  connection: Connection;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  seen: () => NodesSeen;
  limits: KubeletLimits;
}

/** The feeds of one question, one for each node: `kubelet/NODE`. */
export interface Kubelets {
  /** Asks in this manner from now on; told another than before, it begins anew. Off until it is told. */
  ask(config: KubeletsConfig): void;
  /** Forgets all nodes, since another cluster answers; they are asked again once they are seen. */
  restart(): void;
  /** Ends all requests. The facts stay in the sink. */
  stop(): void;
}

/** Follows the nodes and asks their kubelets one question. */
export function followKubelets<K extends FactKind>(options: KubeletsOptions<K>): Kubelets {
  const { connection } = options;
  let config: KubeletsConfig = { from: 'off', verify: true };
  let round: KubeletRound<K> | null = null;
  let server = serverOf(connection);

  function restart(): void {
    round?.drop();
    const { from, verify } = config;
    round = from === 'off' ? null : new KubeletRound({ ...options, manner: { from, verify } });
  }

  const forget = connection.onReplaced(() => {
    const before = server;
    server = serverOf(connection);
    if (before === server) round?.hurry();
    else restart();
  });

  return {
    ask(next) {
      if (next.from === config.from && next.verify === config.verify) return;
      config = next;
      restart();
    },
    restart,
    stop() {
      forget();
      round?.stop();
    },
  };
}

function serverOf({ server, caHash }: Connection): string {
  return `${server} ${caHash}`;
}
