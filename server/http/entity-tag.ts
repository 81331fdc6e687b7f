import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends `body` with its tag, or 304 if the asker already has it. `tag` must differ between processes, since revisions
 * begin anew with each.
 */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  tag: string,
  body: () => string,
): FastifyReply {
  const quoted = `"${tag}"`;
  reply.header('etag', quoted).header('cache-control', 'no-cache');
  const known = request.headers['if-none-match']?.split(',').map((text) => text.trim().replace(/^W\//, ''));
  if (known?.includes(quoted) === true) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body());
}

/** Tags of one process: `build-start-revision`. */
export function tagger(build: string, startedAt: number): (revision: number) => string {
  const begin = `${build.replaceAll(/[^\w.-]/g, '')}-${startedAt.toString(36)}`;
  return (revision) => `${begin}-${revision}`;
}
