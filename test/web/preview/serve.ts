import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

import Fastify from 'fastify';
import { Server } from 'socket.io';

import { isArea } from '#shared/area.ts';
import type { PageEvents, ServerEvents } from '#shared/change.ts';
import { answerArea, answerHistory, answerLevels, type Scene } from '#test/web/fixtures.ts';
import * as scenes from '#test/web/scenes.ts';

/** A stand-in for the server, to look at the page: the scene is chosen by port, in this order from 4100 on. */
export const previews = {
  'all-good': { make: scenes.allGood },
  'ten-good': { make: scenes.tenGood },
  'node-lost': { make: scenes.nodeLost },
  'api-refused': { make: scenes.apiRefused },
  warning: { make: scenes.warning },
  demo: { make: scenes.demo },
  hostile: { make: scenes.hostile },
  'no-contact': { make: scenes.tenGood, beats: 1 },
  unjudged: { make: scenes.tenGood, unjudged: true },
} satisfies Record<string, { make: (now: number) => Scene; beats?: number; unjudged?: boolean }>;

export const firstPort = 4100;

const policy =
  "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const root = new URL('../../../dist/web/', import.meta.url);

async function serve(name: keyof typeof previews, port: number): Promise<void> {
  const {
    make,
    beats = Infinity,
    unjudged = false,
  }: { make: (now: number) => Scene; beats?: number; unjudged?: boolean } = previews[name];
  const begun = Date.now();
  const scene = make(begun);
  const app = Fastify();
  app.addHook('onSend', async (_, reply) => {
    reply.header('content-security-policy', policy);
  });
  app.get('/healthz', () => 'ok');
  app.get<{ Params: { area: string } }>('/api/areas/:area', ({ params }, reply) =>
    isArea(params.area) ? answerArea(scene, params.area) : reply.code(404).send({ error: 'there is no such area' }),
  );
  app.get<{ Params: { id: string } }>('/api/findings/:id', ({ params }, reply) => {
    const found = scene.board.findings.find(({ id }) => id === params.id);
    return found ?? reply.code(404).send({ error: 'there is no such finding now' });
  });
  app.get<{ Querystring: Record<string, string> }>('/api/levels', ({ query }) =>
    answerLevels(query['subject'] ?? '', Date.now(), Number(query['from'])),
  );
  app.get<{ Querystring: Record<string, string> }>('/api/history', ({ query }) =>
    answerHistory(query['series'] ?? '', Number(query['from']), Number(query['to']), Number(query['points'])),
  );
  app.get('/api/moments', () => ({ moments: scene.moments }));
  app.route({
    method: ['POST', 'DELETE'],
    url: '/api/acknowledgements',
    handler: (_, reply) => reply.code(409).send({ error: 'this is a preview: nothing is kept' }),
  });
  app.get('/*', async ({ url }, reply) => {
    const path = url.split('?')[0] === '/' ? 'index.html' : (url.split('?')[0] ?? '').slice(1);
    return reply.type(types[extname(path)] ?? 'application/octet-stream').send(await readFile(new URL(path, root)));
  });
  const io = new Server<PageEvents, ServerEvents>(app.server, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => {
    let sent = 0;
    const beat = () => {
      if (sent >= beats) return;
      sent += 1;
      const at = Date.now();
      const judgedAt = unjudged ? begun - 60_000 : at;
      socket.emit('heartbeat', { at, judgedAt, revision: scene.board.revision, build: scene.board.build });
    };
    socket.emit('board', scene.board);
    beat();
    const timer = setInterval(beat, 5_000);
    socket.on('disconnect', () => clearInterval(timer));
    socket.on('board', () => socket.emit('board', scene.board));
  });
  await app.listen({ port, host: '127.0.0.1' });
  console.log(`${name.padEnd(12)} http://127.0.0.1:${port}/`);
}

for (const [i, name] of Object.keys(previews).entries()) await serve(name as keyof typeof previews, firstPort + i);
