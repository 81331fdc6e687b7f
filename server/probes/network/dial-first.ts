import { connect, isIPv6, type Socket } from 'node:net';
import type { TcpAsk } from '#server/cluster/network.ts';
import { failureOf } from '#server/cluster/transport-failure.ts';
import { msSince, type Asking } from './asking.ts';
import { failureSaid } from './failure-said.ts';
import { whyForbidden } from './forbidden-address.ts';
import { NetworkFailure } from './network-failure.ts';

/** A connection, and to whom. */
export interface Dialled {
  socket: Socket;
  /** Without brackets. */
  ip: string;
  /** `10.0.0.5:443`. */
  address: string;
}

/** Whom to connect to, and what may be connected to. */
export interface DialTo extends Pick<TcpAsk, 'linkLocal' | 'loopback'> {
  /** As it is called in sentences: "git.example:8443". */
  called: string;
  addresses: readonly string[];
  port: number;
}

// As browsers do (RFC 8305): an address that takes longer than this is not given up, but the next is tried beside it.
const nextMs = 250;
const most = 6;

/** `10.0.0.5:443`, `[fd00::5]:443`. */
export function addressSaid(address: string, port: number): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/**
 * The first connection to one of the addresses, those of IPv4 and IPv6 in turn. Each is judged just before it is connected
 * to, and no name is looked up here: whoever owns the name cannot lead elsewhere meanwhile. Rejects with a `NetworkFailure`.
 */
export async function dialFirst(asking: Asking, to: DialTo): Promise<Dialled> {
  const allowed = to.addresses.filter((address) => whyForbidden(address, to) === '');
  const [refused] = to.addresses;
  if (allowed.length === 0) {
    const why = refused === undefined ? 'leads to no address' : ledTo(refused, to);
    throw new NetworkFailure('forbidden-address', `${to.called} ${why}, which is not asked`);
  }
  const begunAt = performance.now();
  const late = (within: string) => new NetworkFailure('timeout', `no connection to ${to.called} ${within}`);
  try {
    return await asking.within(race(asking, inTurn(allowed).slice(0, most), to), late);
  } finally {
    asking.phases.connectMs = msSince(begunAt);
  }
}

/** Said once where the address itself is what was to be asked. */
function ledTo(refused: string, to: DialTo): string {
  const why = whyForbidden(refused, to);
  const isItself = [refused, `[${refused}]`, addressSaid(refused, to.port)].includes(to.called);
  return isItself ? `is ${why}` : `leads to ${refused}, ${why}`;
}

/** The family of the first one leads, and then each has its turn. */
function inTurn(addresses: readonly string[]): string[] {
  const leading = isIPv6(addresses[0] ?? '');
  const [first, second] = [true, false].map((same) => addresses.filter((each) => (isIPv6(each) === leading) === same));
  return first!.flatMap((address, i) => [address, ...second!.slice(i, i + 1)]).concat(second!.slice(first!.length));
}

function race(asking: Asking, addresses: readonly string[], { called, port }: DialTo): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    const sockets = new Set<Socket>();
    const errors: Error[] = [];
    let [next, won] = [0, false];
    let timer: NodeJS.Timeout | undefined;
    asking.hold({ destroy: () => clearTimeout(timer) });
    const win = (socket: Socket, address: string) => {
      won = true;
      clearTimeout(timer);
      for (const other of sockets) if (other !== socket) other.destroy();
      resolve({ socket, ip: address, address: addressSaid(address, port) });
    };
    const lose = (socket: Socket, error: Error) => {
      if (won) return;
      sockets.delete(socket);
      errors.push(error);
      if (next < addresses.length) start();
      else if (sockets.size === 0) reject(failureSaid(mostTelling(errors), called));
    };
    const start = () => {
      clearTimeout(timer);
      const address = addresses[next]!;
      next += 1;
      const socket = asking.hold(connect({ host: address, port, noDelay: true }));
      sockets.add(socket);
      socket.once('connect', () => win(socket, address));
      // Stays for good: whoever takes the socket over learns of errors too, and what comes after is of no interest.
      socket.on('error', (error) => lose(socket, error));
      if (next < addresses.length) timer = setTimeout(start, nextMs).unref();
    };
    start();
  });
}

/** Who refuses lives, which says more than that there is no way by the other family. */
function mostTelling(errors: readonly Error[]): Error {
  return errors.find((error) => failureOf((error as NodeJS.ErrnoException).code ?? '') === 'refused') ?? errors[0]!;
}
