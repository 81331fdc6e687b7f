import type { SourceState } from '#shared/source.ts';
import { sayable } from './sayable.ts';
import { TransportError, type TransportResponse } from './transport.ts';
import { troubleOfAnswer, troubleOfFailure, type TroubleKind } from './trouble.ts';

/** Why a kubelet's answer could not be had. */
export interface KubeletTrouble {
  state: SourceState & ('forbidden' | 'unauthorized' | 'untrusted' | 'unreachable' | 'failing');
  /** A whole sentence about this kubelet. */
  reason: string;
  /** What was answered, "" if nothing was. */
  said: string;
}

/** Of which kubelet it is said, and how it was asked. */
export interface AskedKubelet {
  node: string;
  /** `host:port`. */
  address: string;
  /** Through the API server. */
  byApi: boolean;
  /** The resource of which we need the right: `nodes/stats`. */
  resource: string;
  /** What it was asked for: "figures". */
  words: string;
}

/** The trouble of a question without an answer, or whose answer broke off. */
export function troubleWithoutAnswer({ failure, message }: TransportError, asked: AskedKubelet): KubeletTrouble {
  const { kind } = troubleOfFailure(failure, message);
  return { state: states[kind] ?? 'failing', reason: sayable(reasonWithout(failure, message, asked)), said: '' };
}

/** The trouble of an answer other than 200; reads its body, and rejects with a `TransportError` if that breaks off. */
export async function troubleWithAnswer(response: TransportResponse, asked: AskedKubelet): Promise<KubeletTrouble> {
  const { status } = response;
  const { kind, reason } = await troubleOfAnswer(response, false);
  // The API server says so of a kubelet that it cannot reach itself.
  const isAway = asked.byApi && [502, 503, 504].includes(status);
  return {
    state: isAway ? 'unreachable' : (states[kind] ?? 'failing'),
    reason: sayable(reasonWith(status, reason, asked)),
    said: sayable(reason),
  };
}

/** The trouble of an answer that is none. */
export function uselessAnswer({ node }: AskedKubelet, what: string): KubeletTrouble {
  return { state: 'failing', reason: sayable(`the kubelet of ${node} ${what}`), said: '' };
}

const states: Partial<Record<TroubleKind, KubeletTrouble['state']>> = {
  forbidden: 'forbidden',
  unauthorized: 'unauthorized',
  untrusted: 'untrusted',
  unreachable: 'unreachable',
};

// Whoever stands in between would then be asked with our credentials.
const unverified = 'set kubelets.verify to false only if that was so from the beginning, for then anybody may answer';

function reasonWithout(failure: TransportError['failure'], message: string, { node, address, byApi }: AskedKubelet) {
  if (byApi) return message;
  if (failure === 'untrusted') return `the certificate of ${address} is not signed by the cluster's CA: ${unverified}`;
  if (failure === 'wrong-name') return `${message}, and neither for ${node} nor for its address: ${unverified}`;
  return message;
}

function reasonWith(status: number, reason: string, { node, byApi, resource, words }: AskedKubelet): string {
  if (status === 403) return `we may not ask the kubelet of ${node}: the right to get ${resource} is missing`;
  if (status === 401 && !byApi) return `the kubelet of ${node} refuses our credentials (401)`;
  if (status === 404 && !byApi) return `the kubelet of ${node} has no ${words} (404)`;
  return byApi ? reason : `the kubelet of ${node} says ${reason}`;
}
