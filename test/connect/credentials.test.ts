import { readFile, rename, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '#server/cluster/connect.ts';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import { kubeconfigText } from '#test/cluster/kubeconfig.ts';
import { until } from '#test/cluster/until.ts';
import type { ApiStandIn } from './api-stand-in.ts';
import { ask, connected, failureOf, put, serving, standIn, temporaryDirectory, textOf } from './house.ts';

let ca: CertificateAuthority;
let pair: KeyPair;
let directory: string;
let api: ApiStandIn;

/** Tokens that the stand-in takes; with any other it says 401. */
let valid: Set<string>;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  pair = await serving(ca);
});

beforeEach(async () => {
  directory = await temporaryDirectory();
  api = await standIn('h2', pair, { clientCa: ca });
  valid = new Set(['good']);
  api.answer = (incoming, answering) => {
    const token = incoming.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!valid.has(token)) return void answering.writeHead(401).end('Unauthorized');
    if (incoming.url === '/watch') return void answering.write('begin');
    answering.end('ok');
  };
});

const quick = { filesEveryMs: 20, pluginPauseMs: 0 };
const tokens = () => api.asked.map(({ headers }) => String(headers['authorization']).replace('Bearer ', ''));
const kubeconfig = (credential: object) => ({
  server: api.server,
  certificateAuthority: ca.certificate,
  credential: credential as never,
});

describe('a token file', () => {
  test('that changes is taken up without a restart', async () => {
    const tokenFile = await put(directory, 'token', 'good');
    const connection = await connected(kubeconfig({ tokenFile }), quick, directory);
    const replaced: string[] = [];
    connection.onReplaced((what) => replaced.push(what));
    await textOf(await ask(connection));
    valid.add('better');
    await put(directory, 'token', 'better\n');
    await until('the new token is used', async () => {
      await textOf(await ask(connection));
      return tokens().includes('better');
    });
    expect(replaced).toEqual(['credentials']);
  });

  test('is read again on a 401, before its time', async () => {
    const tokenFile = await put(directory, 'token', 'good');
    const connection = await connected(kubeconfig({ tokenFile }), { filesEveryMs: 60_000 }, directory);
    await textOf(await ask(connection));
    valid = new Set(['better']);
    await put(directory, 'token', 'better');
    const response = await ask(connection);
    expect([response.status, await textOf(response)]).toEqual([200, 'ok']);
    expect(tokens()).toEqual(['good', 'good', 'better']);
  });

  test('that is exchanged by symbolic links, as a mounted Secret is, is taken up', async () => {
    await put(directory, 'v1', 'good');
    await put(directory, 'v2', 'better');
    await symlink('v1', join(directory, 'token'));
    const connection = await connected(kubeconfig({ tokenFile: join(directory, 'token') }), quick, directory);
    valid.add('better');
    await symlink('v2', join(directory, 'next'));
    await rename(join(directory, 'next'), join(directory, 'token'));
    await until('the new token is used', async () => {
      await textOf(await ask(connection));
      return tokens().includes('better');
    });
  });

  test('that vanishes or is empty leaves the old token and is a problem as long as it lasts', async () => {
    const tokenFile = await put(directory, 'token', 'good');
    const connection = await connected(kubeconfig({ tokenFile }), quick, directory);
    await put(directory, 'token', '');
    await until('the problem shows', () =>
      connection.credential().problem.includes(`the token file ${tokenFile} is empty`),
    );
    expect(await textOf(await ask(connection))).toBe('ok');
    await unlink(tokenFile);
    await until('the other problem shows', () => connection.credential().problem.includes('does not exist'));
    await put(directory, 'token', 'good');
    await until('the problem has gone', () => connection.credential().problem === '');
  });
});

describe('a 401', () => {
  test('with a token that nobody can renew is told as it is, and asked for once', async () => {
    const connection = await connected(kubeconfig({ token: 'bad' }));
    const response = await ask(connection);
    expect([response.status, await textOf(response)]).toEqual([401, 'Unauthorized']);
    expect(api.asked).toHaveLength(1);
  });

  test('leaves open streams alone and takes a new connection for new requests', async () => {
    const connection = await connected(kubeconfig({ token: 'good' }), { pingEveryMs: 30 });
    const watch = await ask(connection, '/watch');
    valid = new Set();
    await textOf(await ask(connection));
    await textOf(await ask(connection));
    expect(new Set(api.asked.slice(0, 2).map(({ session }) => session)).size).toBe(1);
    expect(api.asked[2]?.session).not.toBe(api.asked[0]?.session);
    const signs: number[] = [];
    watch.onAlive((at) => signs.push(at));
    await until('the watch lives', () => signs.length > 3, { everyMs: 10 });
  });
});

