import { createHash } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { createDialler, type Dialler } from './dialler.ts';
import { createHttp1Transport, type Http1Transport } from './http1-transport.ts';
import { secureContext } from './secure-context.ts';
import { TransportError } from './transport.ts';
import type { ClientCertificate, Endpoint } from './way-in.ts';

/** The kept connection to one kubelet. */
export interface KubeletWay {
  /** Changes with all that a connection depends on. */
  key: string;
  address: string;
  dialler: Dialler;
  http: Http1Transport;
  /** True after a 401, until another answer comes. */
  refused: boolean;
}

/** The kept connections, by node. */
export interface KubeletWays {
  /** The one that there is, or a new one if the kubelet or our certificate is another. */
  to(node: string, endpoint: Endpoint, certificate: ClientCertificate | null): KubeletWay;
  forget(node: string): void;
  forgetAll(): void;
}

/** No connections yet. */
export function createKubeletWays(options: { clock: () => number; dialMs: number }): KubeletWays {
  const ways = new Map<string, KubeletWay>();
  const contextFor = keptContext();

  function forget(node: string): void {
    const way = ways.get(node);
    ways.delete(node);
    way?.dialler.close();
    way?.http.destroy(new TransportError('aborted', 'the kubelet is not asked any more'));
  }

  return {
    to(node, endpoint, certificate) {
      const key = hashOf([endpoint, certificate]);
      const kept = ways.get(node);
      if (kept?.key === key) return kept;
      forget(node);
      const { address } = endpoint;
      const dialler = createDialler(endpoint, contextFor(endpoint, certificate), options.dialMs);
      const dial = () => dialler.dial(['http/1.1']);
      const http = createHttp1Transport({ address, clock: options.clock, dial });
      const way: KubeletWay = { key, address, dialler, http, refused: false };
      ways.set(node, way);
      return way;
    },
    forget,
    forgetAll() {
      for (const node of [...ways.keys()]) forget(node);
    },
  };
}

/** One for all kubelets: with the CA and its own memory each is some 100 KB. */
function keptContext(): (endpoint: Endpoint, certificate: ClientCertificate | null) => SecureContext {
  let kept: { key: string; context: SecureContext } | null = null;
  return (endpoint, certificate) => {
    const key = hashOf([endpoint.ca, certificate]);
    if (kept?.key !== key) kept = { key, context: secureContext(endpoint, certificate)! };
    return kept.context;
  };
}

/** A hash, so that no key stands about in a second place. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
