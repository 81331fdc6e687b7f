import { constants, type ClientHttp2Stream } from 'node:http2';
import type { ApiSession } from './http2-session.ts';
import { onGivenUp, plainHeaders, type TransportAsk } from './transport-ask.ts';
import { asTransportError } from './transport-failure.ts';
import { TransportError, type TransportResponse } from './transport.ts';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

/** Sends one request on a session; resolves with the headers, rejects with a `TransportError`. */
export function askSession(session: ApiSession, ask: TransportAsk, authority: string): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'GET',
      ':path': ask.path,
      ':scheme': 'https',
      ':authority': authority,
      ...ask.headers,
    });
    let givenUp: TransportError | null = null;
    const why = (error: unknown) => givenUp ?? session.failure ?? asTransportError(error, authority);
    const forget = onGivenUp(ask, (reason) => {
      givenUp = reason;
      stream.close(NGHTTP2_CANCEL);
      reject(reason);
    });
    // Also keeps an error that comes while nobody reads from being thrown.
    stream.on('error', (error) => reject(why(error)));
    stream.once('close', () => {
      forget();
      reject(why(brokeOff(authority)));
    });
    stream.once('response', (headers) => {
      // A short answer is over at once, and Node throws away what nobody has begun to read by then, unless it is paused.
      stream.pause();
      session.life.show();
      resolve({
        status: headers[':status'] ?? 0,
        headers: plainHeaders(headers),
        body: bodyOf(stream, why, authority),
        onAlive: (listener) => session.life.listen(listener),
      });
    });
  });
}

/** The body as it comes; reading on is what makes the server send on. */
async function* bodyOf(
  stream: ClientHttp2Stream,
  why: (error: unknown) => TransportError,
  authority: string,
): AsyncGenerator<Uint8Array> {
  // Not by the stream's own iterator: it takes a stream that is closed and not yet read for one that broke off.
  let wake = (): void => undefined;
  const stir = () => wake();
  for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, stir);
  try {
    for (;;) {
      const chunk = stream.read() as Uint8Array | null;
      if (chunk !== null) yield chunk;
      else if (stream.readableEnded) break;
      else if (stream.destroyed) throw why(stream.errored ?? brokeOff(authority));
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    // Node takes a cancelled stream for one that has ended well.
    if (stream.rstCode !== NGHTTP2_NO_ERROR) throw why(brokeOff(authority));
  } finally {
    if (!stream.closed) stream.close(NGHTTP2_CANCEL);
  }
}

function brokeOff(authority: string): TransportError {
  return new TransportError('reset', `${authority} ended the answer before it was whole`);
}
