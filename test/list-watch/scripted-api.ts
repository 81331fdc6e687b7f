import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

/** An object of the scripted API; whatever else a test puts into it is served as it is. */
export interface ApiObject {
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string; [key: string]: unknown };
  [key: string]: unknown;
}

/** One request as the server saw it. */
export interface SeenRequest {
  path: string;
  query: Record<string, string>;
}

/** What HTTP/1.1 and HTTP/2 answers have in common. */
export interface Answer {
  writeHead(status: number, headers: Record<string, string>): unknown;
  flushHeaders(): void;
  write(text: string): unknown;
  end(text?: string): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** Answers one request instead of the server; undefined lets the server answer. */
export type Script = (request: SeenRequest, answer: Answer) => 'answered' | undefined;

interface ApiEvent {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: ApiObject;
}

/** How the server stands to WatchList. */
export type WatchListSupport = 'yes' | 'refuses' | 'ignores' | 'ignores-with-bookmarks' | 'progress-disabled';

/**
 * An API server with one collection at `path`, over real HTTP on 127.0.0.1: it lists, pages, watches, bookmarks and expires as
 * the real one, and misbehaves as it is told.
 */
export class ScriptedApi {
  readonly path: string;
  readonly seen: SeenRequest[] = [];
  /** Asked before the server answers, first to last, until one answers. */
  readonly scripts: Script[] = [];
  readonly watchers = new Set<{ answer: Answer; from: number }>();
  watchList: WatchListSupport = 'yes';
  objects = new Map<string, ApiObject>();
  #events: ApiEvent[] = [];
  #version = 100;
  #compacted = 0;
  #uids = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server | Http2Server;

  constructor(path: string, protocol: 'h1' | 'h2') {
    this.path = path;
    const handle = (request: { url?: string | undefined }, answer: unknown): void =>
      this.#handle(request.url ?? '/', answer as Answer);
    this.#server = protocol === 'h1' ? createHttpServer(handle) : createHttp2Server(handle);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get version(): string {
    return String(this.#version);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.reset();
    await closed;
  }

  /** Adds an object, or changes the one of that name: the UID stays. */
  put(object: ApiObject): void {
    const key = keyOf(object);
    const before = this.objects.get(key);
    this.#uids += before === undefined ? 1 : 0;
    this.#version += 1;
    const uid = before?.metadata.uid ?? `uid-${this.#uids}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: this.version } };
    this.objects.set(key, stored);
    this.#tell({ version: this.#version, type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored });
  }

  remove(key: string): void {
    const before = this.objects.get(key);
    if (before === undefined) return;
    this.objects.delete(key);
    this.#version += 1;
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: this.version } };
    this.#tell({ version: this.#version, type: 'DELETED', object });
  }

  /** Forgets all events so far: whoever watches on from before gets 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#events = [];
  }

  /** Another etcd: nothing is left, versions begin anew; UIDs do not come again. */
  wipe(): void {
    this.objects = new Map();
    this.#events = [];
    this.#version = 1;
    this.#compacted = 0;
  }

  bookmark(): void {
    for (const { answer } of this.watchers) answer.write(`${bookmarkLine(this.version)}\n`);
  }

  /** Writes to all watches, whatever it is. */
  say(text: string): void {
    for (const { answer } of this.watchers) answer.write(text);
  }

  /** Ends all watches in good order. */
  endWatches(): void {
    for (const { answer } of this.watchers) answer.end();
    this.watchers.clear();
  }

  /** Cuts all connections. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.watchers.clear();
  }

  #tell(event: ApiEvent): void {
    this.#events.push(event);
    for (const { answer, from } of this.watchers) if (event.version > from) answer.write(eventLine(event));
  }

  #handle(url: string, answer: Answer): void {
    const parsed = new URL(url, 'http://api');
    const request = { path: parsed.pathname, query: Object.fromEntries(parsed.searchParams) };
    this.seen.push(request);
    if (this.scripts.some((script) => script(request, answer) === 'answered')) return;
    if (request.path !== this.path) return refuse(answer, 404, 'NotFound', 'the server could not find it');
    if (request.query['watch'] === 'true') this.#watch(request.query, answer);
    else this.#list(request.query, answer);
  }

  #list(query: Record<string, string>, answer: Answer): void {
    const all = [...this.objects.values()];
    const limit = Number(query['limit'] ?? Infinity);
    const [version, start] = query['continue'] === undefined ? [this.version, 0] : tokenOf(query['continue']);
    if (Number(version) < this.#compacted)
      return refuse(answer, 410, 'Expired', 'The provided continue parameter is too old');
    // All pages are one snapshot: tests that change objects between pages expect them to be compacted away.
    const items = all.slice(start, start + limit);
    const more = start + limit < all.length;
    const metadata = { resourceVersion: version, ...(more && { continue: `${version}:${start + limit}` }) };
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata, items }));
  }

  #watch(query: Record<string, string>, answer: Answer): void {
    const asked = query['sendInitialEvents'] === 'true';
    const from = Number(query['resourceVersion'] ?? 0);
    if (asked && this.watchList === 'refuses') {
      return refuse(answer, 422, 'Invalid', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch');
    }
    if (asked && this.watchList === 'progress-disabled') {
      return refuse(answer, 500, 'InternalError', 'RequestWatchProgress is disabled');
    }
    if (asked && from > this.#version)
      return refuse(answer, 504, 'Timeout', 'Too large resource version: 9, current: 1');
    answer.writeHead(200, { 'content-type': 'application/json' });
    if (!asked && from !== 0 && from < this.#compacted) {
      const status = {
        kind: 'Status',
        status: 'Failure',
        reason: 'Expired',
        code: 410,
        message: 'too old resource version',
      };
      answer.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      return;
    }
    if (asked || from === 0)
      for (const object of this.objects.values()) answer.write(eventLine({ version: 0, type: 'ADDED', object }));
    else for (const event of this.#events) if (event.version > from) answer.write(eventLine(event));
    if (asked && this.watchList === 'yes') answer.write(`${bookmarkLine(this.version, true)}\n`);
    if (asked && this.watchList === 'ignores-with-bookmarks') answer.write(`${bookmarkLine(this.version)}\n`);
    // A watch from the future is taken, and is told nothing until that comes.
    const watcher = { answer, from };
    this.watchers.add(watcher);
    answer.on('close', () => this.watchers.delete(watcher));
    answer.flushHeaders();
  }
}

export function keyOf({ metadata: { namespace, name } }: ApiObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Answers with a Status as the API does. */
export function refuse(
  answer: Answer,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  answer.writeHead(code, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code }));
}

export function eventLine({ type, object }: ApiEvent): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A bookmark, with `ends` that after the initial events. */
export function bookmarkLine(resourceVersion: string, ends = false): string {
  const annotations = ends ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion, ...annotations } } });
}

function tokenOf(token: string): [string, number] {
  const [version = '', start = ''] = token.split(':');
  return [version, Number(start)];
}
