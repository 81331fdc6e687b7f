import { open, type FileHandle } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './refusal.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

const notBuilt = 'The page is not built: "npm run build", or "npm run dev" to work on it.\n';

/**
 * `GET /`: the built page. Files in `assets/` have a hash in their name and are kept by browsers for good, all else is
 * asked for anew. Ours and not @fastify/static, which takes 3 MB of memory for what a dozen files need (measured).
 */
export function addPage(app: FastifyInstance, directory: string): void {
  app.get('/', async (request, reply) => {
    const found = await send(request, reply, join(directory, 'index.html'), 'no-cache');
    return found ? reply : reply.type('text/plain; charset=utf-8').send(notBuilt);
  });
  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) =>
    sendNamed(request, reply, join(directory, 'assets'), request.params.file, 'public, max-age=31536000, immutable'),
  );
  app.get<{ Params: { file: string } }>('/:file', (request, reply) =>
    sendNamed(request, reply, directory, request.params.file, 'no-cache'),
  );
}

async function sendNamed(
  request: FastifyRequest,
  reply: FastifyReply,
  directory: string,
  file: string,
  cacheControl: string,
): Promise<FastifyReply> {
  // A plain name with a known ending: no path leads out of the folder, and nothing hidden is shown.
  const known = /^\w[\w.-]*$/.test(file) && types[extname(file)] !== undefined;
  const found = known && (await send(request, reply, join(directory, file), cacheControl));
  return found ? reply : refuse(reply, 404, `there is nothing at ${request.method} ${request.url.slice(0, 200)}`);
}

/**
 * Sends a file, compressed as the build has left it if the asker takes that; false if there is none. It does not return
 * the reply: awaited, a reply is whatever its sending ends in.
 */
async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  file: string,
  cacheControl: string,
): Promise<boolean> {
  const found = await openBest(file, encodingsOf(request.headers['accept-encoding'] ?? ''));
  if (found === null) return false;
  const { handle, encoding } = found;
  const { size, mtimeMs } = await handle.stat();
  const tag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  reply.header('cache-control', cacheControl).header('vary', 'accept-encoding').header('etag', tag);
  if (request.headers['if-none-match']?.includes(tag) === true) {
    await handle.close();
    void reply.code(304).send();
    return true;
  }
  if (encoding !== '') reply.header('content-encoding', encoding);
  reply.type(types[extname(file)]!).header('content-length', size);
  void reply.send(handle.createReadStream());
  return true;
}

const endings: Record<string, string> = { br: '.br', gzip: '.gz', '': '' };

/** What the asker takes, best first; plain always. */
function encodingsOf(accepted: string): string[] {
  const refused = /;\s*q=0(\.0*)?\s*$/;
  const names = accepted.split(',').filter((part) => !refused.test(part));
  const wanted = new Set(names.map((part) => part.split(';')[0]!.trim()));
  return [...['br', 'gzip'].filter((name) => wanted.has(name)), ''];
}

async function openBest(file: string, encodings: string[]): Promise<{ handle: FileHandle; encoding: string } | null> {
  for (const encoding of encodings) {
    const handle = await openFile(file + endings[encoding]);
    if (handle !== null) return { handle, encoding };
  }
  return null;
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
