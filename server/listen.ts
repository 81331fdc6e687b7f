import { networkInterfaces } from 'node:os';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Listens, and tells the addresses at which the wall can be opened. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string[]> {
  await app.listen({ host, port });
  const { port: actual } = app.server.address() as AddressInfo;
  return hostsOf(host).map((name) => `http://${name}:${actual}`);
}

/** Why nothing can listen there, in one sentence; "" if something can. Asked before anything is opened or written. */
export async function whyNotListen(host: string, port: number): Promise<string> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    return reason(host, port);
  } finally {
    server.close();
  }
  return '';
}

const reasons: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (host, port) => `port ${port} on ${host} is in use: end what listens there, or set PORT to another`,
  EACCES: (_, port) => `port ${port} may not be listened on without more rights: set PORT to one above 1023`,
  EADDRNOTAVAIL: (host) => `HOST is ${host}, which is no address of this machine`,
  ENOTFOUND: (host) => `HOST is ${host}, which is no address and no name that can be resolved`,
  EAI_AGAIN: (host) => `HOST is ${host}, a name that cannot be resolved at present`,
  EAFNOSUPPORT: (host) => `HOST is ${host}, and this machine has no such kind of address (IPv6 is off)`,
};

function hostsOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host.includes(':') ? `[${host}]` : host];
  const lan = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const others = lan.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
  return ['127.0.0.1', ...others];
}
