import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Heartbeat, PageEvents, ServerEvents } from '#shared/change.ts';
import { isSameOrigin } from './same-origin.ts';
import { isStuck, type SendQueue } from './send-queue.ts';
import type { WallView } from './wall-view.ts';

/** The open screens. */
export interface Live {
  sockets(): number;
  close(): Promise<void>;
}

/** What the socket needs beside the wall. */
export interface LiveParts {
  view: WallView;
  build: string;
  now: () => number;
}

type LiveServer = Server<PageEvents, ServerEvents, Record<string, never>, SocketState>;
type LiveSocket = Socket<PageEvents, ServerEvents, Record<string, never>, SocketState>;

/** What is remembered of one socket. */
interface SocketState {
  /** When it was last sent the whole board, epoch ms. */
  boardAt: number;
  /** The board it asked for too soon, on its way. */
  waiting?: NodeJS.Timeout;
  /** Messages since the last heartbeat. */
  messages: number;
}

const heartbeatEveryMs = 5_000;
// A page asks for the board when out of step. More often than this it is not a page of ours.
const boardEveryMs = 1_000;
const messagesPerHeartbeat = 50;
// A house has a handful of screens; each costs about 40 kB.
const mostSockets = 200;

/** Attaches the socket at `/socket.io`: `board` first on every connection, then every `change`, `heartbeat` every 5 s. */
export function attachLive(http: HttpServer, { view, build, now }: LiveParts): Live {
  const io: LiveServer = new Server(http, {
    path: '/socket.io',
    transports: ['websocket'],
    serveClient: false,
    // Compression costs each socket its own memory and time; a change is small (measured: 10 times the CPU).
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 10_000,
    connectTimeout: 10_000,
    allowRequest: (request, allow) => {
      const allowed =
        isSameOrigin(request.headers.origin, request.headers.host) && io.engine.clientsCount < mostSockets;
      allow(allowed ? null : 'refused: another site, or too many screens', allowed);
    },
  });
  io.on('connection', (socket) => welcome(socket, view, heartbeat, now));
  const heartbeat = (): Heartbeat => ({
    at: now(),
    judgedAt: view.judgedAt(),
    revision: view.board().revision,
    build,
  });
  const stopChanges = view.onChange((change) => {
    dropStuck(io);
    io.emit('change', change);
  });
  const beating = setInterval(() => {
    dropStuck(io);
    for (const socket of io.of('/').sockets.values()) socket.data.messages = 0;
    io.emit('heartbeat', heartbeat());
  }, heartbeatEveryMs).unref();
  return {
    sockets: () => io.engine.clientsCount,
    async close() {
      stopChanges();
      clearInterval(beating);
      io.disconnectSockets(true);
      await io.close();
    },
  };
}

function welcome(socket: LiveSocket, view: WallView, heartbeat: () => Heartbeat, now: () => number): void {
  socket.data.messages = 0;
  sendBoard(socket, view, now);
  socket.emit('heartbeat', heartbeat());
  socket.on('board', () => {
    const waitMs = socket.data.boardAt + boardEveryMs - now();
    if (waitMs <= 0) sendBoard(socket, view, now);
    else socket.data.waiting ??= setTimeout(sendBoard, waitMs, socket, view, now).unref();
  });
  socket.onAny(() => {
    socket.data.messages += 1;
    if (socket.data.messages > messagesPerHeartbeat) socket.disconnect(true);
  });
  socket.on('disconnect', () => clearTimeout(socket.data.waiting));
}

function sendBoard(socket: LiveSocket, view: WallView, now: () => number): void {
  delete socket.data.waiting;
  socket.data.boardAt = now();
  socket.emit('board', view.board());
}

/** A screen that does not read is cut off: it connects anew and gets the whole board, instead of all it has missed. */
function dropStuck(io: LiveServer): void {
  for (const { conn } of io.of('/').sockets.values()) {
    const queue = conn as unknown as SendQueue;
    if (isStuck(queue)) queue.transport.socket?.terminate();
  }
}
