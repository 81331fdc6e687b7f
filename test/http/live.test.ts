import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { Change, Heartbeat } from '#shared/change.ts';
import { buildApp } from '#server/app.ts';
import { cordoned, fixtureBoard, fixtureView, startedAt, type FixtureView } from './fixture-view.ts';

let view: FixtureView;
let app: FastifyInstance;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  view = fixtureView();
  app = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: () => undefined });
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await app.close();
});

/** A screen and all that it was sent, in order. */
function screen(options: Parameters<typeof io>[1] = {}) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, ...options });
  sockets.push(socket);
  const got: [string, unknown][] = [];
  socket.onAny((event: string, value: unknown) => got.push([event, value]));
  const count = (event: string) => got.filter(([name]) => name === event).length;
  return { socket, got, count };
}

/** Frames of the socket as another program would send them; resolves when the server hangs up. */
async function raw(frames: (string | ArrayBuffer)[], headers: Record<string, string> = {}): Promise<WebSocket> {
  // Node's own WebSocket takes headers, which the DOM's type does not know.
  const options = { headers } as unknown as string[];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, options);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('refused')));
  });
  for (const frame of frames) socket.send(frame);
  return socket;
}

const healthy = async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);

describe('a screen', () => {
  test('is sent the whole board first, then a heartbeat, then each change', async () => {
    const { got } = screen();
    await vi.waitFor(() => expect(got).toHaveLength(2));
    expect(got[0]).toEqual(['board', fixtureBoard(1)]);
    expect(got[1]![0]).toBe('heartbeat');
    expect(got[1]![1] as Heartbeat).toMatchObject({ judgedAt: startedAt, revision: 1, build: 'test' });
    view.show(fixtureBoard(2), { findings: { put: [], gone: [cordoned.id] } });
    await vi.waitFor(() => expect(got).toHaveLength(3));
    expect(got[2]![0]).toBe('change');
    expect(got[2]![1] as Change).toMatchObject({ from: 1, to: 2, findings: { gone: [cordoned.id] } });
  });

  test('hears the heart beat every 5 s', async () => {
    const { count } = screen();
    await vi.waitFor(() => expect(count('heartbeat')).toBeGreaterThanOrEqual(2), 8_000);
  });

  test('out of step asks for the board, and gets it once a second however often it asks', async () => {
    const { socket, got, count } = screen();
    await vi.waitFor(() => expect(count('board')).toBe(1));
    view.show(fixtureBoard(7));
    for (let i = 0; i < 20; i++) socket.emit('board', { of: 'nonsense' });
    await vi.waitFor(() => expect(count('board')).toBe(2), 3_000);
    expect((got.findLast(([event]) => event === 'board')![1] as Board).revision).toBe(7);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(count('board')).toBe(2);
  });

  test('that sends without end is cut off, the others are not', async () => {
    const other = screen();
    const noisy = screen({ reconnection: false });
    await vi.waitFor(() => expect([noisy.count('board'), other.count('board')]).toEqual([1, 1]));
    for (let i = 0; i < 200; i++) noisy.socket.emit(`event ${i}`, i);
    await vi.waitFor(() => expect(noisy.socket.connected).toBe(false));
    expect(other.socket.connected).toBe(true);
  });

  test('that does not read is cut off instead of being remembered without end', async () => {
    const stuck = connect({ host: '127.0.0.1', port });
    stuck.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    // "40": connect to the namespace, as a masked text frame with a mask of zeros.
    await new Promise((resolve) => stuck.once('data', resolve));
    stuck.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]));
    stuck.pause();
    const ended = new Promise((resolve) => stuck.once('close', resolve).once('error', resolve));
    await vi.waitFor(async () => expect(await metric('clusterwall_sockets')).toBe(1));
    const sentence = 'x'.repeat(100_000);
    await vi.waitFor(
      async () => {
        const { revision } = view.board();
        view.show(fixtureBoard(revision + 1), { findings: { put: [{ ...cordoned, sentence }], gone: [] } });
        expect(await metric('clusterwall_sockets')).toBe(0);
      },
      { timeout: 20_000, interval: 5 },
    );
    stuck.resume();
    await ended;
  });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

describe('strangers', () => {
  test('pages of another site are refused, our own and programs are not', async () => {
    await expect(raw([], { origin: 'http://evil.example' })).rejects.toThrow('refused');
    await expect(raw([], { origin: 'null' })).rejects.toThrow('refused');
    (await raw([], { origin: `http://127.0.0.1:${port}` })).close();
    (await raw([])).close();
  });

  test('long polling is refused', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`);
    expect(answer.status).toBe(400);
  });

  test.each([
    ['a packet that is none', ['nonsense']],
    ['an event that is no JSON', ['40', '42[']],
    ['an event without a name', ['40', '42[]', '42{}', '42[null]', '42[{"a":1}]']],
    ['a reserved event', ['40', '42["disconnect"]', '42["connect_error"]']],
    ['an answer to nothing', ['40', '43999[]']],
    ['a binary event without its parts', ['40', '459999-["board",{"_placeholder":true,"num":0}]']],
    ['a namespace that is not there', ['40/nowhere,']],
    ['bytes', [new Uint8Array([1, 2, 3]).buffer]],
    ['more than 10 kB', ['40', `42["board","${'x'.repeat(20_000)}"]`]],
  ])('%s harms nobody', async (_, frames) => {
    const { count } = screen();
    await vi.waitFor(() => expect(count('board')).toBe(1));
    const socket = await raw(frames);
    await healthy();
    view.show(fixtureBoard(2));
    await vi.waitFor(() => expect(count('change')).toBe(1));
    socket.close();
  });
});

test('the end of the app ends the sockets at once', async () => {
  const { socket, count } = screen({ reconnection: false });
  await vi.waitFor(() => expect(count('board')).toBe(1));
  const begunAt = performance.now();
  await app.close();
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  await vi.waitFor(() => expect(socket.connected).toBe(false));
});
