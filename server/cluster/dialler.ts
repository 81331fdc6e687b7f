import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { dial, type Dialling } from './dial.ts';
import type { TransportError } from './transport.ts';
import type { Endpoint } from './way-in.ts';

/** Makes connections to one server, and keeps one that came out for another protocol than asked. */
export interface Dialler {
  /** Rejects with a `TransportError` only. */
  dial(protocols: string[]): Promise<Socket>;
  /** What the last dialling waits for, null if none is under way. */
  waitingFor(limitMs: number): TransportError | null;
  /** Puts a good connection aside for `take`. */
  putAside(socket: Socket): void;
  /** The connection put aside, if there is one and it still lives. */
  take(): Socket | null;
  close(): void;
}

/** A dialler that has made no connection yet. */
export function createDialler(endpoint: Endpoint, secureContext: SecureContext | null, limitMs: number): Dialler {
  let last: Dialling | null = null;
  let spare: Socket | null = null;
  const drop = () => (spare = null);
  return {
    async dial(protocols) {
      const mine = dial(endpoint, { secureContext, protocols, limitMs });
      last = mine;
      try {
        return await mine.socket;
      } finally {
        if (last === mine) last = null;
      }
    },
    waitingFor: (ms) => last?.waitingFor(ms) ?? null,
    putAside(socket) {
      spare?.destroy();
      spare = socket.once('error', drop).once('close', drop);
    },
    take() {
      const socket = spare?.off('error', drop).off('close', drop) ?? null;
      spare = null;
      return socket;
    },
    close: () => spare?.destroy(),
  };
}
