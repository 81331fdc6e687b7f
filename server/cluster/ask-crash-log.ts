import { logLines, mostLogLines } from '#server/facts/log-lines.ts';
import type { CrashLogLimits } from './crash-log-limits.ts';
import type { CrashLogWish } from './crash-log-wishes.ts';
import { sayable } from './sayable.ts';
import { TransportError, type Transport, type TransportResponse } from './transport.ts';
import { trouble, troubleOfAnswer, troubleOfFailure, type Trouble } from './trouble.ts';

/** What asking for a log came to: its lines, why there is none, or why it could not be asked for. */
export type CrashLogAnswer =
  { is: 'lines'; lines: string[] } | { is: 'none'; why: string } | ({ is: 'trouble' } & Trouble);

/** With what to ask. */
export interface AskCrashLogOptions {
  transport: Transport;
  limits: CrashLogLimits;
  /** Aborted when all is to end. */
  stop: AbortSignal;
}

/** Asks once for the last lines of a log. Rejects for bugs only. */
export async function askCrashLog(wish: CrashLogWish, options: AskCrashLogOptions): Promise<CrashLogAnswer> {
  const { transport, limits, stop } = options;
  const giveUp = new AbortController();
  const end = (): void => giveUp.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const limit = setTimeout(end, limits.answerMs).unref();
  try {
    const path = pathOf(wish, limits);
    const response = await transport.request({ path, signal: giveUp.signal, headersTimeoutMs: limits.answerMs });
    if (response.status === 200) return { is: 'lines', lines: logLines(await beginning(response, limits.mostBytes)) };
    const found = await troubleOfAnswer(response, false);
    const isGone = response.status === 400 || response.status === 404;
    return isGone ? { is: 'none', why: whyNone(found) } : { is: 'trouble', ...found };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { is: 'trouble', ...troubleOf(error, options) };
  } finally {
    clearTimeout(limit);
    stop.removeEventListener('abort', end);
    // What is left of a body that is longer than asked for is not wanted.
    end();
  }
}

function troubleOf({ failure, message }: TransportError, { stop, limits }: AskCrashLogOptions): Trouble {
  if (stop.aborted) return trouble('stopped', 'stopped', 'stopped');
  // The API answers, but has to ask the kubelet, which does not.
  if (failure === 'aborted' || failure === 'silent')
    return trouble('silent', `no answer within ${limits.answerMs / 1_000} s`, 'silent');
  return troubleOfFailure(failure, message);
}

function pathOf({ namespace, pod, container, previous }: CrashLogWish, { mostBytes }: CrashLogLimits): string {
  const query = new URLSearchParams({
    container,
    ...(previous && { previous: 'true' }),
    tailLines: String(mostLogLines),
    limitBytes: String(mostBytes),
  });
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
}

async function beginning({ body }: TransportResponse, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes);
}

function whyNone({ reason }: Trouble): string {
  return /\bnot found\b/.test(reason) ? 'the log is gone' : sayable(`there is no log: ${reason}`);
}
