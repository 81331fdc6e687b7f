import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { buildApp } from '#server/app.ts';
import { fixtureView } from './fixture-view.ts';

let app: FastifyInstance;
let port: number;
let pageDirectory: string;

beforeEach(async () => {
  pageDirectory = mkdtempSync(join(tmpdir(), 'clusterwall-hang-up-'));
  writeFileSync(join(pageDirectory, 'large.js'), Buffer.alloc(30_000_000, ' '));
  app = await buildApp({ view: fixtureView(), pageDirectory, build: 'test', log: () => undefined });
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});

afterEach(() => rmSync(pageDirectory, { recursive: true }));

/** A connection that the server has taken. */
async function connected(): Promise<Socket> {
  const taken = once(app.server, 'connection');
  const socket = connect({ host: '127.0.0.1', port });
  onTestFinished(() => void socket.destroy());
  await taken;
  return socket;
}

/** How long the end takes, ms. */
async function closing(): Promise<number> {
  const begun = performance.now();
  await app.close();
  return performance.now() - begun;
}

describe('the end is quick', () => {
  test('with a connection on which nothing was asked, as browsers open in advance', async () => {
    const socket = await connected();
    const ended = once(socket, 'close');
    expect(await closing()).toBeLessThan(1_000);
    await ended;
  });

  test('with a request of which only half has come', async () => {
    const socket = await connected();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const ended = once(socket, 'close');
    expect(await closing()).toBeLessThan(1_000);
    await ended;
  });

  test('with a browser that has stopped reading a file', async () => {
    const [answer] = (await once(get(`http://127.0.0.1:${port}/large.js`), 'response')) as [IncomingMessage];
    const broken = once(answer, 'error');
    await once(answer, 'readable');
    expect(await closing()).toBeLessThan(1_000);
    answer.resume();
    await broken;
  });

  test('with a screen that sleeps and does not answer a goodbye', async () => {
    const socket = await connected();
    socket.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await once(socket, 'data');
    socket.on('error', () => undefined);
    socket.pause();
    await vi.waitFor(async () => expect(await (await app.inject('/metrics')).body).toMatch(/^clusterwall_sockets 1$/m));
    expect(await closing()).toBeLessThan(1_000);
  });
});
