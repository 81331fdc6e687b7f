import Fastify, { type FastifyInstance } from 'fastify';
import { addAcknowledgementDoors } from '#server/http/acknowledgement-doors.ts';
import { addBoardDoors } from '#server/http/board-doors.ts';
import { addDemoDoors, type DemoView } from '#server/http/demo-doors.ts';
import { tagger } from '#server/http/entity-tag.ts';
import { followConnections } from '#server/http/hang-up.ts';
import { addHealthDoors } from '#server/http/health-doors.ts';
import { attachLive } from '#server/http/live.ts';
import { addMetricsDoor } from '#server/http/metrics-door.ts';
import { addPage } from '#server/http/page.ts';
import { addPastDoors } from '#server/http/past-doors.ts';
import { addRefusals, refuseMistake } from '#server/http/refusal.ts';
import { addOriginCheck } from '#server/http/same-origin.ts';
import { addSecurityHeaders } from '#server/http/security-headers.ts';
import { addSeriesDoors } from '#server/http/series-doors.ts';
import { measureLateness } from '#server/http/timer-lateness.ts';
import type { WallView } from '#server/http/wall-view.ts';

/** What the doors are made of. */
export interface AppParts {
  view: WallView;
  /** Only where the demo is watched: the doors to what it plays. */
  demo?: DemoView | undefined;
  /** Folder of the built page; where it is missing `/` says how to build it. */
  pageDirectory: string;
  build: string;
  /** Writes one line of the log. */
  log: (text: string) => void;
  now?: () => number;
}

function noSchemas(): never {
  throw new Error('routes have no schemas here');
}

/** All doors of one wall, ready to listen; closing it closes the sockets too. */
export async function buildApp({
  view,
  demo,
  pageDirectory,
  build,
  log,
  now = Date.now,
}: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    // Doors check what strangers send themselves: the framework's schema compilers are not even loaded.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: (error, request, reply) => void refuseMistake(error, request, reply),
    bodyLimit: 16_384,
    requestTimeout: 30_000,
    // A kept connection of a browser must not hold up the end.
    forceCloseConnections: true,
    // Ids of findings hold names of up to 253 characters, several of them.
    routerOptions: { maxParamLength: 4_096 },
  });
  app.server.maxConnections = 1_000;
  const hangUp = followConnections(app.server);
  app.removeContentTypeParser('text/plain');
  addRefusals(app, log);
  addOriginCheck(app);
  await addSecurityHeaders(app);
  addHealthDoors(app, view);
  addBoardDoors(app, view, tagger(build, now()));
  addPastDoors(app, view, now);
  addSeriesDoors(app, view, now);
  addAcknowledgementDoors(app, view);
  if (demo !== undefined) addDemoDoors(app, demo);
  addPage(app, pageDirectory);
  const live = attachLive(app.server, { view, build, now });
  const lateness = measureLateness();
  addMetricsDoor(app, view, { longestDelayMs: lateness.longestMs, sockets: live.sockets }, now);
  app.addHook('preClose', async () => {
    lateness.stop();
    await hangUp(live.close());
  });
  return app;
}
