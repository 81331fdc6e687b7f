import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { PageEvents, ServerEvents } from '#shared/change.ts';
import { allGood } from '#test/web/scenes.ts';
import { LiveBoard, type WallSocket } from '#web/live/board.svelte.ts';
import { Clock } from '#web/live/clock.svelte.ts';
import { ContactWatch } from '#web/live/contact.svelte.ts';
import { Renewal } from '#web/live/renewal.ts';

const { board } = allGood(1_700_000_000_000);
let http: HttpServer;
let server: Server<PageEvents, ServerEvents>;
let page: WallSocket;
let peer: Socket<PageEvents, ServerEvents>;
let live: LiveBoard;
let contact: ContactWatch;
let asked: number;

beforeEach(async () => {
  asked = 0;
  http = createServer();
  server = new Server(http, { transports: ['websocket'] });
  const connected = new Promise<void>((resolve) => {
    server.on('connection', (socket) => {
      peer = socket;
      socket.on('board', () => {
        asked += 1;
        socket.emit('board', { ...board, revision: 50 });
      });
      resolve();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  page = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { transports: ['websocket'] });
  contact = new ContactWatch(new Clock(), () => undefined);
  live = new LiveBoard(page, contact, new Renewal({ fetch: async () => new Response(), reload: () => undefined }));
  await connected;
  peer.emit('board', board);
});
afterEach(async () => {
  page.disconnect();
  await server.close();
});

const change = (from: number, to: number) => ({ from, to, judgedAt: board.judgedAt + to });
const beat = (revision: number) => ({ at: board.judgedAt, judgedAt: board.judgedAt, revision, build: board.build });
const revisionBecomes = (revision: number) => vi.waitFor(() => expect(live.board?.revision).toBe(revision));

test('the first board is whole, and changes that follow on it are applied', async () => {
  peer.emit('change', change(1, 2));
  peer.emit('change', change(2, 3));
  await revisionBecomes(3);
  expect(live.board?.tiles).toEqual(board.tiles);
  expect(asked).toBe(0);
});

test('out of step it asks once for the whole board', async () => {
  peer.emit('change', change(7, 8));
  peer.emit('change', change(8, 9));
  await revisionBecomes(50);
  expect(asked).toBe(1);
  peer.emit('change', change(50, 51));
  await revisionBecomes(51);
});

test('a change that was lost shows in the second heartbeat that is ahead, not in the first', async () => {
  peer.emit('heartbeat', beat(2));
  await vi.waitFor(() => expect(contact.contact.state).toBe('live'));
  expect(asked).toBe(0);
  peer.emit('heartbeat', beat(2));
  await revisionBecomes(50);
});

test('a heartbeat that overtakes its change is no loss', async () => {
  peer.emit('heartbeat', beat(2));
  peer.emit('change', change(1, 2));
  peer.emit('heartbeat', beat(3));
  peer.emit('change', change(2, 3));
  await revisionBecomes(3);
  expect(asked).toBe(0);
});
