import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** `GET /`: the built page. Files with a hash in their name are kept by browsers for good, all else is asked for anew. */
export async function addPage(app: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(join(directory, 'index.html'))) {
    app.get('/', (_, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send('The page is not built: "npm run build", or "npm run dev" to work on it.\n'),
    );
    return;
  }
  await app.register(files, {
    root: directory,
    // .br and .gz stand beside the files since the build: nothing is compressed while the wall runs.
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(directory, 'assets') + sep);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
