import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deadCluster, folderOfTest, startWall } from './wall-child.ts';

const patiently = <T>(condition: () => Promise<T> | T) => vi.waitFor(condition, { timeout: 45_000, interval: 250 });

test('probes and their secrets that change are taken up while the wall runs', { timeout: 120_000 }, async () => {
  const heard: (string | undefined)[] = [];
  const server = createServer((asked, answer) => {
    heard.push(asked.headers.authorization);
    answer.end('fine');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = folderOfTest();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('token', 'first\n');
  write('clusterwall.yaml', 'probes: [{ name: before, url: "http://127.0.0.1:1", every: 5s }]');
  const wall = startWall(deadCluster(folder), folder);
  const names = async () =>
    (await wall.board()).findings.filter(({ check }) => check === 'services/down').map(({ subject }) => subject.name);
  await patiently(async () => expect(await names()).toEqual(['before']));
  const { port } = server.address() as AddressInfo;
  const keys = 'headers: { Authorization: { file: token } }, every: 5s';
  write('clusterwall.yaml', `probes: [{ name: after, url: "http://127.0.0.1:${port}", ${keys} }]`);
  await patiently(async () => expect([await names(), heard[0]]).toEqual([[], 'first']));
  write('token', 'second\n');
  await patiently(() => expect(heard).toContain('second'));
});
