import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a readiness probe asks; the test decides what it answers. */
export interface ProbeTarget {
  port: number;
  /** 200 or 503. */
  answer(status: number): void;
  close(): void;
}

/** Listens on 127.0.0.1, where the real node's kubelet asks. */
export async function startProbeTarget(): Promise<ProbeTarget> {
  let status = 200;
  const server = createServer((_, answer) => answer.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    answer: (now) => (status = now),
    close: () => server.close(),
  };
}
