import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { DnsAnswer, TcpAnswer, TcpAsk } from '#server/cluster/network.ts';
import type { Asking } from './asking.ts';
import { asNetworkFailure } from './ask-http.ts';
import { addressSaid, dialFirst } from './dial-first.ts';
import type { Names } from './names.ts';
import { NetworkFailure } from './network-failure.ts';

/** The value of a connection without a word; it is closed at once. */
export async function askTcp(names: Names, asking: Asking, ask: TcpAsk): Promise<TcpAnswer> {
  let address = '';
  try {
    const called = addressSaid(ask.host, ask.port);
    if (!Number.isInteger(ask.port) || ask.port < 1 || ask.port > 65_535) {
      throw new NetworkFailure('unexpected', `${called} holds no port that there is`);
    }
    const addresses = await addressesOf(names, asking, ask.host, ask.resolver);
    address = (await dialFirst(asking, { ...ask, called, addresses })).address;
    return { trouble: '', message: '', phases: asking.taken(), address };
  } catch (error) {
    const { trouble, message } = asNetworkFailure(error);
    return { trouble, message, phases: asking.taken(), address };
  } finally {
    asking.end();
  }
}

/** The value of a look-up. */
export async function askDns(
  names: Names,
  asking: Asking,
  { name, resolver }: { name: string; resolver: string },
): Promise<DnsAnswer> {
  try {
    const addresses = await addressesOf(names, asking, name, resolver);
    return { trouble: '', message: '', phases: asking.taken(), addresses };
  } catch (error) {
    const { trouble, message } = asNetworkFailure(error);
    return { trouble, message, phases: asking.taken(), addresses: [] };
  } finally {
    asking.end();
  }
}

async function addressesOf(names: Names, asking: Asking, host: string, resolver: string): Promise<readonly string[]> {
  if (isIP(host)) return [host];
  const name = domainToASCII(host.replace(/\.$/, ''));
  if (name === '') throw new NetworkFailure('dns', 'what is to be looked up is no name');
  return names.find(asking, name, resolver);
}
