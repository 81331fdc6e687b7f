import { STATUS_CODES } from 'node:http';
import { sayable } from '#server/cluster/sayable.ts';
import type { TransportFailure } from '#server/cluster/transport.ts';
import type { DoorOutcome } from '#server/facts/api-door.ts';
import { jsonObject } from './api-answer.ts';

// A failing API server names a few parts; a hostile one may name many.
const mostParts = 50;

/** What one asking at the door came to. */
export interface DoorAnswer {
  outcome: DoorOutcome;
  status: number | null;
  message: string;
  failingParts: string[];
}

/** What an answer to `/readyz` means. Only the API server's own words count as ready or not ready. */
export function readDoorAnswer(status: number, headers: Record<string, string>, text: string): DoorAnswer {
  const answer = { status, message: '', failingParts: [] as string[] };
  if (status === 200 && /^\s*ok\s*$/i.test(text)) return { ...answer, outcome: 'ready' };
  const message = sayable(`${status} ${STATUS_CODES[status] ?? 'answer'}${said(headers, text)}`);
  if (status === 401) return { ...answer, outcome: 'unauthorized', message };
  if (status === 403) return { ...answer, outcome: 'forbidden', message };
  const failingParts = readFailingParts(text);
  const notReady = status >= 500 && (failingParts.length > 0 || /(readyz|healthz) check failed/.test(text));
  if (notReady) return { ...answer, outcome: 'not-ready', message: notReadyMessage(failingParts), failingParts };
  return { ...answer, outcome: 'unexpected', message };
}

/** Names of the parts that `/readyz?verbose` marks as failed: `[-]etcd failed: reason withheld`. */
export function readFailingParts(text: string): string[] {
  const parts = [...text.matchAll(/^\[-\](\S{1,200})/gm)].map(([, name]) => sayable(name!, 100));
  return [...new Set(parts)].slice(0, mostParts);
}

/** A request without an answer. "aborted" cannot be an outcome: nobody gives up but at the end. */
export function unanswered(failure: TransportFailure, message: string): DoorAnswer {
  const outcome = failure === 'aborted' ? 'timeout' : failure;
  return { outcome, status: null, message: sayable(message), failingParts: [] };
}

function notReadyMessage(parts: string[]): string {
  return parts.length === 0 ? 'the API server says that it is not ready' : sayable(`not ready: ${parts.join(', ')}`);
}

/** A short quote: the Status message, where a redirect leads, a page's title, or the first words. */
function said(headers: Record<string, string>, text: string): string {
  const { message } = jsonObject(text) ?? {};
  if (typeof message === 'string') return `: ${message}`;
  const location = headers['location'];
  if (location !== undefined) return `, which leads to ${sayable(location.replace(/[?#].*$/s, ''), 120)}`;
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1];
  if (title !== undefined) return `: a page "${sayable(title, 100)}"`;
  const words = sayable(text.replaceAll(/<[^>]*>/g, ' '), 100);
  return words === '' ? ', empty' : `: "${words}"`;
}
