import { isIP } from 'node:net';
import type { NetworkTrouble, Phases } from '../network.ts';
import type { DemoTlsParts } from './demo-tls.ts';
import { addressOfPlace, placeOf, reachesTraefik, type Place } from './places.ts';

/** What one connecting came to. */
export interface Connected {
  trouble: '' | NetworkTrouble;
  /** "" if nothing is wrong. */
  message: string;
  phases: Phases;
  /** `192.168.1.10:443`, "" if nobody was connected to. */
  address: string;
}

/** A look-up of a name: how long it took, and why it failed. */
export type LookedUp = Pick<Connected, 'trouble' | 'message' | 'phases'>;

const DNS_MS = { low: 1, high: 4 };
const CONNECT_MS = { low: 1, high: 3 };
// As long as resolvers try before they give up.
const DNS_GIVES_UP_MS = 5000;
const SSH = 22;
const PORTS_OF_NAS = [SSH, 5001];
const PORTS_OF_NODES = [SSH, 10_250];

/** Looks a name up; an address is none. `called` is who is asked for it, as sentences call him. */
export function lookUp(name: string, called: string, limitMs: number, parts: DemoTlsParts): LookedUp {
  const took = (ms: number | null): Phases => {
    return { dnsMs: ms, connectMs: null, tlsMs: null, firstByteMs: null, wholeMs: ms ?? 0 };
  };
  if (isIP(name) !== 0) return { trouble: '', message: '', phases: took(null) };
  const tookMs = parts.random.between(DNS_MS.low, DNS_MS.high);
  const failed = (why: string, ms: number) => {
    const message = `the name ${called} cannot be resolved (${why})`;
    return { trouble: 'dns' as const, message, phases: { ...took(null), wholeMs: ms } };
  };
  const place = placeOf(name, parts);
  if (place === 'unresolved') return failed('EAI_AGAIN', Math.min(DNS_GIVES_UP_MS, limitMs));
  if (place === 'unknown') return failed('ENOTFOUND', tookMs);
  return { trouble: '', message: '', phases: took(tookMs) };
}

/** Whom to connect to, and how sentences call him. */
export interface ConnectTo {
  host: string;
  port: number;
  called: string;
}

/** Connects to a port, without a word. */
export function connectTo({ host, port, called }: ConnectTo, limitMs: number, parts: DemoTlsParts): Connected {
  const found = lookUp(host, called, limitMs, parts);
  if (found.trouble !== '') return { ...found, address: '' };
  const place = placeOf(host, parts);
  const listens = listensAt(place, port, parts);
  if (listens === 'silent') {
    const message = `no connection to ${called} within ${limitMs / 1000} s`;
    return { trouble: 'timeout', message, phases: { ...found.phases, wholeMs: limitMs }, address: '' };
  }
  const connectMs = parts.random.between(CONNECT_MS.low, CONNECT_MS.high);
  const phases = { ...found.phases, wholeMs: found.phases.wholeMs + connectMs };
  const address = `${addressOfPlace(place)}:${port}`;
  if (listens === 'refused')
    return { trouble: 'refused', message: `${called} refused the connection`, phases, address };
  return { trouble: '', message: '', phases: { ...phases, connectMs }, address };
}

function listensAt(place: Place, port: number, parts: DemoTlsParts): 'yes' | 'refused' | 'silent' {
  const { network, speaks, door, address } = parts;
  const given = (listens: boolean) => (listens ? 'yes' : 'refused');
  if (place === 'nas') return given(PORTS_OF_NAS.includes(port) || (port === 443 && isWell(network.faults.registry)));
  if (typeof place === 'string' || !speaks(place.node.metadata.name)) return 'silent';
  if (port === 80 || port === 443) return reachesTraefik(parts);
  if (`${addressOfPlace(place)}:${port}` === address) return given(!door.faults.refused);
  return given(PORTS_OF_NODES.includes(port));
}

/** Whether a registry takes connections, with or without its images. */
function isWell(registry: 'well' | 'refusing' | 'empty'): boolean {
  return registry !== 'refusing';
}
