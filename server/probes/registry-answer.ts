import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from '#server/cluster/network.ts';
import { objectOf } from '#server/facts/read-raw.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { failureOfIt } from './failure-of-it.ts';
import { jsonOf } from './json-text.ts';
import { challengeOf } from './registry-challenge.ts';
import type { Spoken } from './registry-session.ts';

/** What one asking of `/v2/` came to. */
export interface RegistryAnswer extends Pick<
  RegistryProbeFact,
  'trouble' | 'message' | 'status' | 'login' | 'latencyMs' | 'address'
> {
  /** It answers as a registry does, be it that it limits us or refuses our login. */
  alive: boolean;
}

type Answered = Extract<HttpAnswer, { trouble: '' }>;

/** What an answer to `GET /v2/` means. Pure. */
export function registryAnswer({ answer, login, problem }: Spoken): RegistryAnswer {
  const { address } = answer;
  if (answer.trouble !== '') {
    const { trouble } = answer;
    const message = failureOfIt(answer.message, URL.parse(answer.url)?.host ?? '').slice(0, 300);
    return { alive: false, trouble, message, status: null, login: 'unknown', latencyMs: null, address };
  }
  const { status } = answer;
  const seen = { status, login, latencyMs: Math.round(answer.phases.wholeMs), address };
  const alive = (trouble: '' | 'limited' | 'refused-login', message: string): RegistryAnswer => {
    return { ...seen, alive: true, trouble, message: message.slice(0, 300) };
  };
  if (status === 429) return alive('limited', `answers ${inWords(status)}`);
  if (isRegistry(answer)) return login === 'refused' ? alive('refused-login', problem) : alive('', problem);
  return { ...seen, alive: false, ...whatElse(answer) };
}

/** True if nothing but a registry answers like that. */
function isRegistry(answer: Answered): boolean {
  const { status, headers, body } = answer;
  const isMarked = headers['docker-distribution-api-version']?.startsWith('registry/2') === true;
  if (status === 200) return isMarked || (!isPage(answer) && /^\s*(?:\{|$)/.test(body));
  if (status !== 401 && status !== 403) return false;
  if (isMarked || Array.isArray(objectOf(jsonOf(body))['errors'])) return true;
  return status === 401 && challengeOf(headers['www-authenticate'] ?? '') !== null;
}

function whatElse(answer: Answered): Pick<RegistryAnswer, 'trouble' | 'message'> {
  const { status, headers, body } = answer;
  if (/HTTP request (?:was sent )?to (?:an? )?HTTPS (?:server|port)/i.test(body)) {
    return { trouble: 'tls', message: 'speaks HTTPS, and is asked by http://' };
  }
  const server = /^[\w .()/-]{1,40}$/.test(headers['server'] ?? '') ? ` (${headers['server']})` : '';
  if (status >= 500 || status === 403) return { trouble: 'status', message: `answers ${inWords(status)}${server}` };
  if (status === 200) return { trouble: 'not-a-registry', message: `shows something else than a registry${server}` };
  return { trouble: 'not-a-registry', message: `answers ${inWords(status)} at /v2/: that is no registry${server}` };
}

function isPage({ headers, body }: Answered): boolean {
  return /\bhtml\b/i.test(headers['content-type'] ?? '') || /^\s*</.test(body);
}

function inWords(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trim();
}
