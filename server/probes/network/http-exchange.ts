import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AnswerBody, type ReadBody } from './answer-body.ts';
import { answerHeaders } from './answer-headers.ts';
import { msSince, type Asking } from './asking.ts';
import { failureSaid } from './failure-said.ts';
import { NetworkFailure } from './network-failure.ts';
import { Client, errors } from './undici-client.ts';

/** One request. */
export interface HttpRequest {
  url: URL;
  method: string;
  /** As they are sent. */
  headers: Readonly<Record<string, string>>;
  body: string;
  bodyLimit: number;
  /** As the server is called in sentences. */
  called: string;
}

/** One answer, redirects not followed. */
export type HttpReply = ReadBody & { status: number; headers: Readonly<Record<string, string>> };

// As browsers do; Node's own 16 KB are less than what some proxies add.
const mostHeaderBytes = 262_144;
// "103 Early Hints" may come a few times.
const mostInterim = 20;

/**
 * Sends one request over a connection that is there already, and reads its answer. By undici's `Client`, of which each asking
 * has its own: a pool would not tell which connection is whose. Rejects with a `NetworkFailure` if no whole head of an answer
 * comes; what breaks off later is a `bodyProblem`.
 */
export async function exchange(asking: Asking, socket: Duplex, request: HttpRequest): Promise<HttpReply> {
  const { url, method, headers, body, called } = request;
  const client = new Client(url.origin, {
    // Undici wants to be called back later.
    connect: (_, done) => queueMicrotask(() => done(null, socket as never)),
    ...{ allowH2: false, pipelining: 0, maxHeaderSize: mostHeaderBytes },
    // One limit of ours is over all.
    ...{ headersTimeout: 0, bodyTimeout: 0 },
  });
  asking.hold({ destroy: () => void client.destroy() });
  const handler = new ReplyHandler(asking, socket, request);
  const path = `${url.pathname}${url.search}`;
  client.dispatch({ path, method: method as 'GET', headers, body: body === '' ? null : body, reset: true }, handler);
  const late = (within: string) => new NetworkFailure('silent', `connected to ${called}, but no answer came ${within}`);
  await asking.within(handler.head, late);
  return asking.within(handler.reply, (within) => {
    // Then what has come of it is the reply.
    handler.breakOff(`it was not whole ${within}`);
    return handler.reply;
  });
}

class ReplyHandler implements Dispatcher.DispatchHandler {
  readonly #asking: Asking;
  readonly #socket: Duplex;
  readonly #request: HttpRequest;
  readonly #head = Promise.withResolvers<void>();
  readonly #reply = Promise.withResolvers<HttpReply>();
  #sentAt = performance.now();
  #interim = 0;
  #body: AnswerBody | null = null;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(asking: Asking, socket: Duplex, request: HttpRequest) {
    this.#asking = asking;
    this.#socket = socket;
    this.#request = request;
    this.#reply.promise.catch((error: unknown) => error);
  }

  get head(): Promise<void> {
    return this.#head.promise;
  }

  get reply(): Promise<HttpReply> {
    return this.#reply.promise;
  }

  breakOff(why: string): void {
    this.#body?.breakOff(why);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sentAt = performance.now();
  }

  onResponseStarted(): void {
    this.#asking.phases.firstByteMs ??= msSince(this.#sentAt);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) {
      this.#interim += 1;
      if (this.#interim > mostInterim) throw notHttp(this.#request.called, 'it announces an answer again and again');
      return;
    }
    const headers = answerHeaders((controller.rawHeaders ?? []) as (Buffer | string)[]);
    // Once it is read the asking ends, and its connection with it: nothing more is read, be it a gigabyte.
    const done = (read: ReadBody) => this.#reply.resolve({ status, headers, ...read });
    this.#body = new AnswerBody(headers, this.#request.bodyLimit, done);
    this.#head.resolve();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.write(chunk);
  }

  onResponseEnd(): void {
    this.#body?.end();
    // Before undici does it with an error, whose stack would be written out each time (3 % of the CPU by a profile).
    this.#socket.destroy();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#body !== null) return this.#body.breakOff(whyBroken(error));
    const failure = this.#controller === null ? notSent(error) : withoutHead(error, this.#request.called);
    this.#head.reject(failure);
    this.#reply.reject(failure);
  }
}

/** What undici refuses to send: its message may hold what was to be sent. */
function notSent({ message }: Error): NetworkFailure {
  const [, name] = /^invalid ([\w-]+) header$/.exec(message) ?? [];
  const what = name === undefined ? 'the request' : `the header ${name}`;
  return new NetworkFailure('unexpected', `${what} cannot be sent as it is configured`);
}

function withoutHead(error: Error & { code?: string }, called: string): NetworkFailure {
  const { code = '', message } = error;
  if (error instanceof NetworkFailure) return error;
  if (error instanceof errors.HTTPParserError) return notHttp(called, whatElse(error));
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return notHttp(called, 'two lengths');
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return notHttp(called, 'its headers do not end');
  if (code === 'UND_ERR_SOCKET' && /^bad /.test(message)) return notHttp(called, message);
  if (code === 'UND_ERR_SOCKET')
    return new NetworkFailure('reset', `${called} closed the connection without an answer`);
  return failureSaid(error, called);
}

/** In the words of undici's parser; of TLS, which servers speak that were not asked by TLS, the first two bytes say it. */
function whatElse({ message, data }: Error & { data?: string }): string {
  if (/^[\x15\x16]\x03/.test(data ?? '')) return 'it speaks TLS';
  return /\((.*)\)$/.exec(message)?.[1] ?? message;
}

function notHttp(called: string, why: string): NetworkFailure {
  return new NetworkFailure('not-http', `${called} answers, but not as HTTP wants it (${why})`);
}

function whyBroken(error: Error & { code?: string }): string {
  if (error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'it is not as long as it says';
  if (error instanceof errors.HTTPParserError) return `it is not as HTTP wants it (${whatElse(error)})`;
  return 'the connection broke off in the middle of it';
}
