import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { area, boundsOf, name, readQuery, stretch } from './query.ts';
import { refuse } from './refusal.ts';
import type { WallView } from './wall-view.ts';

const noSubject = 'there is no such subject: it is an area, wall or the id of a finding';

/** `GET /api/levels`, `GET /api/uptime`, `GET /api/episodes`, `GET /api/moments`. */
export function addPastDoors(app: FastifyInstance, view: WallView, now: () => number): void {
  app.get('/api/levels', (request, reply) => {
    const query = readQuery({ subject: name, ...stretch }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    // What lasts has no end yet, unless only what was before some time is asked for.
    const to = bounds.to < now() ? bounds.to : Infinity;
    const answer = view.levels(query.value.subject, bounds.from, query.value.to === undefined ? Infinity : to);
    return answer ?? refuse(reply, 404, noSubject);
  });

  app.get('/api/uptime', (request, reply) => {
    const query = readQuery({ subject: name }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    return view.uptime(query.value.subject) ?? refuse(reply, 404, noSubject);
  });

  app.get('/api/episodes', (request, reply) => {
    const query = readQuery({ area: v.optional(area), finding: v.optional(name), ...stretch }, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    const { area: ofArea, finding } = query.value;
    return view.episodes({
      ...bounds,
      ...(ofArea === undefined ? {} : { area: ofArea }),
      ...(finding === undefined ? {} : { finding }),
    });
  });

  app.get('/api/moments', (request, reply) => {
    const query = readQuery(stretch, request.query);
    if ('error' in query) return refuse(reply, 400, query.error);
    const bounds = boundsOf(query.value, now());
    if ('error' in bounds) return refuse(reply, 400, bounds.error);
    return view.moments(bounds.from, bounds.to);
  });
}
