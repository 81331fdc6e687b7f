import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';
import { delayedPipe, type DelayedPipe } from './delayed-pipe.ts';

/**
 * What happens to connections, old and new:
 * - `pass`: bytes go through; what a blackhole held back goes through now, as on a network that comes back.
 * - `blackhole`: they stay open and new ones are accepted, but nothing goes through in either direction (half-open).
 * - `refuse`: old ones are reset, new ones refused (ECONNREFUSED).
 * - `reset`: old ones are reset, new ones accepted and reset at once.
 */
export type FaultMode = 'pass' | 'blackhole' | 'refuse' | 'reset';

/** Where to listen and where to pass connections on to. */
export interface FaultProxyOptions {
  targetPort: number;
  targetHost?: string;
  /** 127.0.0.1, or the host's address towards a network namespace. */
  host?: string;
  /** A free one unless told. */
  port?: number;
}

/** A TCP proxy that can be broken while it runs. TLS passes through untouched. */
export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** How many connections are open from clients. */
  readonly connections: number;
  setMode(mode: FaultMode): Promise<void>;
  /** Every byte arrives this much later, in each direction, from now on; 0 ends it. */
  setDelay(delayMs: number): void;
  /** Resets all open connections once. */
  cut(): void;
  close(): Promise<void>;
}

/** One client's connection; `upstream` is missing as long as a blackhole swallows it. */
interface Passage {
  client: Socket;
  upstream?: Socket;
  pipes: DelayedPipe[];
}

/** Starts a proxy in mode `pass`. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { targetPort, targetHost = '127.0.0.1', host = '127.0.0.1' } = options;
  const port = options.port ?? (await freePort(host));
  const passages = new Set<Passage>();
  let mode: FaultMode = 'pass';
  let delayMs = 0;
  let server: Server | undefined = await listen();

  async function listen(): Promise<Server> {
    const listening = createServer({ allowHalfOpen: true, pauseOnConnect: true }, accept).listen(port, host);
    await once(listening, 'listening');
    return listening;
  }

  function accept(client: Socket): void {
    if (mode === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const passage: Passage = { client, pipes: [] };
    passages.add(passage);
    watch(client, passage);
    if (mode === 'pass') join(passage);
  }

  function join(passage: Passage): void {
    const { client } = passage;
    const upstream = connect({ host: targetHost, port: targetPort, allowHalfOpen: true });
    passage.upstream = upstream;
    watch(upstream, passage);
    passage.pipes = [delayedPipe(client, upstream, () => delayMs), delayedPipe(upstream, client, () => delayMs)];
  }

  function watch(socket: Socket, passage: Passage): void {
    // The error itself is of no interest: 'close' follows it and tells that there was one.
    socket.on('error', () => undefined);
    socket.once('close', (hadError) => {
      if (hadError) reset(passage);
      else if (passage.client.closed && passage.upstream?.closed !== false) passages.delete(passage);
    });
  }

  function reset(passage: Passage): void {
    passages.delete(passage);
    for (const pipe of passage.pipes) pipe.stop();
    for (const socket of [passage.client, passage.upstream]) socket?.resetAndDestroy();
  }

  function cut(): void {
    for (const passage of passages) reset(passage);
  }

  async function setMode(next: FaultMode): Promise<void> {
    mode = next;
    if (next === 'refuse' || next === 'reset') cut();
    for (const passage of passages) for (const pipe of passage.pipes) pipe.hold(next === 'blackhole');
    if (next === 'pass') for (const passage of passages) if (!passage.upstream) join(passage);
    if (next === 'refuse') await closeServer();
    else server ??= await listen();
  }

  async function closeServer(): Promise<void> {
    const closing = server;
    server = undefined;
    if (!closing) return;
    closing.close();
    await once(closing, 'close');
  }

  return {
    host,
    port,
    get connections() {
      return passages.size;
    },
    setMode,
    setDelay(ms) {
      delayMs = ms;
    },
    cut,
    async close() {
      cut();
      await closeServer();
    },
  };
}
