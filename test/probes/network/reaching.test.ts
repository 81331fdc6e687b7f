import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFaultProxy } from '#test/cluster/fault-proxy.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import { rawHouse } from '../tls-house.ts';
import { deafHouse } from './deaf-house.ts';
import { dnsHouse } from './dns-house.ts';
import { asked, askOf, http, realNetwork, sayingHouse } from './network-play.ts';

const often = { everyMs: 5, withinMs: 5_000 };

async function ipv6Server(): Promise<number> {
  const server = createServer((_, answer) => answer.end('by IPv6')).listen({ host: '::1', port: 0, ipv6Only: true });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('IPv4 and IPv6', () => {
  test('a server that has only IPv6 is reached by its address', async () => {
    const port = await ipv6Server();
    expect(await asked(`http://[::1]:${port}/`)).toMatchObject({ body: 'by IPv6', address: `[::1]:${port}` });
    const tcp = { host: '::1', port, resolver: '', linkLocal: false, loopback: true };
    expect(await realNetwork().askTcp(tcp, 1_000)).toMatchObject({ trouble: '', address: `[::1]:${port}` });
  });

  test('and by its name, be the other family missing or refusing', async () => {
    const port = await ipv6Server();
    const six = ['0:0:0:0:0:0:0:1'];
    for (const four of [[], ['127.0.0.1']]) {
      const { resolver } = await dnsHouse(() => ({ four, six }));
      expect(await asked(`http://git.example:${port}/`, { resolver })).toMatchObject({ trouble: '', body: 'by IPv6' });
    }
  });

  test('an address that is slow to answer is not given up when the next one is tried, which refuses', async () => {
    const { port, hear } = await deafHouse('127.0.0.2');
    const { resolver } = await dnsHouse(() => ({ four: ['127.0.0.2', '127.0.0.1'], six: [] }));
    const answer = asked(`http://git.example:${port}/`, { resolver }, 10_000);
    setTimeout(hear, 500);
    expect(await answer).toMatchObject({ trouble: '', body: 'at last', address: `127.0.0.2:${port}` });
  });

  test('one that is silent costs a quarter of a second, not the limit', async () => {
    const { port } = await deafHouse('127.0.0.2');
    const server = createServer((_, answer) => answer.end('here')).listen(port, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { resolver } = await dnsHouse(() => ({ four: ['127.0.0.2', '127.0.0.1'], six: [] }));
    const answer = await asked(`http://git.example:${port}/`, { resolver });
    expect(answer).toMatchObject({ trouble: '', body: 'here' });
    expect(answer.phases.connectMs).toBeGreaterThan(200);
    expect(answer.phases.connectMs).toBeLessThan(2_000);
  });

  test('who refuses is told before who cannot be reached', async () => {
    const port = await freePort();
    const { resolver } = await dnsHouse(() => ({ four: ['127.0.0.1'], six: ['2001:db8:0:0:0:0:0:1'] }));
    expect(await asked(`http://git.example:${port}/`, { resolver })).toMatchObject({
      ...{ trouble: 'refused', message: `git.example:${port} refused the connection`, address: '' },
    });
  });
});

describe('no connection', () => {
  test('refused, by HTTP and by TCP alone', async () => {
    const port = await freePort();
    const { resolver } = await dnsHouse(() => ({ four: ['127.0.0.1'], six: [] }));
    const answer = await asked(`http://git.example:${port}/`, { resolver });
    expect(answer).toMatchObject({ trouble: 'refused', message: `git.example:${port} refused the connection` });
    const tcp = { host: 'git.example', port, resolver, linkLocal: false, loopback: true };
    expect(await realNetwork().askTcp(tcp, 1_000)).toMatchObject({ trouble: 'refused' });
  });

  test('nobody there: within the limit, and said so', async () => {
    const { port } = await deafHouse('127.0.0.2');
    const begunAt = performance.now();
    const answer = await asked(`http://127.0.0.2:${port}/`, {}, 300);
    expect(performance.now() - begunAt).toBeLessThan(1_000);
    expect(answer).toMatchObject({ trouble: 'timeout', message: `no connection to 127.0.0.2:${port} within 0.3 s` });
    expect(answer.phases).toMatchObject({ dnsMs: null, connectMs: expect.any(Number), tlsMs: null, firstByteMs: null });
    const tcp = { host: '127.0.0.2', port, resolver: '', linkLocal: false, loopback: true };
    expect(await realNetwork().askTcp(tcp, 300)).toMatchObject({ trouble: 'timeout' });
  });

  test.each(['reset', 'blackhole'] as const)('%s', async (mode) => {
    const { port: targetPort } = await sayingHouse(http('200 OK'));
    const proxy = await startFaultProxy({ targetPort });
    onTestFinished(() => proxy.close());
    await proxy.setMode(mode);
    const answer = await asked(`http://127.0.0.1:${proxy.port}/`, {}, 300);
    if (mode === 'reset') expect(answer).toMatchObject({ trouble: 'reset' });
    else {
      const message = `connected to 127.0.0.1:${proxy.port}, but no answer came within 0.3 s`;
      expect(answer).toMatchObject({ trouble: 'silent', message, address: `127.0.0.1:${proxy.port}` });
    }
    await proxy.setMode('pass');
    expect(await asked(`http://127.0.0.1:${proxy.port}/`)).toMatchObject({ trouble: '', status: 200 });
  });

  test.each([0, 65_536, 1.5, Number.NaN])('port %s', async (port) => {
    const tcp = { host: '127.0.0.1', port, resolver: '', linkLocal: false, loopback: true };
    expect(await realNetwork().askTcp(tcp, 1_000)).toMatchObject({ trouble: 'unexpected' });
  });

  test('a port that strangers know nothing of: TCP alone sends no word and closes at once', async () => {
    const heard: Buffer[] = [];
    const { port, open, connections } = await rawHouse((socket) =>
      socket.on('data', (chunk: Buffer) => heard.push(chunk)),
    );
    const tcp = { host: '127.0.0.1', port, resolver: '', linkLocal: false, loopback: true };
    const answer = await realNetwork().askTcp(tcp, 1_000);
    expect(answer).toMatchObject({ trouble: '', message: '', address: `127.0.0.1:${port}`, phases: { dnsMs: null } });
    await until('it was seen and closed', () => connections() === 1 && open() === 0, often);
    expect(heard).toEqual([]);
  });

  test('the wall ends: whoever still waits is told at once', async () => {
    const { port, open } = await rawHouse(() => undefined);
    const network = realNetwork();
    const answer = network.askHttp(askOf(`http://127.0.0.1:${port}/`), 60_000);
    await until('it is connected', () => open() === 1, often);
    network.close();
    expect(await answer).toMatchObject({ trouble: 'unexpected' });
    await until('nothing is left', () => open() === 0, often);
  });
});
