import type { FastifyInstance } from 'fastify';
import { areas, isArea } from '#shared/area.ts';
import { sendTagged } from './entity-tag.ts';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

/** `GET /api/board`, `GET /api/areas/AREA`, `GET /api/findings/ID`. `tagOf` makes the ETag of a revision. */
export function addBoardDoors(app: FastifyInstance, view: WallView, tagOf: (revision: number) => string): void {
  app.get('/api/board', (request, reply) => {
    const board = view.board();
    return sendTagged(request, reply, tagOf(board.revision), () => JSON.stringify(board));
  });

  app.get<{ Params: { area: string } }>('/api/areas/:area', (request, reply) => {
    const { area } = request.params;
    if (!isArea(area)) return refuse(reply, 404, `there is no such area: the areas are ${areas.join(', ')}`);
    const answer = view.area(area);
    return sendTagged(request, reply, tagOf(answer.revision), () => JSON.stringify(answer));
  });

  // A wildcard, since ids hold slashes: both `nodes/not-ready|Node/nuc0` and its encoded form are understood.
  app.get<{ Params: { '*': string } }>('/api/findings/*', (request, reply) => {
    const finding = view.finding(request.params['*']);
    if (finding === null) return refuse(reply, 404, 'there is no such finding now: it may have ended');
    return reply.header('cache-control', 'no-cache').send(finding);
  });
}
