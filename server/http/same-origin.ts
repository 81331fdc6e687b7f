import type { FastifyInstance } from 'fastify';
import { refuse } from './refusal.ts';

/**
 * True unless a browser says that the request comes from another site. Programs send no Origin and are no danger: they
 * cannot be led to us by a page. The scheme may differ, since TLS may end in front of us.
 */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const from = hostOf(origin);
  if (from === null || host === undefined) return false;
  // The Host header has no scheme: read with the Origin's, so that the default port is the same on both sides.
  return from === hostOf(`${origin.slice(0, origin.indexOf(':'))}://${host}`);
}

function hostOf(url: string): string | null {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  return new URL(url).host;
}

/** Refuses what changes something when another site's page asks for it. */
export function addOriginCheck(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    if (isSameOrigin(request.headers.origin, request.headers.host)) return;
    await refuse(reply, 403, 'requests from the pages of another site are refused');
  });
}
