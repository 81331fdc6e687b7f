import type { FastifyInstance } from 'fastify';
import { boundsOf, name, points, readQuery, stretch } from './query.ts';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

/** `GET /api/levels`, `GET /api/history`, `GET /api/moments`. */
export function addPastDoors(app: FastifyInstance, view: WallView, now: () => number): void {
  app.get('/api/levels', (request, reply) => {
    const query = readQuery({ subject: name, ...stretch }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    const answer = view.levels(query.value.subject, bounds.from, bounds.to);
    return answer ?? refuse(reply, 404, 'there is no such subject: it is an area or the id of a finding');
  });

  app.get('/api/history', (request, reply) => {
    const query = readQuery({ series: name, points, ...stretch }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    const answer = view.history(query.value.series, bounds.from, bounds.to, query.value.points);
    return answer ?? refuse(reply, 404, 'there is no such series');
  });

  app.get('/api/moments', (request, reply) => {
    const query = readQuery(stretch, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    return reply.send(view.moments(bounds.from, bounds.to));
  });
}
