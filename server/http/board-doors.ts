import type { FastifyInstance } from 'fastify';
import { areas, isArea } from '#shared/area.ts';
import { sendTagged } from './entity-tag.ts';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

/** Some cells are measured, and go on with no revision: a tag of rows is good for so long. */
const cellsMs = 60_000;
const noArea = `there is no such area: the areas are ${areas.join(', ')}`;

/** `GET /api/board`, `GET /api/areas/AREA`, `GET /api/areas/AREA/measured`, `GET /api/findings/ID`. `tagOf` makes the ETag of a revision. */
export function addBoardDoors(app: FastifyInstance, view: WallView, tagOf: (revision: number) => string): void {
  app.get('/api/board', (request, reply) => {
    const board = view.board();
    return sendTagged(request, reply, tagOf(board.revision), () => JSON.stringify(board));
  });

  app.get<{ Params: { area: string } }>('/api/areas/:area', (request, reply) => {
    const { area } = request.params;
    if (!isArea(area)) return refuse(reply, 404, noArea);
    const answer = view.area(area);
    const tag = `${tagOf(answer.revision)}-${Math.floor(answer.judgedAt / cellsMs)}`;
    return sendTagged(request, reply, tag, () => JSON.stringify(answer));
  });

  app.get<{ Params: { area: string } }>('/api/areas/:area/measured', async (request, reply) => {
    const { area } = request.params;
    if (!isArea(area)) return refuse(reply, 404, noArea);
    const answer = await view.areaMeasured(area);
    return sendTagged(request, reply, `${tagOf(0)}-${answer.at}`, () => JSON.stringify(answer));
  });

  // A wildcard, since ids hold slashes: both `nodes/not-ready|Node/nuc0` and its encoded form are understood.
  app.get<{ Params: { '*': string } }>('/api/findings/*', (request, reply) => {
    const finding = view.finding(request.params['*']);
    if (finding === null) return refuse(reply, 404, 'there is no such finding now: it may have ended');
    return reply.header('cache-control', 'no-cache').send(finding);
  });
}
