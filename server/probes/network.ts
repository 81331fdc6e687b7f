import type { Network } from '#server/cluster/network.ts';
import { createTrustStore } from '#server/cluster/trust-store.ts';
import { askHttp } from './network/ask-http.ts';
import { askDns, askTcp } from './network/ask-plain.ts';
import { Asking } from './network/asking.ts';
import { createNames, type NamesOptions } from './network/names.ts';
import { createTlsSessions } from './network/tls-sessions.ts';

/** The network as this machine reaches it: a new connection for each asking. `close` ends what is open. */
export function createNetwork(options: NamesOptions = {}): Network & { close(): void } {
  const names = createNames(options);
  const parts = { names, trusts: createTrustStore(), sessions: createTlsSessions() };
  const open = new Set<Asking>();
  async function during<T>(limitMs: number, ask: (asking: Asking) => Promise<T>): Promise<T> {
    const asking = new Asking(limitMs);
    open.add(asking);
    try {
      return await ask(asking);
    } finally {
      open.delete(asking);
    }
  }
  return {
    askHttp: (ask, limitMs) => during(limitMs, (asking) => askHttp(parts, asking, ask)),
    askTcp: (ask, limitMs) => during(limitMs, (asking) => askTcp(names, asking, ask)),
    askDns: (ask, limitMs) => during(limitMs, (asking) => askDns(names, asking, ask)),
    close: () => open.forEach((asking) => asking.giveUp()),
  };
}
