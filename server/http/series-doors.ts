import type { FastifyInstance } from 'fastify';
import { csvFileName, historyCsv } from './history-csv.ts';
import { prefersCsv } from './prefers-csv.ts';
import { area, boundsOf, name, points, readQuery, stretch } from './query.ts';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

/** `GET /api/series` and `GET /api/history`, the latter as JSON or, with `Accept: text/csv`, as CSV. */
export function addSeriesDoors(app: FastifyInstance, view: WallView, now: () => number): void {
  app.get('/api/series', (request, reply) => {
    const query = readQuery({ area }, request.query);
    return 'error' in query ? refuse(reply, 400, query.error) : view.series(query.value.area);
  });

  app.get('/api/history', (request, reply) => {
    const query = readQuery({ series: name, points, ...stretch }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    const answer = view.history(query.value.series, bounds.from, bounds.to, query.value.points);
    if (answer === null) return refuse(reply, 404, 'there is no such series');
    reply.header('vary', 'accept');
    if (!prefersCsv(request.headers.accept)) return answer;
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', `attachment; filename="${csvFileName(answer.series)}"`)
      .send(historyCsv(answer.points));
  });
}
