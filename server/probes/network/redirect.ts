import type { HttpAsk } from '#server/cluster/network.ts';
import { NetworkFailure } from './network-failure.ts';

/** Where to ask, and with what. */
export interface Hop {
  url: URL;
  method: string;
  body: string;
  /** Only those that may be sent there. */
  headers: Readonly<Record<string, string>>;
}

const statuses = new Set([301, 302, 303, 307, 308]);

/** The first one. */
export function firstHop({ method, headers, body = '' }: HttpAsk, url: URL): Hop {
  return { url, method, headers, body };
}

/** Where an answer leads, null if it leads nowhere. Throws a `NetworkFailure` where nobody should follow. */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | null {
  if (!statuses.has(status) || location === undefined || location === '') return null;
  const from = nameOf(hop.url);
  if (!URL.canParse(location, hop.url.href)) throw astray(`${from} leads elsewhere, but not to a URL`);
  const url = new URL(location, hop.url.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw astray(`${from} leads to ${url.protocol}, which is neither http nor https`);
  }
  // What a server wants us to log in with elsewhere is none of ours.
  url.username = url.password = url.hash = '';
  const keeps = status === 307 || status === 308 || (status !== 303 && hop.method !== 'POST') || hop.method === 'HEAD';
  const method = keeps ? hop.method : 'GET';
  const body = keeps ? hop.body : '';
  const isSame = url.origin === hop.url.origin;
  if (!isSame && body !== '') throw astray(`${from} leads what was sent to it on to ${nameOf(url)}`);
  // Once left out they are never sent again, though it leads back: the other host has chosen what is asked there.
  return { url, method, body, headers: isSame ? hop.headers : {} };
}

/** `git.example`, with the port if it is not the usual one. */
export function nameOf(url: URL): string {
  return url.host;
}

function astray(message: string): NetworkFailure {
  return new NetworkFailure('redirects', `${message}: this is not followed`);
}
