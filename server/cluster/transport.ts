/** One request to the API server. */
export interface TransportRequest {
  /** Path with query, beginning with "/". */
  path: string;
  headers?: Record<string, string>;
  /** Ends the request and its body at once. */
  signal: AbortSignal;
  /** How long until the headers must have come, ms. */
  headersTimeoutMs: number;
}

/** An answer: the body comes in chunks as they arrive and ends, or throws a `TransportError`. */
export interface TransportResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /**
   * Calls back with the epoch ms at which the connection this stream lives on last showed life (a PING answered, a
   * byte over HTTP/1.1). Returns the way to stop.
   */
  onAlive(listener: (at: number) => void): () => void;
}

/**
 * The way to the API server with our credentials: real (node:http2, HTTP/1.1) or the demo cluster.
 * `request` rejects with a `TransportError` only.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  /** How long a stream may be believed after it last showed life, ms. */
  staleAfterMs: number;
  close(): void;
}

/** Why there was no answer. */
export type TransportFailure =
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'timeout'
  | 'silent'
  | 'untrusted'
  | 'wrong-name'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'no-credentials'
  | 'reset'
  | 'aborted'
  | 'unexpected';

/** A request that got no answer, or a body that broke off. `message` can stand on the wall: no secrets. */
export class TransportError extends Error {
  readonly failure: TransportFailure;
  constructor(failure: TransportFailure, message: string) {
    super(message);
    this.name = 'TransportError';
    this.failure = failure;
  }
}
