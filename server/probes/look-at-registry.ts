import type { Network } from '#server/cluster/network.ts';
import type { RegistryComponent } from '#server/facts/registry-probe.ts';
import { harborHealth } from './harbor-health.ts';
import { registryAnswer, type RegistryAnswer } from './registry-answer.ts';
import type { RegistrySession, Spoken } from './registry-session.ts';
import type { WantedRegistry } from './wanted-registry.ts';

/** What one look at a registry brought, and by which URL. */
export interface RegistryLookResult {
  url: string;
  answer: RegistryAnswer;
  components: readonly RegistryComponent[] | null;
  /** It is Harbor: the owner says so, or its token server does. */
  isHarbor: boolean;
}

/** What it takes to look at one. */
export interface LookParts {
  network: Network;
  session: RegistrySession;
  wanted: WantedRegistry;
  /** The URL by which it answered last. */
  url: string;
  isHarbor: boolean;
}

/**
 * Asks for `/v2/` and, where it is Harbor, for its health beside. One that is discovered may speak plain HTTP, as nodes can be
 * told that it does: it is asked by that where no TLS answers. All within the limit of the registry.
 */
export async function lookAtRegistry(parts: LookParts): Promise<RegistryLookResult> {
  const deadline = performance.now() + parts.wanted.timeoutMs;
  const health = parts.isHarbor ? healthOf(parts, deadline) : Promise.resolve(null);
  const { url, spoken } = await firstAlive(parts, deadline);
  const answer = registryAnswer(spoken);
  return { url, answer, components: await health, isHarbor: parts.isHarbor || saysHarbor(spoken) };
}

async function firstAlive(
  { session, wanted, url }: LookParts,
  deadline: number,
): Promise<{ url: string; spoken: Spoken }> {
  const ask = async (at: string) => {
    const question = { url: `${at}v2/`, method: 'GET', accept: 'application/json', scope: '' } as const;
    return { url: at, spoken: await session.ask(question, Math.max(1, deadline - performance.now())) };
  };
  const first = await ask(url);
  const other = wanted.configured ? url : otherWay(url);
  if (other === url || !speaksOtherwise(first.spoken, url) || performance.now() >= deadline) return first;
  const second = await ask(other);
  return registryAnswer(second.spoken).alive ? second : first;
}

/** By plain HTTP instead of TLS, or the other way round: on the same port, or on the one of the scheme where the name has none. */
function otherWay(url: string): string {
  return url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:');
}

/** True if what answers, or refuses to, may do better another way. A certificate that is not in order does speak TLS. */
function speaksOtherwise({ answer, login, problem }: Spoken, url: string): boolean {
  if (url.startsWith('http:')) return !registryAnswer({ answer, login, problem }).alive;
  if (answer.trouble === 'refused') return URL.parse(url)?.port === '';
  return ['tls', 'not-http', 'reset'].includes(answer.trouble) && answer.distrust === '';
}

async function healthOf({ network, wanted, url }: LookParts, deadline: number) {
  const { verify, address, resolver, authorities, configured } = wanted;
  const ask = {
    ...{ url: `${url}api/v2.0/health`, method: 'GET', headers: { accept: 'application/json' }, redirects: 0 },
    ...{ verify, address, resolver, authorities, linkLocal: false, loopback: configured, bodyLimit: 65_536 },
  };
  return harborHealth(await network.askHttp(ask, Math.max(1, deadline - performance.now())));
}

/** Harbor names its token service so, whatever its host. */
function saysHarbor({ answer }: Spoken): boolean {
  return answer.trouble === '' && /service="harbor-registry"/.test(answer.headers['www-authenticate'] ?? '');
}
