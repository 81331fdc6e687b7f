import type { DnsAnswer, HttpAnswer, HttpAsk, Network } from '../network.ts';
import { askedOnce, type Asked } from './ask-once.ts';
import { connectTo, lookUp } from './connect-once.ts';
import type { DemoTlsParts } from './demo-tls.ts';
import { addressOfPlace, placeOf } from './places.ts';

/** The network of the homelab, as a wall in it reaches it. */
export function createDemoNetwork(parts: DemoTlsParts): Network {
  const { schedule } = parts;
  const later = <T>(answer: T, afterMs: number): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    schedule.after(afterMs, () => resolve(answer));
    return promise;
  };
  return {
    askHttp(ask, limitMs) {
      const answer = followed(ask, limitMs, parts);
      return later(answer, answer.phases.wholeMs);
    },
    askTcp(ask, limitMs) {
      const answer = connectTo({ ...ask, called: `${ask.host}:${ask.port}` }, limitMs, parts);
      return later(answer, answer.phases.wholeMs);
    },
    askDns(ask, limitMs) {
      const answer = dnsAnswer(ask.name, limitMs, parts);
      return later(answer, answer.phases.wholeMs);
    },
  };
}

/** The answer at the end of the redirects that may be followed. */
function followed(ask: HttpAsk, limitMs: number, parts: DemoTlsParts): HttpAnswer {
  let passedMs = 0;
  for (let left = ask.redirects, url = ask.url, first = true; ; left -= 1, first = false) {
    const address = first ? ask.address : '';
    const asked = askedOnce({ ...ask, url, address }, limitMs - passedMs, parts);
    const told = whole(asked, url, passedMs);
    const location = 'page' in asked ? asked.page.headers['location'] : undefined;
    if (location === undefined || ask.redirects === 0) return told;
    if (left === 0) {
      const message = `${new URL(ask.url).host} leads from one address to another, more than ${ask.redirects} times`;
      return {
        phases: told.phases,
        address: told.address,
        url,
        distrust: told.distrust,
        trouble: 'redirects',
        message,
      };
    }
    passedMs = told.phases.wholeMs;
    url = new URL(location, url).href;
  }
}

function whole(asked: Asked, url: string, passedMs: number): HttpAnswer {
  const { address, distrust } = asked;
  const phases = { ...asked.phases, wholeMs: asked.phases.wholeMs + passedMs };
  const head = { phases, address, url, distrust };
  if (!('page' in asked)) return { ...head, trouble: asked.trouble, message: asked.message };
  const { status, headers, body } = asked.page;
  return { ...head, trouble: '', status, headers, body, bodyCut: false, bodyProblem: '' };
}

function dnsAnswer(name: string, limitMs: number, parts: DemoTlsParts): DnsAnswer {
  const found = lookUp(name, name, limitMs, parts);
  const addresses = found.trouble === '' ? [addressOfPlace(placeOf(name, parts))] : [];
  return { ...found, addresses: addresses.filter((address) => address !== '') };
}
