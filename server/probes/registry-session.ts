import type { HttpAnswer, HttpAsk, Network } from '#server/cluster/network.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { challengeOf, tokenPlace, type Challenge } from './registry-challenge.ts';
import { tokenOf } from './registry-token.ts';
import type { WantedRegistry } from './wanted-registry.ts';

/** One question to a registry. */
export interface RegistryQuestion {
  url: string;
  method: 'GET' | 'HEAD';
  accept: string;
  /** What a token must be good for (`repository:team/web:pull`), "" where any login will do. */
  scope: string;
}

/** What a registry said, and what became of the login. */
export interface Spoken {
  answer: HttpAnswer;
  login: RegistryProbeFact['login'];
  /** What is wrong with the login, in the owner's words, "" if nothing. Without anything that is secret. */
  problem: string;
}

type Headers = Readonly<Record<string, string>>;

// Manifests of a few kilobytes, errors, the little JSON of token servers.
const bodyLimit = 65_536;
const mostTokens = 50;

/**
 * Speaks with one registry: without a login as long as it wants none, with the owner's by Basic or for a token. Tokens are
 * kept for as long as they last. A login that is refused is not tried again for a while.
 */
export class RegistrySession {
  readonly #network: Network;
  readonly #to: WantedRegistry;
  readonly #refusedLoginMs: number;
  readonly #tokens = new Map<string, { token: string; until: number }>();
  #challenge: Challenge | null = null;
  #refusedUntil = 0;

  constructor(network: Network, to: WantedRegistry, refusedLoginMs: number) {
    this.#network = network;
    this.#to = to;
    this.#refusedLoginMs = refusedLoginMs;
  }

  /** It wants name and password with each request, and we have none. */
  get locked(): boolean {
    return this.#to.login === null && this.#challenge?.is === 'basic';
  }

  /** Asks, logs in if that is wanted and can be, and asks again: all within the limit. */
  async ask(question: RegistryQuestion, limitMs: number): Promise<Spoken> {
    const deadline = performance.now() + limitMs;
    const known = this.#knownHeaders(question.scope);
    const answer = await this.#send(question, known, deadline);
    if (answer.trouble !== '' || answer.status !== 401) {
      // Who lets anybody in wants no login any more.
      if (answer.trouble === '' && answer.status < 400 && !('authorization' in known)) this.#challenge = null;
      return this.#spoken(answer, 'authorization' in known);
    }
    this.#tokens.delete(question.scope);
    this.#challenge = challengeOf(answer.headers['www-authenticate'] ?? '');
    if (this.#challenge?.is === 'basic') return this.#askByBasic(question, answer, known, deadline);
    if (this.#challenge?.is === 'bearer') return this.#askByToken(question, answer, this.#challenge, deadline);
    return { answer, login: 'wanted', problem: '' };
  }

  async #askByBasic(question: RegistryQuestion, answer: HttpAnswer, sent: Headers, deadline: number): Promise<Spoken> {
    if (this.#to.login === null) return { answer, login: 'wanted', problem: '' };
    if (this.#isRefused || 'authorization' in sent) return this.#refused(answer);
    const second = await this.#send(question, this.#basic(), deadline);
    return second.trouble === '' && second.status === 401 ? this.#refused(second) : this.#spoken(second, true);
  }

  async #askByToken(
    question: RegistryQuestion,
    answer: HttpAnswer,
    challenge: Extract<Challenge, { is: 'bearer' }>,
    deadline: number,
  ): Promise<Spoken> {
    const hasLogin = this.#to.login !== null;
    if (hasLogin && this.#isRefused) return this.#refused(answer);
    // Who only wants to know whether it lives needs no token of a stranger's.
    if (!hasLogin && question.scope === '') return { answer, login: 'wanted', problem: '' };
    const place = tokenPlace(challenge, question.url, challenge.scope || question.scope);
    if (place === null) {
      return { answer, login: 'unknown', problem: 'it sends us to a token server that may not be asked' };
    }
    const token = tokenOf(await this.#askForToken(place, deadline));
    if (!('token' in token)) {
      if (token.refused) return hasLogin ? this.#refused(answer) : { answer, login: 'wanted', problem: '' };
      return { answer, login: 'unknown', problem: token.message };
    }
    this.#keep(question.scope, token.token, token.lastsMs);
    const second = await this.#send(question, { authorization: `Bearer ${token.token}` }, deadline);
    if (second.trouble === '' && second.status === 401 && question.scope === '') {
      return { answer: second, login: 'unknown', problem: 'it does not accept what its token server gives' };
    }
    return this.#spoken(second, hasLogin);
  }

  #askForToken({ url, own }: { url: string; own: boolean }, deadline: number): Promise<HttpAnswer> {
    const { login, verify, address, configured } = this.#to;
    return this.#askHttp(
      {
        ...{ url, method: 'GET', headers: { accept: 'application/json', ...(login === null ? {} : this.#basic()) } },
        // What is left out of the verification of the registry's own certificate is not left out of another's.
        ...{ verify: own || login === null ? verify : 'all', address: own ? address : '' },
        // A token that is got by a detour is another's.
        ...{ loopback: own && configured, redirects: 0 },
      },
      deadline,
    );
  }

  #send({ url, method, accept }: RegistryQuestion, headers: Headers, deadline: number): Promise<HttpAnswer> {
    const { verify, address, configured } = this.#to;
    const ask = { url, method, headers: { accept, ...headers }, verify, address, loopback: configured, redirects: 3 };
    return this.#askHttp(ask, deadline);
  }

  #askHttp(ask: Omit<HttpAsk, 'bodyLimit' | 'linkLocal' | 'resolver' | 'authorities'>, deadline: number) {
    const { resolver, authorities } = this.#to;
    const whole = { ...ask, resolver, authorities, linkLocal: false, bodyLimit };
    return this.#network.askHttp(whole, Math.max(1, deadline - performance.now()));
  }

  /** What is known to be wanted is sent at once. */
  #knownHeaders(scope: string): Headers {
    const token = this.#tokens.get(scope);
    if (token !== undefined && token.until > performance.now()) return { authorization: `Bearer ${token.token}` };
    const byBasic = this.#challenge?.is === 'basic' && this.#to.login !== null && !this.#isRefused;
    return byBasic ? this.#basic() : {};
  }

  #basic(): Headers {
    const { user, password } = this.#to.login ?? { user: '', password: '' };
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  }

  #keep(scope: string, token: string, lastsMs: number): void {
    if (this.#tokens.size >= mostTokens) this.#tokens.clear();
    this.#tokens.set(scope, { token, until: performance.now() + lastsMs });
  }

  get #isRefused(): boolean {
    return this.#refusedUntil > performance.now();
  }

  #refused(answer: HttpAnswer): Spoken {
    if (!this.#isRefused) this.#refusedUntil = performance.now() + this.#refusedLoginMs;
    return { answer, login: 'refused', problem: `it does not accept user ${this.#to.login?.user ?? ''}` };
  }

  /** `withLogin`: something was sent that lets us in. */
  #spoken(answer: HttpAnswer, withLogin: boolean): Spoken {
    if (answer.trouble !== '' || answer.status >= 400) return { answer, login: 'unknown', problem: '' };
    return { answer, login: withLogin ? 'accepted' : 'none', problem: '' };
  }
}
