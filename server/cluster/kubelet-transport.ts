import { isIPv6 } from 'node:net';
import { abortable } from './abortable.ts';
import type { Access } from './access.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { createKubeletWays } from './kubelet-ways.ts';
import { openDeadline } from './transport-deadline.ts';
import { TransportError, type TransportRequest, type TransportResponse } from './transport.ts';
import type { Endpoint, Presented, WayIn } from './way-in.ts';

/** One question to the kubelet of a node. */
export interface KubeletRequest extends TransportRequest {
  node: string;
  /** Where it listens: the node's internal address. */
  host: string;
  port: number;
  /** False: any certificate is taken, as the owner says. */
  verify: boolean;
  /** Whether a 401 may be the fault of our credentials, so that new ones are worth fetching. */
  mayRenew: boolean;
}

/** The way to the kubelets, past the API server. */
export interface KubeletTransport {
  /** Rejects with a `TransportError` only. Nothing secret is sent before the certificate is verified. */
  request(request: KubeletRequest): Promise<TransportResponse>;
  /** Ends its requests and connections. */
  forget(node: string): void;
  close(): void;
}

/** With what it is made. */
export interface KubeletTransportOptions {
  access: () => Access;
  clock: () => number;
  limits: ConnectLimits;
}

/** Asks kubelets with the credentials by which the API is asked, and believes those whose certificate the cluster's CA has signed. */
export function createKubeletTransport({ access, clock, limits }: KubeletTransportOptions): KubeletTransport {
  const ways = createKubeletWays({ clock, dialMs: limits.dialMs });
  /** False after kubelets alone made us fetch new credentials in vain: they might do so for ever, at the cost of log-ins. */
  let renewable = true;
  let closed = false;

  async function ask(request: KubeletRequest, limitMs: number, again: boolean): Promise<TransportResponse> {
    const { wayIn, credential } = access();
    const deadline = openDeadline(limitMs);
    try {
      deadline.waitFor(() => noCredential(`${credential.fact().from} has not given a credential yet`));
      const presented = await abortable(abortable(credential.present(), deadline.signal), request.signal);
      if (closed) throw closedError();
      const way = ways.to(request.node, endpointOf(request, wayIn), presented.certificate);
      deadline.waitFor((ms) => way.dialler.waitingFor(ms) ?? noAnswer(way.address, ms));
      const { path, signal } = request;
      const headers = headersOf(request, presented);
      const response = await way.http.request({ path, headers, signal, deadline: deadline.signal });
      const mayRenew = again && request.mayRenew && renewable && !way.refused;
      way.refused = response.status === 401;
      if (!way.refused) renewable = true;
      if (!way.refused || !mayRenew) return response;
      renewable = false;
      way.http.renew();
      deadline.waitFor(() => noCredential(`${way.address} refused our credentials (401), and new ones have not come`));
      if (!(await abortable(credential.refused(presented), deadline.signal))) return response;
    } finally {
      deadline.end();
    }
    deadline.giveUp();
    return ask(request, deadline.leftMs(), false);
  }

  return {
    async request(request) {
      if (closed) throw closedError();
      try {
        return await ask(request, request.headersTimeoutMs, true);
      } catch (error) {
        if (request.signal.aborted) throw new TransportError('aborted', 'the request was given up');
        throw error;
      }
    },
    forget: ways.forget,
    close() {
      closed = true;
      ways.forgetAll();
    },
  };
}

/** A certificate for the node's address or for its name is taken: k3s writes both, others one of them. */
function endpointOf({ node, host, port, verify }: KubeletRequest, { endpoint }: WayIn): Endpoint {
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    ...{ server: `https://${address}`, tls: true, host, port, address, pathPrefix: '' },
    ...{ ca: endpoint.ca, serverName: null, otherName: node, skipVerify: !verify },
  };
}

/** Without impersonation, which kubelets do not know. */
function headersOf({ headers }: TransportRequest, { token }: Presented): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'clusterwall',
    ...headers,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
}

function noAnswer(address: string, ms: number): TransportError {
  return new TransportError(
    'silent',
    `connected to ${address}, but no answer came within ${Math.round(ms / 100) / 10} s`,
  );
}

function noCredential(message: string): TransportError {
  return new TransportError('no-credentials', message);
}

function closedError(): TransportError {
  return new TransportError('aborted', 'the connection has been closed');
}
