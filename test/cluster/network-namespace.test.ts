import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from './capabilities.ts';
import { createNetworkNamespace, type NetworkNamespace } from './network-namespace.ts';
import { until } from './until.ts';

// Says every word it reads back, and "ended" with the error's code when its connection is gone.
const CLIENT = `
  const socket = require('node:net').connect(+process.argv[2], process.argv[1]);
  socket.on('connect', () => console.log('open'));
  socket.on('data', (word) => console.log(String(word)));
  socket.on('error', (error) => console.log(error.code));
  process.stdin.on('data', (word) => socket.write(word));
`;

describe.skipIf(lacks('cut cables', ['network namespaces', 'iptables']))('a network namespace', () => {
  let namespace: NetworkNamespace;
  let echo: Server;

  beforeAll(async () => {
    namespace = await createNetworkNamespace();
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, namespace.hostAddress);
    await once(echo, 'listening');
  });

  afterAll(() => {
    namespace.remove();
    echo.close();
  });

  function openClient() {
    const { port } = echo.address() as AddressInfo;
    const client = namespace.spawn(process.execPath, ['-e', CLIENT, namespace.hostAddress, String(port)]);
    const told = { text: '' };
    client.stdout?.on('data', (chunk: Buffer) => (told.text += chunk.toString()));
    return { told, say: (word: string) => client.stdin?.write(word), kill: () => client.kill('SIGKILL') };
  }

  test('dropped packets leave a connection open and silent, and it goes on when they pass again', async () => {
    const { told, say, kill } = openClient();
    await until('the client is connected', () => told.text.includes('open'));
    say('before');
    await until('the echo comes', () => told.text.includes('before'));

    await namespace.lose('drop');
    say('during');
    // The kernel has sent it and goes on trying; the socket is as open as before.
    const sockets = () => namespace.run('ss', ['--tcp', '--numeric', '--options', 'state', 'established']);
    await until('the word is sent again', async () => /timer:\((on|persist)/.test(await sockets()), { everyMs: 20 });
    expect(told.text).not.toContain('during');

    await namespace.restore();
    await until('the echo comes late', () => told.text.includes('during'));
    kill();
  });

  test('rejected packets end a connection, and the host is reached again afterwards', async () => {
    await namespace.lose('reject');
    const refused = openClient();
    await until('the client is refused', () => refused.told.text.includes('ECONNREFUSED'));
    refused.kill();
    await namespace.restore();
    const again = openClient();
    await until('the client is connected', () => again.told.text.includes('open'));
    again.kill();
  });

  test('an unplugged cable is noticed inside', async () => {
    await namespace.unplug();
    expect(await namespace.run('ip', ['-oneline', 'link', 'show', 'up'])).toContain('NO-CARRIER');
    await namespace.restore();
  });
});
