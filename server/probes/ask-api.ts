import { TransportError, type Transport } from '#server/cluster/transport.ts';
import { readAnswer } from './api-answer.ts';

/** A whole answer, or why there is none. */
export type ApiAnswer =
  { status: number; headers: Record<string, string>; text: string } | { status: null; failure: TransportError };

/** With what to ask. */
export interface AskOptions {
  transport: Transport;
  /** For headers and body together. */
  limitMs: number;
  /** Aborted when all is to end. */
  stop: AbortSignal;
}

/** Asks once for a path and reads the beginning of the answer. Rejects for bugs only. */
export async function askApi(path: string, { transport, limitMs, stop }: AskOptions): Promise<ApiAnswer> {
  const giveUp = new AbortController();
  const end = () => giveUp.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  // A little later than the limit of the headers, so that it only ends bodies that do not.
  const limit = setTimeout(end, limitMs + 100);
  limit.unref();
  try {
    const response = await transport.request({ path, signal: giveUp.signal, headersTimeoutMs: limitMs });
    return { status: response.status, headers: response.headers, text: await readAnswer(response) };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const slow = error.failure === 'aborted' && !stop.aborted;
    const late = new TransportError('silent', `the answer did not come to an end within ${limitMs / 1_000} s`);
    return { status: null, failure: slow ? late : error };
  } finally {
    clearTimeout(limit);
    stop.removeEventListener('abort', end);
  }
}
