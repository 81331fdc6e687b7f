import type { Trust } from '#server/cluster/trust-store.ts';
import type { PeerJudgement } from './judge-peer.ts';

/** A TLS session with what was found of the server's certificate when it was shown last. */
export interface KeptSession {
  session: Buffer;
  judgement: PeerJudgement;
  /** Epoch ms; from then on the certificate has to be shown again. */
  until: number;
}

/** Sessions by whom is trusted and which host is asked for by which name: half the CPU of a whole handshake (measured). */
export interface TlsSessions {
  of(trust: Trust, host: string): KeptSession | null;
  keep(trust: Trust, host: string, kept: KeptSession): void;
}

const most = 500;

/** None yet. What belongs to whom is trusted no longer goes with it. */
export function createTlsSessions(): TlsSessions {
  const all = new WeakMap<Trust, Map<string, KeptSession>>();
  return {
    of(trust, host) {
      const kept = all.get(trust)?.get(host);
      return kept !== undefined && Date.now() < kept.until ? kept : null;
    },
    keep(trust, host, kept) {
      const byHost = all.get(trust) ?? new Map<string, KeptSession>();
      all.set(trust, byHost);
      byHost.delete(host);
      byHost.set(host, kept);
      const [oldest] = byHost.keys();
      if (byHost.size > most && oldest !== undefined) byHost.delete(oldest);
    },
  };
}
