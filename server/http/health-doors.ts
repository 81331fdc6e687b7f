import type { FastifyInstance } from 'fastify';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

/** `GET /healthz`: the process lives. `GET /readyz`: 200 once a first board stands, whatever it says. */
export function addHealthDoors(app: FastifyInstance, view: WallView): void {
  app.get('/healthz', (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' }));
  app.get('/readyz', (_, reply) => {
    if (view.judgedAt() === 0) return refuse(reply, 503, 'no board stands yet');
    return reply.header('cache-control', 'no-store').send({ status: 'ready' });
  });
}
