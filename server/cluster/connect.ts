import { keepAccess, type Replaced } from './access.ts';
import { createApiTransport } from './api-transport.ts';
import { askDate } from './ask-date.ts';
import { connectLimits, type ConnectLimits } from './connect-limits.ts';
import type { Connection } from './connection.ts';
import { decideCluster } from './decide-cluster.ts';
import { caHash } from './endpoint.ts';
import type { Environment } from './find-kubeconfig.ts';
import { createKubeletTransport } from './kubelet-transport.ts';
import { loadWayIn } from './load-way-in.ts';
import { createTlsLooks } from './look-at-tls.ts';
import { sayable } from './sayable.ts';
import { createHandshakes } from './tls-handshake.ts';
import type { LoadedWayIn, WayIn } from './way-in.ts';

/** With what to connect. */
export interface ConnectOptions {
  env: Environment;
  /** `cluster.context` of the configuration; without it the current context, as it is now, for good. */
  context?: string | undefined;
  /** Epoch ms. */
  clock: () => number;
  limits?: Partial<ConnectLimits>;
  /** Where a pod's token and CA are, for tests. */
  serviceAccountDirectory?: string;
}

/** A connection, or all that is wrong with the configuration, in whole sentences for the owner. */
export type Connected = { connection: Connection; refusals: [] } | { connection: null; refusals: string[] };

/**
 * Finds the way into the cluster by kubectl's rules and keeps to it: what its files say is taken up as they change, and a
 * change that is no good leaves all as it was and shows in `credential().problem`. Nothing is connected yet: an API that
 * does not answer is no reason not to start. Never rejects.
 */
export async function connect(options: ConnectOptions): Promise<Connected> {
  const decision = await decideCluster(options.env, options.serviceAccountDirectory);
  const loaded = await loadWayIn(decision, options.context);
  if (loaded.wayIn === null) return { connection: null, refusals: loaded.problems.map((text) => sayable(text, 1_000)) };
  const { context } = loaded.wayIn;
  // The context is pinned: `kubectl config use-context` on the owner's machine must not move the wall to another cluster.
  const load = () => loadWayIn(decision, context);
  return { connection: connectionOf(loaded.wayIn, loaded.signatures, load, options), refusals: [] };
}

function connectionOf(
  first: WayIn,
  signatures: ReadonlyMap<string, string>,
  load: () => Promise<LoadedWayIn>,
  { env, clock, limits: given }: ConnectOptions,
): Connection {
  const limits = { ...connectLimits, ...given };
  const listeners = new Set<(what: string) => void>();
  const keeper = keepAccess({ first, signatures, load, env, clock, limits, replaced });
  const transport = createApiTransport({ access: keeper.current, clock, limits });
  const kubelets = createKubeletTransport({ access: keeper.current, clock, limits });
  const shakeHands = createHandshakes();
  const endpoint = () => keeper.current().wayIn.endpoint;

  function replaced(what: Replaced): void {
    if (what === 'server') transport.cut('the kubeconfig names another server now');
    for (const listener of listeners) listener(what);
  }

  return {
    get server() {
      return endpoint().server;
    },
    get address() {
      return endpoint().address;
    },
    context: first.context,
    get caHash() {
      return caHash(endpoint());
    },
    transport,
    kubelets,
    credential: keeper.fact,
    get handshake() {
      const to = endpoint();
      return to.tls ? (limitMs: number) => shakeHands(to, limitMs) : null;
    },
    lookAtTls: createTlsLooks(endpoint),
    get askDate() {
      const to = endpoint();
      return to.tls ? (limitMs: number) => askDate(to, limitMs) : null;
    },
    onReplaced(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      keeper.close();
      transport.close();
      kubelets.close();
      listeners.clear();
    },
  };
}
