import type { Distrust, HttpAsk, NetworkTrouble, Phases } from '../network.ts';
import type { TlsLook } from '../connection.ts';
import { connectTo } from './connect-once.ts';
import { lookNow, type DemoTlsParts } from './demo-tls.ts';
import { placeOf } from './places.ts';
import { registryPage } from './registry-pages.ts';
import { traefikPage, type TraefikAnswer } from './traefik-pages.ts';
import { json, pageOf, type Page } from './web-pages.ts';

/** What one request came to, before any redirect is followed. */
export type Asked = { phases: Phases; address: string; distrust: Distrust } & (
  { page: Page } | { trouble: NetworkTrouble; message: string }
);

const TLS_MS = { low: 4, high: 12 };
const NAS_TOOK_MS = 16;
const BODY_MS = 1;
// How much longer an answer takes at most than usual, as a share; what is slow is not much slower now and then.
const LATER_SHARE = 0.6;
const LATER_OF_MS = 200;

/** One request to one server. It has taken `phases.wholeMs`. */
export function askedOnce(ask: HttpAsk, limitMs: number, parts: DemoTlsParts): Asked {
  const url = new URL(ask.url);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isTls = url.protocol === 'https:';
  const port = Number(url.port) || (isTls ? 443 : 80);
  const to = { host: ask.address || host, port, called: url.host };
  const { trouble, message, phases, address } = connectTo(to, limitMs, parts);
  const head = { phases, address, distrust: '' as Distrust };
  if (trouble !== '') return { ...head, trouble, message };
  if (isTls) {
    const shown = { serverName: host, otherName: '', trust: 'system', also: [], resolver: '' } as const;
    const look = lookNow({ host: to.host, port, ...shown }, limitMs, parts);
    head.distrust = distrustOf(look);
    const tlsMs = parts.random.between(TLS_MS.low, TLS_MS.high);
    head.phases = { ...phases, tlsMs, wholeMs: phases.wholeMs + tlsMs };
    if (!isAccepted(look, ask.verify)) return { ...head, trouble: 'tls', message: look.message };
  }
  const { page, tookMs } = pageAt(url, host, port, ask, parts);
  const firstByteMs = tookMs + Math.round(Math.min(tookMs, LATER_OF_MS) * parts.random.next() * LATER_SHARE);
  const wholeMs = head.phases.wholeMs + firstByteMs + BODY_MS;
  if (wholeMs >= limitMs) {
    const silent = `connected to ${url.host}, but no answer came within ${limitMs / 1000} s`;
    return { ...head, phases: { ...head.phases, wholeMs: limitMs }, trouble: 'silent', message: silent };
  }
  return { ...head, phases: { ...head.phases, firstByteMs, wholeMs }, page: asAsked(page, ask) };
}

/** Who asks for the head alone gets no body, and nobody more than the limit. */
function asAsked(page: Page, { method, bodyLimit }: HttpAsk): Page {
  return { ...page, body: method === 'HEAD' ? '' : page.body.slice(0, bodyLimit) };
}

function distrustOf({ outcome }: TlsLook): Distrust {
  return outcome === 'trusted' || outcome === 'no-handshake' ? '' : outcome;
}

function isAccepted({ outcome }: TlsLook, verify: HttpAsk['verify']): boolean {
  if (outcome === 'no-handshake') return false;
  if (verify === 'none') return true;
  return verify === 'all' ? outcome === 'trusted' : outcome !== 'expired' && outcome !== 'not-yet-valid';
}

function pageAt(url: URL, host: string, port: number, ask: HttpAsk, parts: DemoTlsParts): TraefikAnswer {
  const path = url.pathname;
  if (placeOf(ask.address || host, parts) === 'nas') {
    return port === 5001
      ? pageOf('default/photos', path)
      : { page: registryPage(path, parts.network.faults), tookMs: NAS_TOOK_MS };
  }
  if (port === 80) {
    const headers = { location: `https://${host}${path}${url.search}`, 'content-type': 'text/plain' };
    return { page: { status: 308, headers, body: 'Permanent Redirect' }, tookMs: 1 };
  }
  if (port !== 443) return { page: json(401, { kind: 'Status', code: 401, reason: 'Unauthorized' }), tookMs: 2 };
  const token = Object.entries(ask.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  return traefikPage(host, path, token, parts);
}
