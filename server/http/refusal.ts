import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Answers with a status and `{ error: sentence }`, the one shape of every refusal. */
export function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ error });
}

const sentences: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send JSON: content-type must be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty: send JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is no valid JSON',
  FST_ERR_BAD_URL: 'the path is not encoded correctly',
};

/** Turns every error into `{ error: sentence }`: a stranger's mistake is named, a bug of ours is logged and not shown. */
export function addRefusals(app: FastifyInstance, log: (text: string) => void): void {
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) =>
    refuse(reply, 404, `there is nothing at ${request.method} ${pathOf(request)}`),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if ((error.statusCode ?? 500) < 500) return refuseMistake(error, request, reply);
    log(`${request.method} ${pathOf(request)} failed: ${error.stack ?? error.message}`);
    return refuse(reply, 500, 'this is a mistake of clusterwall itself; its log says more');
  });
}

/** Refuses what the framework could not understand, before any door is found. */
export function refuseMistake(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(reply, error.statusCode ?? 400, sentences[error.code] ?? 'the request cannot be understood');
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split('?', 1)[0] ?? '').slice(0, 200);
}
