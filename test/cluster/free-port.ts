import { once } from 'node:events';
import { createServer } from 'node:net';

// Below Linux's ephemeral ports, so that no outgoing connection takes a port while its component is down between kill and restart.
const LOWEST = 20_000;
const COUNT = 10_000;

/** A port of this address on which nothing listens. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (await isFree(port, host)) return port;
  }
  throw new Error(`found no free port from ${LOWEST} to ${LOWEST + COUNT - 1}`);
}

/** Where a server can listen as hosts of the web do: one of this machine's own addresses, port 443. Needs root. */
export async function freeHttpsPlace(): Promise<{ host: string; port: 443 }> {
  const part = () => 1 + Math.floor(Math.random() * 254);
  for (let attempt = 0; attempt < 100; attempt++) {
    const host = `127.${part()}.${part()}.${part()}`;
    if (await isFree(443, host)) return { host, port: 443 };
  }
  throw new Error('found no address of 127.0.0.0/8 with port 443 free');
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
