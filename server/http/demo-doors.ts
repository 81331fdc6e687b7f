import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { DemoAnswer } from '#shared/demo.ts';
import { refuse } from './refusal.ts';

/** The demo as its doors may see it. */
export interface DemoView {
  /** All that can be played, and what plays. */
  offers(): DemoAnswer['scenarios'];
  playing(): DemoAnswer['playing'];
  /** Ends what plays and plays this; false if there is no such scenario. */
  play(scenario: string): boolean;
}

const wanted = v.object(
  {
    scenario: v.pipe(
      v.string('scenario must be the name of a scenario'),
      v.minLength(1, 'scenario must be the name of a scenario'),
      v.maxLength(100, 'scenario is too long'),
    ),
  },
  (issue) => (issue.path === undefined ? 'send an object such as { "scenario": "crash-loop" }' : 'scenario is missing'),
);

/** `GET /api/demo` and `POST /api/demo` `{ scenario }`. Only the demo has them: elsewhere there is nothing at their place. */
export function addDemoDoors(app: FastifyInstance, demo: DemoView): void {
  const answer = (): DemoAnswer => ({ scenarios: demo.offers(), playing: demo.playing() });

  app.get('/api/demo', (_request, reply) => reply.header('cache-control', 'no-store').send(answer()));

  app.post('/api/demo', { bodyLimit: 1_024 }, (request, reply) => {
    const parsed = v.safeParse(wanted, request.body);
    if (!parsed.success) return refuse(reply, 400, parsed.issues[0].message);
    const { scenario } = parsed.output;
    if (demo.play(scenario)) return reply.header('cache-control', 'no-store').send(answer());
    const names = demo.offers().map(({ name }) => name);
    return refuse(reply, 400, `there is no such scenario: the scenarios are ${names.join(', ')}`);
  });
}