describe('a replaced kubeconfig', () => {
  const write = (text: string) => put(directory, 'config', text);
  const clientFields = (issued: KeyPair) => ({ certificate: issued.certificate, key: issued.key });

  test('with another client certificate: streams live on, new requests show the new one', async () => {
    api.answer = (incoming, answering) =>
      void (incoming.url === '/watch' ? answering.write('begin') : answering.end('ok'));
    const [anna, otto] = [
      await ca.issue({ commonName: 'anna', usage: 'client' }),
      await ca.issue({ commonName: 'otto', usage: 'client' }),
    ];
    const connection = await connected(kubeconfig(clientFields(anna)), { ...quick, pingEveryMs: 30 }, directory);
    const watch = await ask(connection, '/watch');
    await write(kubeconfigText(kubeconfig(clientFields(otto))));
    await until('otto is there', async () => {
      await textOf(await ask(connection));
      return api.clients.includes('otto');
    });
    expect(api.clients).toEqual(['anna', 'otto']);
    const signs: number[] = [];
    watch.onAlive((at) => signs.push(at));
    await until('the watch lives', () => signs.length > 3, { everyMs: 10 });
  });

  test('an idle connection of the old client certificate is closed', async () => {
    api.answer = (_, answering) => answering.end('ok');
    const [anna, otto] = [
      await ca.issue({ commonName: 'anna', usage: 'client' }),
      await ca.issue({ commonName: 'otto', usage: 'client' }),
    ];
    const connection = await connected(kubeconfig(clientFields(anna)), quick, directory);
    await textOf(await ask(connection));
    await write(kubeconfigText(kubeconfig(clientFields(otto))));
    await until('only otto is left', async () => {
      await textOf(await ask(connection));
      return api.clients.includes('otto') && api.sessions.size === 1;
    });
  });

  test('half written keeps the old one, and the problem can be read', async () => {
    const connection = await connected(kubeconfig({ token: 'good' }), quick, directory);
    const whole = await readFile(join(directory, 'config'), 'utf8');
    await write(whole.slice(0, whole.length / 2));
    await until('the problem shows', () => connection.credential().problem.includes('is not valid YAML'));
    expect(connection.credential().problem).not.toContain('good');
    expect(await textOf(await ask(connection))).toBe('ok');
    await write(whole);
    await until('the problem has gone', () => connection.credential().problem === '');
  });

  test('that vanishes keeps the old one', async () => {
    const connection = await connected(kubeconfig({ token: 'good' }), quick, directory);
    await rm(join(directory, 'config'));
    await until('the problem shows', () => connection.credential().problem.includes('do not exist'));
    expect(await textOf(await ask(connection))).toBe('ok');
  });

  test('with another server ends all streams and says so', async () => {
    const other = await standIn('h2', pair);
    const connection = await connected(kubeconfig({ token: 'good' }), quick, directory);
    const replaced: string[] = [];
    connection.onReplaced((what) => replaced.push(what));
    const reading = failureOf(textOf(await ask(connection, '/watch')));
    await write(kubeconfigText({ ...kubeconfig({ token: 'good' }), server: other.server }));
    const error = await reading;
    expect([error.failure, error.message]).toEqual(['reset', 'the kubeconfig names another server now']);
    expect([connection.server, replaced]).toEqual([other.server, ['server']]);
    await textOf(await ask(connection));
    expect(other.asked).toHaveLength(1);
  });

  test('with another CA is believed from then on', async () => {
    const next = await createCertificateAuthority('next');
    const connection = await connected(kubeconfig({ token: 'good' }), quick, directory);
    const before = connection.caHash;
    await textOf(await ask(connection));
    api.exchange(await serving(next));
    for (const session of api.sessions) session.destroy();
    await until('the old CA does not fit', async () => (await failureOf(ask(connection))).failure === 'untrusted');
    await write(kubeconfigText({ ...kubeconfig({ token: 'good' }), certificateAuthority: next.certificate }));
    await until('the new CA fits', async () => (await ask(connection)).status === 200);
    expect(connection.caHash).not.toBe(before);
  });

  test('with another current context does not move the wall', async () => {
    const text = (current: string) =>
      JSON.stringify({
        clusters: [
          { name: 'a', cluster: { server: api.server } },
          { name: 'b', cluster: { server: 'https://elsewhere:1' } },
        ],
        contexts: ['a', 'b'].map((name) => ({ name, context: { cluster: name } })),
        'current-context': current,
        extensions: [{ name: current }],
      });
    const connection = await connected(text('a'), quick, directory);
    const { mtimeMs } = await (await import('node:fs/promises')).stat(join(directory, 'config'));
    await write(text('b'));
    await until('it was looked at', async () => {
      const stats = await (await import('node:fs/promises')).stat(join(directory, 'config'));
      return stats.mtimeMs > mtimeMs && Date.now() - stats.mtimeMs > 200;
    });
    expect([connection.server, connection.context]).toEqual([api.server, 'a']);
  });
});

test('the mounted token of a pod is rotated as kubelet does it', async () => {
  await put(directory, 'v1-token', 'good');
  await put(directory, 'ca.crt', ca.certificate);
  await symlink('v1-token', join(directory, 'token'));
  const answer = await connect({
    env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) },
    clock: Date.now,
    serviceAccountDirectory: directory,
    limits: quick,
  });
  const connection = answer.connection!;
  onTestFinished(() => connection.close());
  expect(await textOf(await ask(connection))).toBe('ok');
  valid = new Set(['rotated']);
  await put(directory, 'v2-token', 'rotated');
  await symlink('v2-token', join(directory, 'next'));
  await rename(join(directory, 'next'), join(directory, 'token'));
  expect((await ask(connection)).status).toBe(200);
  expect(tokens().at(-1)).toBe('rotated');
});

test('impersonation is passed on with all groups, over both protocols', async () => {
  const user = { token: 'good', as: 'anna', 'as-groups': ['devs', 'ops'], 'as-uid': '7' };
  for (const protocol of ['h2', 'https'] as const) {
    const server = await standIn(protocol, pair);
    const text = JSON.stringify({
      clusters: [
        {
          name: 'a',
          cluster: {
            server: server.server,
            'certificate-authority-data': Buffer.from(ca.certificate).toString('base64'),
          },
        },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'u' } }],
      'current-context': 'a',
    });
    await textOf(await ask(await connected(text)));
    expect(server.asked[0]?.headers).toMatchObject({
      'impersonate-user': 'anna',
      'impersonate-group': 'devs, ops',
      'impersonate-uid': '7',
    });
  }
});
