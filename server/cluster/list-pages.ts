import { jsonCut } from './json-cut.ts';
import { asBuffer } from './growing-bytes.ts';
import { attemptGuard } from './attempt-guard.ts';
import { breather } from './breather.ts';
import { ItemSplitter } from './item-splitter.ts';
import { leftOut, pathWith, requestHeaders, type ListWatchRequest } from './list-watch-request.ts';
import { TransportError } from './transport.ts';
import { oversized, trouble, troubleOfAnswer, troubleOfFailure, type Trouble } from './trouble.ts';
import { objectOf, textOf } from '#server/facts/read-raw.ts';
import { reopenedSince } from './gate-watcher.ts';

/** What a list tells. */
export interface ListListener {
  /** All begins anew: what was told so far is void. */
  begin(): void;
  object(raw: unknown): void;
}

/** How a list ended: the version of the state it told, or why there is none. */
export type ListEnd = { version: string; trouble: null } | { version: ''; trouble: Trouble };

/** A page: where the next one begins ("" after the last). */
type PageEnd = { version: string; next: string; trouble: null } | { trouble: Trouble };

/**
 * Lists all objects in pages of one snapshot. A continue token that has expired begins anew, without pages. Resolves when
 * it is over; rejects for a bug only.
 */
export async function listPages(request: ListWatchRequest, listener: ListListener): Promise<ListEnd> {
  const limit = String(request.limits.pageSize);
  let version = '';
  let next = '';
  listener.begin();
  do {
    const page = await listPage(request, { limit, continue: next }, request.limits.pageMs, listener);
    if (page.trouble?.kind === 'expired' && next !== '') return listWhole(request, listener);
    if (page.trouble !== null) return { version: '', trouble: page.trouble };
    version ||= page.version;
    next = page.next;
  } while (next !== '');
  return { version, trouble: null };
}

async function listWhole(request: ListWatchRequest, listener: ListListener): Promise<ListEnd> {
  listener.begin();
  // It may hold many pages; so it may take as long as several.
  const whole = await listPage(request, {}, request.limits.pageMs * 5, listener);
  return whole.trouble === null ? { version: whole.version, trouble: null } : { version: '', trouble: whole.trouble };
}

/** The version the server is at now, by the smallest list there is. */
export async function askVersion(request: ListWatchRequest): Promise<ListEnd> {
  const ignoring: Pick<ListListener, 'object'> = { object: () => undefined };
  const page = await listPage(request, { limit: '1' }, request.limits.pageMs, ignoring);
  return page.trouble === null ? { version: page.version, trouble: null } : { version: '', trouble: page.trouble };
}

async function listPage(
  request: ListWatchRequest,
  parameters: Record<string, string>,
  limitMs: number,
  listener: Pick<ListListener, 'object'>,
): Promise<PageEnd> {
  const deadline = performance.now() + limitMs;
  const reopened = reopenedSince(request.gate);
  const guard = attemptGuard(request.stop, request.limits.tickMs, () => {
    if (reopened()) return trouble('sooner', 'the API is back', 'API is back');
    const late = performance.now() > deadline;
    return late ? trouble('unreachable', `a list took over ${Math.round(limitMs / 1_000)} s`, 'slow list') : null;
  });
  try {
    const response = await request.transport.request({
      path: pathWith(request.kind, parameters),
      headers: requestHeaders,
      signal: guard.signal,
      headersTimeoutMs: Math.min(request.limits.headersMs, limitMs),
    });
    const end =
      response.status === 200
        ? await readPage(response.body, request, listener)
        : { trouble: await troubleOfAnswer(response, false) };
    return guard.cut === null ? end : { trouble: guard.cut };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { trouble: guard.cut ?? troubleOfFailure(error.failure, error.message) };
  } finally {
    guard.end();
  }
}

async function readPage(
  body: AsyncIterable<Uint8Array>,
  { kind, limits: { mostObjectBytes } }: ListWatchRequest,
  listener: Pick<ListListener, 'object'>,
): Promise<PageEnd> {
  const splitter = new ItemSplitter(mostObjectBytes);
  const breathe = breather();
  const cut = jsonCut(leftOut(kind));
  const take = (item: Buffer): boolean => {
    const raw = parsed(cut(item));
    if (raw !== undefined) listener.object(raw);
    return raw !== undefined;
  };
  for await (const chunk of body) {
    const outcome = splitter.push(asBuffer(chunk), take);
    if (outcome === 'stopped') return { trouble: trouble('failing', 'the list holds what is not JSON', 'bad list') };
    if (outcome === 'oversized') return { trouble: { ...oversized(mostObjectBytes), kind: 'failing' } };
    const breath = breathe(chunk.length);
    if (breath !== undefined) await breath;
  }
  const metadata = objectOf(splitter.rest()?.['metadata']);
  const version = textOf(metadata['resourceVersion']);
  if (version === '') return { trouble: trouble('failing', 'the answer is not a whole list of objects', 'bad list') };
  // Tokens are opaque and may be long; only absurd ones are cut, and then refused by the server.
  return { version, next: textOf(metadata['continue'], 65_536), trouble: null };
}

function parsed(item: string): unknown {
  try {
    return JSON.parse(item);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // not JSON: its caller ends the list
    throw error;
  }
}
