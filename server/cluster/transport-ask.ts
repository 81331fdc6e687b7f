import { TransportError } from './transport.ts';

/** One request as a lane sends it: path with the endpoint's prefix, all headers, one signal for caller and deadline. */
export interface TransportAsk {
  path: string;
  headers: Record<string, string | string[]>;
  /** The caller's: ends the request and its body. */
  signal: AbortSignal;
  /** Ends the wait for the headers only, with a `TransportError` as its reason. */
  deadline: AbortSignal;
}

/** Calls `end` once when caller or deadline give up; returns the way to stop waiting for that. */
export function onGivenUp({ signal, deadline }: TransportAsk, end: (reason: TransportError) => void): () => void {
  const byCaller = () => end(new TransportError('aborted', 'the request was given up'));
  const byDeadline = () => end(deadline.reason as TransportError);
  signal.addEventListener('abort', byCaller, { once: true });
  deadline.addEventListener('abort', byDeadline, { once: true });
  if (signal.aborted) byCaller();
  else if (deadline.aborted) byDeadline();
  return () => {
    signal.removeEventListener('abort', byCaller);
    deadline.removeEventListener('abort', byDeadline);
  };
}

/** Headers of an answer as one text each. */
export function plainHeaders(headers: Record<string, string | string[] | number | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':'))
      plain[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return plain;
}
