import { STATUS_CODES } from 'node:http';
import { sayable } from '#server/cluster/sayable.ts';
import type { TransportFailure } from '#server/cluster/transport.ts';
import type { DoorOutcome } from '#server/facts/api-door.ts';
import { jsonObject } from './api-answer.ts';

// A failing API server names a few parts; a hostile one may name many.
const mostParts = 50;
const mostShown = 120;

/** What one asking at the door came to. */
export interface DoorAnswer {
  outcome: DoorOutcome;
  status: number | null;
  message: string;
  /** Where a redirect leads, the title of a page, "" for all else. */
  shows: string;
  failingParts: string[];
}

/** What an answer to `/readyz` means. Only the API server's own words count as ready or not ready. */
export function readDoorAnswer(status: number, headers: Record<string, string>, text: string): DoorAnswer {
  const answer = { status, message: '', shows: '', failingParts: [] as string[] };
  if (status === 200 && /^\s*ok\s*$/i.test(text)) return { ...answer, outcome: 'ready' };
  const failingParts = readFailingParts(text);
  if (status >= 500 && (failingParts.length > 0 || saysNotReady(text))) {
    return { ...answer, outcome: 'not-ready', message: notReadyMessage(failingParts), failingParts };
  }
  const outcome = outcomeOf(status, headers, text);
  const page = outcome === 'redirected' ? leadsTo(headers) : outcome === 'web-page' ? titleOf(text) : '';
  const message = sayable(`${status} ${STATUS_CODES[status] ?? 'answer'}${said(headers, text)}${later(headers)}`);
  return { ...answer, outcome, message, shows: page };
}

/** Names of the parts that `/readyz?verbose` marks as failed: `[-]etcd failed: reason withheld`. */
export function readFailingParts(text: string): string[] {
  const parts = [...text.matchAll(/^\[-\](\S{1,200})/gm)].map(([, name]) => sayable(name!, 100));
  return [...new Set(parts)].slice(0, mostParts);
}

/** A request without an answer. "aborted" cannot be an outcome: nobody gives up but at the end. */
export function unanswered(failure: TransportFailure, message: string): DoorAnswer {
  const outcome = failure === 'aborted' ? 'timeout' : failure;
  return { outcome, status: null, message: sayable(message), shows: '', failingParts: [] };
}

/** True for an answer of the API server itself, whose `Date` is its own clock. */
export function isOfApi({ outcome, status }: Pick<DoorAnswer, 'outcome' | 'status'>): boolean {
  const own: DoorOutcome[] = ['ready', 'not-ready', 'unauthorized', 'forbidden', 'too-many-requests', 'failing'];
  return status !== null && own.includes(outcome);
}

function outcomeOf(status: number, headers: Record<string, string>, text: string): DoorOutcome {
  if (status === 429) return 'too-many-requests';
  if (status >= 300 && status < 400 && headers['location'] !== undefined) return 'redirected';
  const gateway = status >= 502 && status <= 504;
  // An API server writes JSON or plain text: even a 401 in HTML is somebody else's.
  if (isPage(headers, text)) return gateway ? 'bad-gateway' : 'web-page';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status >= 500) return gateway && jsonObject(text)?.['kind'] !== 'Status' ? 'bad-gateway' : 'failing';
  return 'unexpected';
}

/** The API server says so in the words of `/readyz`; before it runs, k3s says so for it. */
function saysNotReady(text: string): boolean {
  if (/(readyz|healthz) check failed/.test(text)) return true;
  const { message = text } = jsonObject(text) ?? {};
  return typeof message === 'string' && /^\s*(apiserver not ready|starting)\s*$/.test(message);
}

function isPage(headers: Record<string, string>, text: string): boolean {
  return (
    /^text\/html\b/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype html|html|head|body|h1)\b/i.test(text)
  );
}

function notReadyMessage(parts: string[]): string {
  return parts.length === 0 ? 'the API server says that it is not ready' : sayable(`not ready: ${parts.join(', ')}`);
}

/** A short quote: the Status message, where a redirect leads, a page's title, or the first words. */
function said(headers: Record<string, string>, text: string): string {
  const { message } = jsonObject(text) ?? {};
  if (typeof message === 'string') return `: ${message}`;
  if (headers['location'] !== undefined) return `, which leads to ${leadsTo(headers)}`;
  const title = titleOf(text);
  if (title !== '') return `: a page "${title}"`;
  const words = sayable(text.replaceAll(/<[^>]*>/g, ' '), 100);
  return words === '' ? ', empty' : `: "${words}"`;
}

/** The query may hold tokens. */
function leadsTo(headers: Record<string, string>): string {
  return sayable((headers['location'] ?? '').replace(/[?#].*$/s, ''), mostShown);
}

function titleOf(text: string): string {
  return sayable(/<title[^>]*>([^<]{1,200})/i.exec(text)?.[1] ?? '', mostShown);
}

/** When to ask again, as HTTP says it: seconds or a date. */
function later(headers: Record<string, string>): string {
  const after = sayable(headers['retry-after'] ?? '', 40);
  if (after === '') return '';
  return /^\d+$/.test(after) ? `; to be asked again in ${after} s` : `; to be asked again at ${after}`;
}
