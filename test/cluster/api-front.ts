import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from './certificates.ts';

/** What stands before the API server does with requests: passes them on, or answers itself as it pleases. */
export type FrontMood = 'pass' | ((incoming: IncomingMessage, answering: ServerResponse) => void);

/** A server that ends TLS before a real API server, as an ingress or a log-in does. */
export interface ApiFront {
  readonly server: string;
  mood: FrontMood;
  /** How much later than it is the answers claim to be written. */
  aheadMs: number;
  /** Cuts all connections, and with them the watches that were passed on. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1 that speaks HTTP/1.1; what it passes on keeps its token. */
export async function startApiFront(
  target: { server: string; certificateAuthority: string },
  pair: KeyPair,
): Promise<ApiFront> {
  const agent = new Agent({ keepAlive: true, ca: target.certificateAuthority });
  const server = createServer({ cert: pair.certificate, key: pair.key }, (incoming, answering) => {
    if (front.mood === 'pass') pass(incoming, answering);
    else front.mood(incoming, answering);
  });

  function pass(incoming: IncomingMessage, answering: ServerResponse): void {
    const { method, headers, url = '/' } = incoming;
    const outgoing: ReturnType<typeof request> = httpsRequest(new URL(url, target.server), { agent, method, headers });
    outgoing.once('response', (answer) => {
      const date = new Date(Date.now() + front.aheadMs).toUTCString();
      answering.writeHead(answer.statusCode ?? 500, { ...answer.headers, date });
      answering.flushHeaders();
      answer.pipe(answering);
      answer.once('error', () => answering.destroy());
    });
    outgoing.once('error', () => answering.destroy());
    answering.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front: ApiFront = {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'pass',
    aheadMs: 0,
    cut: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };
  return front;
}
