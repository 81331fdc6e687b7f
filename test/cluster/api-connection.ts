import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** What proves to the API server who asks. */
export type Credential = { certificate: string; key: string } | { token: string };

/** Where and how to ask an API server. */
export interface ApiTarget {
  /** https://127.0.0.1:PORT */
  server: string;
  /** PEM. */
  certificateAuthority: string;
  credential?: Credential;
  /** Connections kept open at most (8). */
  connections?: number;
}

/** What may be asked beyond method, path and body. */
export interface RequestOptions {
  /** Of a PATCH: application/merge-patch+json by default. */
  contentType?: string;
  /** Limit in ms for the whole answer (15 s). */
  timeoutMs?: number;
}

/** A few kept-alive HTTPS connections to an API server, for set-up and fast loads. */
export interface ApiConnection {
  /** Returns the answer parsed from JSON, or as text if it is none. Throws ApiRequestError for anything but 2xx. */
  request<T = unknown>(method: string, path: string, body?: object, options?: RequestOptions): Promise<T>;
  close(): void;
}

/** The API server answered, and not with 2xx. */
export class ApiRequestError extends Error {
  readonly status: number;
  /** The Status object, as a rule. */
  readonly answer: unknown;

  constructor(what: string, status: number, answer: unknown) {
    const said = (answer as { message?: unknown } | null)?.message ?? answer;
    super(`${what} was answered with ${status}: ${String(said)}`);
    this.status = status;
    this.answer = answer;
  }
}

/** Opens nothing yet; connections are made when needed. */
export function connectToApi({ server, certificateAuthority, credential, connections = 8 }: ApiTarget): ApiConnection {
  const identity = credential && 'key' in credential ? { cert: credential.certificate, key: credential.key } : {};
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: certificateAuthority, ...identity });
  const authorization = credential && 'token' in credential ? { authorization: `Bearer ${credential.token}` } : {};

  async function request<T>(method: string, path: string, body?: object, options: RequestOptions = {}): Promise<T> {
    const contentType =
      options.contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
    const headers = { accept: 'application/json', ...authorization, ...(body && { 'content-type': contentType }) };
    const signal = AbortSignal.timeout(options.timeoutMs ?? 15_000);
    const [status, answer] = await exchange(new URL(path, server), { agent, method, headers, signal }, body);
    if (status < 200 || status > 299) throw new ApiRequestError(`${method} ${path}`, status, answer);
    return answer as T;
  }

  return { request, close: () => agent.destroy() };
}

function exchange(url: URL, options: object, body: object | undefined): Promise<[status: number, answer: unknown]> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, options, (incoming) => {
      const isJson = incoming.headers['content-type']?.startsWith('application/json');
      text(incoming)
        .then((said) => resolve([incoming.statusCode ?? 0, isJson ? JSON.parse(said) : said]))
        .catch(reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
}
