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
