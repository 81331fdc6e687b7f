import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsConfig } from '#server/probes/tls-config.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { wantedServers } from '#server/probes/wanted-servers.ts';

const naming = ['node', 'ingress', 'gateway', 'httpRoute', 'ingressRoute'] as const;

/**
 * Which TLS servers are to be looked at by the facts and the configuration as they are now: worked out anew only when one of
 * them changes, and told as the array of before where that makes no difference.
 */
export function followWanted(snapshot: () => Snapshot, config: () => TlsConfig): () => readonly WantedServer[] {
  let from: readonly unknown[] = [];
  let told: { text: string; wanted: readonly WantedServer[] } = { text: '[]', wanted: [] };
  return () => {
    const { facts } = snapshot();
    const now = [config(), ...naming.map((kind) => facts(kind))];
    if (now.length === from.length && now.every((part, i) => part === from[i])) return told.wanted;
    from = now;
    const wanted = wantedServers(
      {
        nodes: facts('node').values(),
        ingresses: facts('ingress').values(),
        gateways: facts('gateway').values(),
        httpRoutes: facts('httpRoute').values(),
        ingressRoutes: facts('ingressRoute').values(),
      },
      config(),
    );
    const text = JSON.stringify(wanted);
    if (text !== told.text) told = { text, wanted };
    return told.wanted;
  };
}
