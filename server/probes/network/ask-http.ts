import { isIP } from 'node:net';
import type { Distrust, HttpAnswer, HttpAsk } from '#server/cluster/network.ts';
import type { TrustStore } from '#server/cluster/trust-store.ts';
import { Asking } from './asking.ts';
import { beginTls } from './begin-tls.ts';
import { dialFirst } from './dial-first.ts';
import { exchange, type HttpReply } from './http-exchange.ts';
import type { Names } from './names.ts';
import { NetworkFailure } from './network-failure.ts';
import { firstHop, nameOf, nextHop, type Hop } from './redirect.ts';
import type { TlsSessions } from './tls-sessions.ts';

/** What outlives an asking. */
export interface NetworkParts {
  names: Names;
  trusts: TrustStore;
  sessions: TlsSessions;
}

/** What is known of the last connection, whatever came of it. */
interface Seen {
  address: string;
  url: string;
  distrust: Distrust;
}

const mostUrl = 2_000;

/** Asks, and follows where it leads. Rejects with a `NetworkFailure` only; `seen` is filled in as it goes. */
export async function askHops(parts: NetworkParts, asking: Asking, ask: HttpAsk, seen: Seen): Promise<HttpReply> {
  const first = urlOf(ask.url);
  const visited = new Set<string>();
  let hop = firstHop(ask, first);
  for (;;) {
    visited.add(`${hop.method} ${hop.url.href}`);
    const reply = await askOne(parts, asking, ask, hop, seen).catch((error: unknown) => {
      throw ledThere(error, first, hop);
    });
    const next = ask.redirects < 1 ? null : nextHop(hop, reply.status, reply.headers['location']);
    if (next === null || (ask.sameHost === true && bareHost(next.url) !== bareHost(first))) return reply;
    if (visited.has(`${next.method} ${next.url.href}`)) throw lost(first, 'in a circle');
    if (visited.size > ask.redirects) throw lost(first, `on and on, more than ${ask.redirects} times`);
    asking.letGo();
    Object.assign(seen, { address: '', url: withoutSecrets(next.url), distrust: '' });
    hop = next;
  }
}

async function askOne(
  { names, trusts, sessions }: NetworkParts,
  asking: Asking,
  ask: HttpAsk,
  hop: Hop,
  seen: Seen,
): Promise<HttpReply> {
  const { url, method, headers, body } = hop;
  const called = nameOf(url);
  const name = bareHost(url);
  // Whoever is led to another path of the first host still finds it where the owner said.
  const host = ask.address !== '' && name === bareHost(urlOf(ask.url)) ? ask.address : name;
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const addresses = isIP(host) ? [host] : await names.find(asking, host, ask.resolver);
  const loopback = ask.loopback === 'written' ? ask.address !== '' && host === ask.address : ask.loopback;
  const dialled = await dialFirst(asking, { ...ask, loopback, called, addresses, port });
  seen.address = dialled.address;
  let socket: Parameters<typeof exchange>[1] = dialled.socket;
  if (tls) {
    const trust = await trusts.of(null, ask.authorities).catch(() => {
      throw new NetworkFailure('unexpected', `the authorities to trust for ${called} cannot be read`);
    });
    const begun = await beginTls(asking, dialled, { name, called, port, trust, verify: ask.verify }, sessions);
    seen.distrust = begun.distrust;
    socket = begun.socket;
  }
  const sent = { ...defaultHeaders, ...lowerCase(headers) };
  return exchange(asking, socket, { url, method, headers: sent, body, bodyLimit: ask.bodyLimit, called });
}

const defaultHeaders = { 'user-agent': 'clusterwall', accept: '*/*', 'accept-encoding': 'gzip, deflate, br' };
// How long it is and how it is sent is none of the owner's.
const ours = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect']);

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(named.filter(([name]) => !ours.has(name)));
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new NetworkFailure('unexpected', 'what is to be asked is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new NetworkFailure('unexpected', `${url.protocol} is neither http nor https`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new NetworkFailure('unexpected', `the URL of ${nameOf(url)} holds a user or a password, which is not sent`);
  }
  return url;
}

/** As it is looked up and compared: without brackets and the root's dot. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Queries hold what logs in. */
function withoutSecrets({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.slice(0, mostUrl);
}

function lost(first: URL, how: string): NetworkFailure {
  return new NetworkFailure('redirects', `${nameOf(first)} leads from one address to another ${how}`);
}

function ledThere(error: unknown, first: URL, { url }: Hop): unknown {
  if (!(error instanceof NetworkFailure) || url.host === first.host) return error;
  return new NetworkFailure(error.trouble, `${nameOf(first)} leads elsewhere: ${error.message}`, error.distrust);
}

/** The value of an asking by HTTP; nothing of it is left open. */
export async function askHttp(parts: NetworkParts, asking: Asking, ask: HttpAsk): Promise<HttpAnswer> {
  const seen: Seen = { address: '', url: ask.url, distrust: '' };
  try {
    const { status, headers, ...read } = await askHops(parts, asking, ask, seen);
    return { ...seen, phases: asking.taken(), trouble: '', status, headers, ...read };
  } catch (error) {
    const { trouble, message, distrust } = asNetworkFailure(error);
    return { ...seen, distrust, phases: asking.taken(), trouble, message };
  } finally {
    asking.end();
  }
}

/** What Node or undici refuse outright is a trouble like any other. */
export function asNetworkFailure(error: unknown): NetworkFailure {
  if (error instanceof NetworkFailure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new NetworkFailure('unexpected', `it cannot be asked: ${code ?? message}`);
}
