import type { DnsAnswer, Network, TcpAnswer, TcpAsk } from '#server/cluster/network.ts';
import { sayable } from '#server/cluster/sayable.ts';
import { judgeAnswer } from './judge-answer.ts';
import { nothingShown, type Judged } from './judged.ts';
import { saidOfIt } from './said-of-it.ts';
import type { ProbeAsk } from './service-config.ts';
import type { WantedService } from './wanted-service.ts';

type Probe<K extends ProbeAsk['is']> = Extract<ProbeAsk, { is: K }>;

/** Probes a service once, and tells what came of it. Never rejects: what goes wrong with ourselves is told as such, of this service alone. */
export async function askService(
  network: Network,
  { asks, through, timeoutMs }: Pick<WantedService, 'asks' | 'through' | 'timeoutMs'>,
  bodyLimit: number,
): Promise<Judged> {
  try {
    switch (asks.is) {
      case 'http':
        return judgeAnswer(await network.askHttp({ ...asks.ask, bodyLimit }, timeoutMs), asks, through);
      case 'tcp':
        return judgeConnection(await network.askTcp(connectionOf(asks, asks.port), timeoutMs), asks);
      case 'dns':
        return judgeNames(await network.askDns(asks, timeoutMs), asks);
      case 'host':
        return await askHost(network, asks, timeoutMs);
    }
  } catch (error) {
    const message = sayable(`could not be probed: ${String(error)}`);
    return { outcome: 'down', trouble: 'unexpected', message, ...nothingShown, phases: null, address: '' };
  }
}

/** The owner may name the machine of the wall itself. */
function connectionOf({ host, address, resolver, linkLocal }: Probe<'tcp' | 'host'>, port: number): TcpAsk {
  return { host: address || host, port, resolver, linkLocal, loopback: true };
}

function judgeConnection({ trouble, message, phases, address: at }: TcpAnswer, asks: Probe<'tcp'>): Judged {
  const { host, port, address: given = '' } = asks;
  // Who was asked, if nobody took the connection.
  const address = at === '' && given !== '' ? `${inUrl(given)}:${port}` : at;
  const said = sayable(saidOfIt(message, [`${inUrl(host)}:${port}`, host]));
  return { outcome: trouble === '' ? 'up' : 'down', trouble, message: said, ...nothingShown, phases, address };
}

function judgeNames({ trouble, message, phases, addresses }: DnsAnswer, { addresses: wanted }: Probe<'dns'>): Judged {
  const shown = { ...nothingShown, phases, address: '' };
  if (trouble !== '') return { outcome: 'down', trouble, message: sayable(message), ...shown };
  if (wanted.length === 0 || addresses.some((address) => wanted.some((each) => isSame(each, address)))) {
    return { outcome: 'up', trouble: '', message: '', ...shown };
  }
  const told = sayable(`leads to ${listed(addresses)}, not to ${listed(wanted)}`);
  return { outcome: 'wrong-content', trouble: 'unexpected', message: told, ...shown };
}

/** IPv6 addresses are written in many ways. */
function isSame(a: string, b: string): boolean {
  return URL.parse(`tcp://${inUrl(a)}`)?.host === URL.parse(`tcp://${inUrl(b)}`)?.host;
}

function listed(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 3).join(' and ');
  return addresses.length > 3 ? `${shown} and ${addresses.length - 3} more` : shown;
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** One port after the other, so that it counts as one at a time, each with its share of the limit; the time is that of the port that answers. */
async function askHost(network: Network, asks: Probe<'host'>, timeoutMs: number): Promise<Judged> {
  const { host, ports } = asks;
  const silent: TcpAnswer[] = [];
  for (const port of ports) {
    const answer = await network.askTcp(connectionOf(asks, port), timeoutMs / ports.length);
    const { trouble, phases, address } = answer;
    if (['', 'refused', 'reset'].includes(trouble)) {
      return { outcome: 'up', trouble: '', message: '', ...nothingShown, phases, address };
    }
    silent.push(answer);
    // The name leads nowhere, whatever the port.
    if (trouble === 'dns' || trouble === 'forbidden-address') break;
  }
  const [first] = silent;
  const message = silent.length > 1 ? `answers at none of its ports ${ports.join(', ')}: ` : '';
  const said = saidOfIt(first?.message ?? 'no port is asked', [`${inUrl(host)}:${ports[0]}`, host]);
  const { trouble = 'unexpected', phases = null } = first ?? {};
  return {
    ...{ outcome: 'down', trouble: trouble === '' ? 'unexpected' : trouble, message: sayable(message + said) },
    ...{ ...nothingShown, phases, address: '' },
  };
}
