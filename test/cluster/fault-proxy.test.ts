import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { until } from './until.ts';

let echo: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ targetPort: (echo.address() as AddressInfo).port });
});

afterEach(async () => {
  await proxy.close();
  echo.close();
});

/** A client with all that it was told so far. */
async function open(port = proxy.port) {
  const socket = connect(port, proxy.host);
  const told = { text: '', error: undefined as string | undefined };
  socket.on('data', (chunk: Buffer) => (told.text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (told.error = error.code));
  await once(socket, 'connect');
  return { socket, told };
}

async function say(socket: Socket, told: { text: string }, word: string) {
  socket.write(word);
  await until(`${word} comes back`, () => told.text.endsWith(word), { withinMs: 3000, everyMs: 5 });
}

test('what goes in comes out, also what was written right before the end', async () => {
  const { socket, told } = await open();
  const much = 'x'.repeat(3_000_000);
  socket.end(much);
  await once(socket, 'close');
  expect(told.text.length).toBe(much.length);
  await until('the proxy has forgotten the connection', () => proxy.connections === 0);
});

test('a blackhole keeps connections open and silent, and what it held comes when it ends', async () => {
  const { socket, told } = await open();
  await say(socket, told, 'before');
  await proxy.setMode('blackhole');
  socket.write('during');
  const late = await open();
  late.socket.write('late');
  const direct = await open((echo.address() as AddressInfo).port);
  await say(direct.socket, direct.told, 'past the proxy');
  direct.socket.destroy();
  expect([told.text, late.told.text, socket.readyState]).toEqual(['before', '', 'open']);
  await proxy.setMode('pass');
  await until('the old connection goes on', () => told.text === 'beforeduring');
  await until('the late one is joined', () => late.told.text === 'late');
});

test('refuse resets old connections and refuses new ones until it ends', async () => {
  const { socket, told } = await open();
  await say(socket, told, 'before');
  await proxy.setMode('refuse');
  await until('the old connection is reset', () => told.error === 'ECONNRESET');
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.setMode('pass');
  const again = await open();
  await say(again.socket, again.told, 'after');
});

test('reset accepts and resets', async () => {
  await proxy.setMode('reset');
  const socket = connect(proxy.port, proxy.host);
  await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('delay makes every byte late, in order', async () => {
  const { socket, told } = await open();
  await say(socket, told, 'warm');
  proxy.setDelay(200);
  const began = performance.now();
  await say(socket, told, 'late');
  expect(performance.now() - began).toBeGreaterThan(390);
  socket.write('1');
  proxy.setDelay(0);
  socket.write('2');
  await until('both came', () => told.text.length === 'warmlate12'.length);
  expect(told.text).toBe('warmlate12');
});
