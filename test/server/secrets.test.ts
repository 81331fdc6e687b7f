import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Board } from '#shared/board.ts';
import { deadCluster, folderOfTest, startWall, type WallChild } from './wall-child.ts';

const password = 'hunter2-h4rbor-pa55word';
const token = 'hunter2-pr0be-t0ken';
const cookie = 'hunter2-c00kie';
const query = 'hunter2-query';
/** However it may be written: as it is, by HTTP's own login, in URLs. */
const secrets = [password, token, cookie, query].flatMap((secret) => [
  secret,
  Buffer.from(`wall:${secret}`).toString('base64'),
  encodeURIComponent(`wall:${secret}`),
]);

/** Answers with all that it is told wherever an answer can say something. */
function chatter(asked: IncomingMessage, answer: ServerResponse): void {
  const { authorization = '', cookie: sent = '' } = asked.headers;
  const decoded = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('latin1');
  const told = `${authorization} ${decoded.replaceAll(/[^\x20-\x7e]/g, '')} ${sent} ${asked.url ?? ''}`;
  const isV2 = asked.url?.startsWith('/v2/') === true;
  const status = isV2 ? 401 : asked.url?.startsWith('/broken') ? 503 : 200;
  answer.writeHead(status, told.slice(0, 200), {
    ...{ 'content-type': isV2 ? 'application/json' : 'text/html', server: told, 'x-told': told },
    'www-authenticate': `Basic realm="${told.replaceAll('"', '')}"`,
  });
  answer.end(
    isV2
      ? JSON.stringify({ errors: [{ code: 'DENIED', message: told, detail: told }] })
      : `<title>${told}</title><p>first-run page of ${told}`,
  );
}

/** A server that tells nobody but the one who asks, and what it was asked with. */
async function startChatter(): Promise<{ address: string; heard: () => string }> {
  let heard = '';
  const server = createServer((asked, answer) => {
    heard += `${asked.url} ${JSON.stringify(asked.headers)}\n`;
    chatter(asked, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => heard };
}

function configuration(address: string): string {
  const headers = '{ Authorization: { env: PROBE_TOKEN }, Cookie: { file: cookie } }';
  return `
probes:
  - { name: fine, url: "http://${address}/?key=${query}", headers: ${headers}, every: 5s }
  - { name: missing, url: "http://${address}/?key=${query}", headers: ${headers}, text: nowhere, every: 5s }
  - { name: forbidden, url: "http://${address}/", headers: ${headers}, absent: first-run page, every: 5s }
  - { name: broken, url: "http://${address}/broken?key=${query}", headers: ${headers}, every: 5s }
  - { name: nobody, url: "http://127.0.0.1:1/?key=${query}", headers: ${headers}, every: 5s }
registries:
  - { name: home, url: "http://${address}", user: wall, password: { env: REGISTRY_PASSWORD }, every: 5s }
`;
}

/** All that the wall says at its doors, by where it says it. */
async function allSaid(wall: WallChild): Promise<Map<string, string>> {
  const url = await wall.url();
  const board = await wall.board();
  const doors = [
    ...['/api/board', '/metrics', '/api/moments?from=0', '/api/episodes?from=0', '/healthz', '/readyz'],
    ...board.tiles.flatMap(({ area }) => [
      `/api/areas/${area}`,
      `/api/areas/${area}/measured`,
      `/api/series?area=${area}`,
    ]),
    ...board.findings.map(({ id }) => `/api/findings/${encodeURIComponent(id)}`),
  ];
  const said = new Map<string, string>();
  for (const door of doors) {
    const answer = await fetch(`${url}${door}`);
    said.set(door, `${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  }
  const screen = io(url, { transports: ['websocket'], reconnection: false });
  said.set('socket', JSON.stringify(await new Promise((resolve) => screen.once('board', resolve))));
  screen.disconnect();
  const data = join(wall.folder, 'data');
  for (const name of readdirSync(data)) said.set(name, readFileSync(join(data, name), 'latin1'));
  said.set('log', wall.said());
  return said;
}

const patiently = <T>(condition: () => Promise<T> | T) => vi.waitFor(condition, { timeout: 45_000, interval: 250 });

test(
  'secrets that probes and registries are asked with are told to nobody else, whatever answers say',
  { timeout: 120_000 },
  async () => {
    const { address, heard } = await startChatter();
    const folder = folderOfTest();
    writeFileSync(join(folder, 'cookie'), `session=${cookie}\n`);
    writeFileSync(join(folder, 'clusterwall.yaml'), configuration(address));
    const env = {
      PROBE_TOKEN: `Bearer ${token}`,
      REGISTRY_PASSWORD: password,
      KUBECONFIG: deadCluster(folder).KUBECONFIG,
    };
    const wall = startWall(env, folder);
    const found = async (...checks: string[]) => {
      const { findings } = (await wall.board()) as Board;
      expect(findings.map(({ check, subject }) => `${check} ${subject.name}`)).toEqual(expect.arrayContaining(checks));
    };
    // They were sent, or there would be nothing to keep.
    await patiently(() => {
      for (const secret of [token, cookie, query, Buffer.from(`wall:${password}`).toString('base64')])
        expect(heard()).toContain(secret);
    });
    await patiently(() =>
      found(
        ...['services/wrong-content missing', 'services/wrong-content forbidden'],
        ...['services/down broken', 'services/down nobody', 'registry/down home'],
      ),
    );
    // Typed where they must not be, by mistake.
    const mistaken = configuration(address)
      .replace('{ env: REGISTRY_PASSWORD }', `"${password}"`)
      .replace('{ env: PROBE_TOKEN }', `Bearer ${token}`)
      .replace('name: nobody, url: "http://', `name: nobody, url: "http://wall:${password}@`);
    writeFileSync(join(folder, 'clusterwall.yaml'), mistaken);
    await patiently(() => found('control-plane/configuration wall'));
    const said = await allSaid(wall);
    expect(said.get('log')).toContain('the configuration is not taken up');
    expect(said.get('/api/areas/services')).toContain('broken');
    for (const [where, text] of said)
      for (const secret of secrets) expect.soft(text.includes(secret), `${secret} in ${where}`).toBe(false);
    wall.signal('SIGTERM');
    const { err } = await wall.ended;
    expect(secrets.filter((secret) => err.includes(secret))).toEqual([]);
  },
);

test('a start that is refused tells none of them', async () => {
  const folder = folderOfTest();
  const literal = configuration('a.example').replace('{ env: REGISTRY_PASSWORD }', password);
  writeFileSync(join(folder, 'clusterwall.yaml'), literal);
  const { code, out, err } = await startWall({ PROBE_TOKEN: `Bearer\n${token}` }, folder).ended;
  expect(code).toBe(2);
  expect(err).toContain('registries[1].password: is secret and must not stand here itself');
  expect(err).toContain('probes[1].headers.Authorization: holds more than one line');
  expect(err).toContain('probes[1].headers.Cookie: the file "cookie" does not exist');
  expect(secrets.filter((secret) => `${out}${err}`.includes(secret))).toEqual([]);
});
