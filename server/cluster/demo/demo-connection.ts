import type { Connection } from '../connection.ts';
import type { KubeletTransport } from '../kubelet-transport.ts';
import type { Transport } from '../transport.ts';
import { createDemoCredential, createDemoHandshake } from './demo-handshake.ts';
import { createDemoTls, type DemoTlsParts } from './demo-tls.ts';

/** What the demo's connection is made of. */
export interface DemoConnectionParts extends DemoTlsParts {
  transport: Transport;
  kubelets: KubeletTransport;
}

/** The demo's way in. Nothing is ever replaced; `close` ends the transport. */
export function createDemoConnection(parts: DemoConnectionParts): Connection {
  const { address, transport, kubelets, random } = parts;
  const tls = { ...parts, random: random.fork('tls') };
  return {
    server: `https://${address}`,
    address,
    context: 'demo',
    caHash: random.hex(16),
    transport,
    kubelets,
    credential: createDemoCredential(parts),
    handshake: createDemoHandshake(parts),
    lookAtTls: createDemoTls(tls),
    askDate: null,
    onReplaced: () => () => {},
    close() {
      transport.close();
      kubelets.close();
    },
  };
}
