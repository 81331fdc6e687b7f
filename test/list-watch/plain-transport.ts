import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import {
  TransportError,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '#server/cluster/transport.ts';

/** A small real way to a plain-text server on 127.0.0.1, one connection for all (h2) or one for each request (h1). */
export function plainTransport(port: () => number, protocol: 'h1' | 'h2'): Transport {
  return protocol === 'h1' ? overHttp1(port) : overHttp2(port);
}

function overHttp1(port: () => number): Transport {
  return {
    staleAfterMs: 75_000,
    close: () => undefined,
    request: ({ path, headers, signal }) =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port: port(), path, headers: headers ?? {}, signal, agent: false };
        const request = httpRequest(options, (answer: IncomingMessage) => {
          const alive = new Set<(at: number) => void>();
          answer.on('data', () => alive.forEach((listener) => listener(Date.now())));
          answer.pause();
          resolve(responseOf(answer.statusCode!, answer.headers, answer, alive));
        });
        request.on('error', (error) => reject(failureOf(error)));
        request.end();
      }),
  };
}

function overHttp2(port: () => number): Transport {
  let session: ClientHttp2Session | null = null;
  const alive = new Set<(at: number) => void>();

  function current(): ClientHttp2Session {
    if (session !== null && !session.destroyed && !session.closed) return session;
    const opened = connect(`http://127.0.0.1:${port()}`);
    opened.on('error', () => opened.destroy());
    const ping = setInterval(() => {
      if (!opened.destroyed)
        opened.ping((error) => error === null && alive.forEach((listener) => listener(Date.now())));
    }, 20).unref();
    opened.on('close', () => clearInterval(ping));
    session = opened;
    return opened;
  }

  return {
    staleAfterMs: 15_000,
    close: () => session?.destroy(),
    request: ({ path, headers, signal }: TransportRequest) =>
      new Promise((resolve, reject) => {
        const stream: ClientHttp2Stream = current().request({ ':path': path, ...headers }, { signal });
        stream.on('response', (head) => resolve(responseOf(head[':status']!, head, stream, alive)));
        stream.on('error', (error) => reject(failureOf(error)));
        stream.on('close', () => reject(new TransportError('reset', 'the connection was closed')));
        stream.end();
      }),
  };
}

function responseOf(
  status: number,
  headers: IncomingHttpHeaders,
  body: AsyncIterable<Uint8Array> & { rstCode?: number },
  alive: Set<(at: number) => void>,
): TransportResponse {
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: safely(body),
    onAlive(listener) {
      alive.add(listener);
      return () => alive.delete(listener);
    },
  };
}

async function* safely(body: AsyncIterable<Uint8Array> & { rstCode?: number }): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error);
  }
  if (body.rstCode) throw new TransportError('reset', `the stream was reset (${body.rstCode})`);
}

function failureOf(error: unknown): TransportError {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || code === 'ABORT_ERR') return new TransportError('aborted', 'aborted');
  if (code === 'ECONNREFUSED') return new TransportError('refused', 'connection refused');
  return new TransportError('reset', message);
}
