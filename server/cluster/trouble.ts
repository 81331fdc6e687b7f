import { STATUS_CODES } from 'node:http';
import { objectOf, objectsOf, textOf, type Raw } from '#server/facts/read-raw.ts';
import type { TransportFailure, TransportResponse } from './transport.ts';

/** Longest reason that goes to the wall. */
const reasonLength = 300;
/** Of an answer that is no good so much is read. */
const mostAnswerBytes = 65_536;

/** What kind of trouble ended an attempt to list or watch; what follows from it is decided by kind. */
export type TroubleKind =
  | 'expired' // 410: the version is too old
  | 'version-too-large' // the server has not come as far as we, or was set back
  | 'no-watch-list' // the server says that it cannot stream the initial state
  | 'no-initial-end' // it was to stream the initial state, and does not come to its end
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'failing' // an answer, but no good one
  | 'unreachable' // no answer
  | 'untrusted' // an answer that must not be believed
  | 'broken' // a stream that broke off or brought nonsense
  | 'silent' // a stream that brought nothing for too long
  | 'sooner' // the API has come back meanwhile: ask anew at once
  | 'stopped'; // by us

/** Why an attempt to list or watch ended other than well. */
export interface Trouble {
  kind: TroubleKind;
  /** Can stand in a sentence: "403 Forbidden: nodes is forbidden: User ...". */
  reason: string;
  /** Under which it is counted, one of few: "410", "connection lost". */
  restart: string;
  /** What the server asked for, 0 if nothing. */
  retryAfterMs: number;
}

/** A trouble that no server spoke of. */
export function trouble(kind: TroubleKind, reason: string, restart: string): Trouble {
  return { kind, reason: textOf(reason, reasonLength), restart, retryAfterMs: 0 };
}

/** The trouble of a request that got no answer. */
export function troubleOfFailure(failure: TransportFailure, message: string): Trouble {
  return trouble(kindOfFailure(failure), message, failure);
}

function kindOfFailure(failure: TransportFailure): TroubleKind {
  switch (failure) {
    case 'untrusted':
    case 'wrong-name':
    case 'certificate-expired':
    case 'certificate-not-yet-valid':
      return 'untrusted';
    case 'no-credentials':
      return 'unauthorized';
    case 'refused':
    case 'unreachable':
    case 'dns':
    case 'timeout':
    case 'silent':
    case 'reset':
    case 'aborted':
      return 'unreachable';
    case 'unexpected':
      return 'failing';
  }
}

/** The trouble of an answer other than 200. Reads its body, which may break off. `initial`: WatchList was asked for. */
export async function troubleOfAnswer(response: TransportResponse, initial: boolean): Promise<Trouble> {
  const text = await readSome(response);
  const status = statusObject(text);
  const header = retryAfterMs(response.headers['retry-after']);
  const said = status === null ? text.replaceAll(/\s+/g, ' ').trim() : textOf(status['message'], reasonLength);
  return troubleOfStatus(response.status, said, status ?? {}, header, initial);
}

/** The trouble of an ERROR event, which holds a Status. */
export function troubleOfErrorEvent(status: Raw, initial: boolean): Trouble {
  const code = typeof status['code'] === 'number' ? status['code'] : 500;
  return troubleOfStatus(code, textOf(status['message'], reasonLength), status, 0, initial);
}

function troubleOfStatus(code: number, said: string, status: Raw, headerMs: number, initial: boolean): Trouble {
  const title = `${code} ${STATUS_CODES[code] ?? 'answer'}`;
  const details = objectOf(status['details']);
  const seconds = details['retryAfterSeconds'];
  return {
    kind: kindOfStatus(code, said, status, initial),
    reason: textOf(said === '' ? title : `${title}: ${said}`, reasonLength),
    restart: String(code),
    retryAfterMs: Math.max(headerMs, typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : 0),
  };
}

function kindOfStatus(code: number, said: string, status: Raw, initial: boolean): TroubleKind {
  if (code === 401) return 'unauthorized';
  if (code === 403) return 'forbidden';
  if (code === 404) return 'absent';
  const reason = status['reason'];
  if (code === 410 || reason === 'Expired' || reason === 'Gone') return 'expired';
  if (isVersionTooLarge(said, status)) return 'version-too-large';
  // Servers without the feature refuse its parameters as invalid; on an etcd before 3.5 they cannot serve it.
  if (initial && code >= 400 && code < 500 && code !== 429 && code !== 408) return 'no-watch-list';
  if (initial && said.includes('RequestWatchProgress is disabled')) return 'no-watch-list';
  return 'failing';
}

function isVersionTooLarge(said: string, status: Raw): boolean {
  const causes = objectsOf(objectOf(status['details'])['causes'], 16);
  return (
    causes.some((cause) => cause['reason'] === 'ResourceVersionTooLarge') || /too large resource version/i.test(said)
  );
}

async function readSome(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostAnswerBytes);
}

/** The answer as a Kubernetes Status, null if it is something else (a proxy's page). */
function statusObject(text: string): Raw | null {
  try {
    const value = objectOf(JSON.parse(text));
    return typeof value['message'] === 'string' || value['kind'] === 'Status' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not JSON: what null means
    throw error;
  }
}

/** Seconds or a date, as HTTP allows both. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

/** An object that is larger than we take. */
export function oversized(mostBytes: number): Trouble {
  return trouble('broken', `an object is larger than ${Math.round(mostBytes / 1e6)} MB`, 'oversized object');
}

/** The initial state was to be streamed, but does not come to its end: perhaps the server ignores what it does not know. */
export function noInitialEnd(why: string): Trouble {
  return trouble('no-initial-end', `the server does not stream the initial state: ${why}`, 'no initial end');
}
