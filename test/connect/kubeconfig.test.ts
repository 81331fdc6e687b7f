import { chmod, mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { connect } from '#server/cluster/connect.ts';
import type { Connection } from '#server/cluster/connection.ts';
import { decideCluster } from '#server/cluster/decide-cluster.ts';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import { put, temporaryDirectory } from './house.ts';

let ca: CertificateAuthority;
let anna: KeyPair;
let directory: string;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  anna = await ca.issue({ commonName: 'anna', usage: 'client' });
});
beforeEach(async () => {
  directory = await temporaryDirectory();
});

const about = { expiresAt: null, issuedAt: null, subject: '', issuer: '' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with one context "home"; `cluster` and `user` replace fields, null leaves the user out. */
function config({ cluster = {}, user = {} }: { cluster?: object; user?: object | null } = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'c',
        cluster: { server: 'https://10.0.0.1:6443', 'certificate-authority-data': base64(ca.certificate), ...cluster },
      },
    ],
    users: user === null ? [] : [{ name: 'u', user }],
    contexts: [{ name: 'home', context: { cluster: 'c', ...(user === null ? {} : { user: 'u' }) } }],
    'current-context': 'home',
  };
}

async function tryToConnect(env: Record<string, string>, context?: string, serviceAccountDirectory = '/nowhere') {
  const answer = await connect({ env, context, clock: Date.now, serviceAccountDirectory });
  onTestFinished(() => answer.connection?.close());
  return answer;
}

async function accepted(content: object | string, context?: string): Promise<Connection> {
  const file = await put(directory, 'config', typeof content === 'string' ? content : stringify(content));
  const answer = await tryToConnect({ KUBECONFIG: file }, context);
  expect(answer.refusals).toEqual([]);
  return answer.connection!;
}

/** What is said of a kubeconfig that is refused, the directory written as DIR. */
async function refusals(content: object | string, context?: string): Promise<string[]> {
  const file = await put(directory, 'config', typeof content === 'string' ? content : stringify(content));
  const answer = await tryToConnect({ KUBECONFIG: file }, context);
  expect(answer.connection).toBeNull();
  return answer.refusals.map((text) => text.replaceAll(directory, 'DIR'));
}

describe('which cluster is meant', () => {
  test('nothing is named: nothing, so that the demo may be shown', async () => {
    expect(await decideCluster({ HOME: directory }, '/nowhere')).toEqual({ kind: 'nothing' });
    expect(await decideCluster({}, '/nowhere')).toEqual({ kind: 'nothing' });
    expect(await decideCluster({ KUBECONFIG: '', HOME: directory }, '/nowhere')).toEqual({ kind: 'nothing' });
  });

  test('KUBECONFIG counts even if its files do not exist', async () => {
    const KUBECONFIG = ['/a', '/b', '/a'].join(delimiter);
    const place = { by: 'KUBECONFIG', files: ['/a', '/b'] };
    expect(await decideCluster({ KUBECONFIG, HOME: directory }, '/nowhere')).toEqual({ kind: 'kubeconfig', place });
    const { refusals } = await tryToConnect({ KUBECONFIG });
    expect(refusals).toEqual(['KUBECONFIG names only files that do not exist: /a, /b']);
    expect((await tryToConnect({ KUBECONFIG: delimiter })).refusals).toEqual(['KUBECONFIG is set and names no file']);
  });

  test('~/.kube/config comes next, even a broken one, then the pod', async () => {
    await put(directory, 'token', 'abc');
    const pod = { KUBERNETES_SERVICE_HOST: '10.43.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const decided = await decideCluster({ HOME: directory, ...pod }, directory);
    expect(decided).toEqual({ kind: 'pod', server: 'https://10.43.0.1:443', directory });
    expect(await decideCluster({ ...pod, KUBERNETES_SERVICE_HOST: 'fd00::1' }, directory)).toMatchObject({
      server: 'https://[fd00::1]:443',
    });
    expect(await decideCluster(pod, '/nowhere'), 'no token is mounted').toEqual({ kind: 'nothing' });
    await mkdir(join(directory, '.kube'));
    const file = await put(directory, '.kube/config', '');
    const place = { by: 'home', files: [file] };
    expect(await decideCluster({ HOME: directory, ...pod }, directory)).toEqual({ kind: 'kubeconfig', place });
    expect((await tryToConnect({ HOME: directory })).refusals).toEqual([`${file} is empty`]);
  });
});

describe('several files', () => {
  const named = (name: string, server: string, current?: string) => ({
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name } }],
    ...(current && { 'current-context': current }),
  });

  test('are merged: the first definition of a name and the first current context win, missing files are ignored', async () => {
    const one = await put(directory, 'one', stringify(named('a', 'https://first:1')));
    const two = await put(directory, 'two', stringify({ ...named('a', 'https://second:2', 'a') }));
    const three = await put(directory, 'three', stringify(named('b', 'https://third:3', 'b')));
    const KUBECONFIG = [join(directory, 'missing'), one, two, three].join(delimiter);
    const { connection } = await tryToConnect({ KUBECONFIG });
    expect([connection?.server, connection?.context]).toEqual(['https://first:1', 'a']);
    const other = await tryToConnect({ KUBECONFIG }, 'b');
    expect(other.connection?.server).toBe('https://third:3');
  });

  test('a context may name a cluster of another file', async () => {
    const one = await put(
      directory,
      'one',
      stringify({ contexts: [{ name: 'x', context: { cluster: 'a' } }], 'current-context': 'x' }),
    );
    const two = await put(directory, 'two', stringify(named('a', 'https://second:2')));
    const { connection } = await tryToConnect({ KUBECONFIG: [one, two].join(delimiter) });
    expect(connection?.server).toBe('https://second:2');
  });

  test('a broken one among them is refused, all broken ones at once', async () => {
    const good = await put(directory, 'good', stringify(config()));
    const bad = await put(directory, 'bad', 'clusters: [');
    const odd = await put(directory, 'odd', 'clusters: 3');
    const { refusals } = await tryToConnect({ KUBECONFIG: [good, bad, odd].join(delimiter) });
    expect(refusals).toEqual([
      expect.stringMatching(`^${bad} is not valid YAML: line 1: `),
      `${odd} is no kubeconfig: clusters is no list`,
    ]);
  });

  test('an empty one among them is as if it were missing', async () => {
    const empty = await put(directory, 'empty', '\n');
    const good = await put(directory, 'good', stringify(config()));
    expect((await tryToConnect({ KUBECONFIG: [empty, good].join(delimiter) })).refusals).toEqual([]);
  });

  test('relative paths are relative to their own file', async () => {
    await mkdir(join(directory, 'sub', 'pki'), { recursive: true });
    await put(directory, 'sub/pki/ca.crt', ca.certificate);
    await put(directory, 'sub/anna.crt', anna.certificate);
    await put(directory, 'sub/anna.key', anna.key);
    const file = await put(
      directory,
      'sub/config',
      stringify(
        config({
          cluster: { 'certificate-authority-data': undefined, 'certificate-authority': 'pki/ca.crt' },
          user: { 'client-certificate': 'anna.crt', 'client-key': './anna.key' },
        }),
      ),
    );
    const { connection } = await tryToConnect({ KUBECONFIG: file });
    expect(connection?.credential()).toMatchObject({
      kind: 'client-certificate',
      from: join(directory, 'sub/anna.crt'),
    });
    expect(connection?.caHash).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('what is accepted', () => {
  test('a server with everything in one file', async () => {
    const user = { 'client-certificate-data': base64(anna.certificate), 'client-key-data': base64(anna.key) };
    const connection = await accepted(config({ user }));
    expect([connection.server, connection.address, connection.context]).toEqual([
      'https://10.0.0.1:6443',
      '10.0.0.1:6443',
      'home',
    ]);
    const credential = connection.credential();
    expect(credential).toMatchObject({
      kind: 'client-certificate',
      from: `user "u" (${directory}/config)`,
      problem: '',
    });
    expect(credential.expiresAt! - Date.now()).toBeGreaterThan(3_600_000);
    expect(connection.handshake).not.toBeNull();
  });

  test('kubectl proxy: http without user and CA', async () => {
    const connection = await accepted(
      config({ cluster: { server: 'http://127.0.0.1:8001', 'certificate-authority-data': undefined }, user: null }),
    );
    expect([connection.server, connection.address, connection.caHash]).toEqual([
      'http://127.0.0.1:8001',
      '127.0.0.1:8001',
      '',
    ]);
    expect(connection.credential()).toEqual({ kind: 'none', from: '', ...about, problem: '' });
    expect(connection.handshake).toBeNull();
    expect(connection.transport.staleAfterMs).toBe(75_000);
  });

  test('a CA counts without a user too', async () => {
    expect((await accepted(config({ user: null }))).caHash).not.toBe('');
  });

  test('a token file wins over a token, as for kubectl, and tells when it was issued and when it expires', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_900_000_000, iat: 1_800_000_000 })).toString('base64url');
    await put(directory, 'token', `eyJ.${payload}.sig\n`);
    const connection = await accepted(config({ user: { token: 'plain', tokenFile: 'token' } }));
    const from = join(directory, 'token');
    const told = { ...about, expiresAt: 1_900_000_000_000, issuedAt: 1_800_000_000_000 };
    expect(connection.credential()).toEqual({ kind: 'token-file', from, ...told, problem: '' });
  });

  test('a client certificate tells whom it names, who signed it, and its dates', async () => {
    const [notBefore, notAfter] = [new Date(1_700_000_000_000), new Date(1_900_000_000_000)];
    const named = { commonName: 'berta', organizations: ['system:masters'], usage: 'client' } as const;
    const { certificate, key } = await ca.issue({ ...named, notBefore, notAfter });
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    const connection = await accepted(config({ user }));
    expect(connection.credential()).toMatchObject({
      issuedAt: notBefore.getTime(),
      expiresAt: notAfter.getTime(),
      subject: 'CN=berta, O=system:masters',
      issuer: 'CN=house',
    });
  });

  test('an entry that is broken and not used harms nobody', async () => {
    const whole = config() as { clusters: unknown[]; users: unknown[]; contexts: unknown[] };
    whole.clusters.push({ name: 'broken' }, null, 'x', { cluster: {} });
    whole.users.push({ name: 'old', user: { 'auth-provider': { name: 'gcp' } } });
    whole.contexts.push({ name: 'half', context: {} });
    await accepted(whole);
    expect(await refusals(whole, 'half')).toEqual(['context "half" (DIR/config) names no cluster']);
  });

  test('a service account of a pod, host and port by the environment', async () => {
    await put(directory, 'token', 'abc');
    await put(directory, 'ca.crt', ca.certificate);
    const env = { KUBERNETES_SERVICE_HOST: '10.43.0.1', KUBERNETES_SERVICE_PORT: '6443' };
    const { connection } = await tryToConnect(env, undefined, directory);
    expect([connection?.server, connection?.context]).toEqual(['https://10.43.0.1:6443', 'in-cluster']);
    expect(connection?.credential()).toMatchObject({ kind: 'service-account', from: join(directory, 'token') });
    expect((await tryToConnect(env, 'home', directory)).refusals[0]).toContain('there is no context "home"');
  });

  test('a kubeconfig behind a symbolic link', async () => {
    await put(directory, 'real', stringify(config()));
    await symlink('real', join(directory, 'link'));
    expect((await tryToConnect({ KUBECONFIG: join(directory, 'link') })).refusals).toEqual([]);
  });
});

describe('what is refused, by name', () => {
  test.each([
    ['empty', '', ['DIR/config is empty']],
    ['only a comment', '# nothing\n', ['DIR/config is empty']],
    [
      'not YAML',
      'clusters:\n  - name: a\n   bad: [',
      [expect.stringMatching(/^DIR\/config is not valid YAML: line \d: /)],
    ],
    ['a list', '- a', ['DIR/config is no kubeconfig: it has no clusters, contexts and users']],
    ['a text', 'hello', ['DIR/config is no kubeconfig: it has no clusters, contexts and users']],
    ['no contexts', 'kind: Config', ['no current context is set in DIR/config, and none is configured; it has none']],
    ['binary', '\u0000\u0001\u0002', [expect.stringContaining('DIR/config is')]],
  ])('a kubeconfig that is %s', async (_, text, expected) => {
    expect(await refusals(text)).toEqual(expected);
  });

  test('an alias bomb, quickly', async () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      );
    expect((await refusals(lines.join('\n')))[0]).toMatch(/^DIR\/config is not valid YAML/);
  });

  test('an unknown context, with those that are there', async () => {
    expect(await refusals(config(), 'away')).toEqual(['there is no context "away" in DIR/config; there are: home']);
    expect(await refusals({ ...config(), 'current-context': '' })).toEqual([
      'no current context is set in DIR/config, and none is configured; there are: home',
    ]);
  });

  test('cluster and user that are not defined, both at once', async () => {
    const context = { contexts: [{ name: 'home', context: { cluster: 'x', user: 'y' } }] };
    expect(await refusals({ ...config(), ...context })).toEqual([
      'context "home" (DIR/config) names cluster "x", which is not defined in DIR/config',
      'context "home" (DIR/config) names user "y", which is not defined in DIR/config',
    ]);
  });

  test.each<[string, { cluster?: object; user?: object }, string[]]>([
    ['no server', { cluster: { server: undefined } }, ['cluster "c" (DIR/config) has no server']],
    ['a server that is no text', { cluster: { server: 3 } }, ['cluster "c" (DIR/config) has no server']],
    ['a server that is no URL', { cluster: { server: 'https://:x' } }, ['cluster "c" (DIR/config): server is no URL']],
    [
      'a server of another kind',
      { cluster: { server: 'ftp://x' } },
      ['cluster "c" (DIR/config): server begins with neither https:// nor http://'],
    ],
    [
      'a server with a password',
      { cluster: { server: 'https://u:hunter2@x' } },
      ['cluster "c" (DIR/config): server holds a user or a password, which the API does not take'],
    ],
    [
      'a proxy',
      { cluster: { 'proxy-url': 'http://x' } },
      ['cluster "c" (DIR/config) asks for a proxy (proxy-url), which is not supported'],
    ],
    [
      'CA data that is none',
      { cluster: { 'certificate-authority-data': base64('x') } },
      ['cluster "c" (DIR/config): certificate-authority-data holds no certificate'],
    ],
    [
      'a broken CA',
      {
        cluster: {
          'certificate-authority-data': base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
        },
      },
      [expect.stringMatching(/^cluster "c" \(DIR\/config\): certificate-authority-data holds a broken certificate/)],
    ],
    [
      'a missing CA file and a missing client certificate, all at once',
      {
        cluster: { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.crt' },
        user: { 'client-certificate': 'a.crt', 'client-key': 'a.key' },
      },
      [
        'cluster "c" (DIR/config): the CA file DIR/ca.crt does not exist',
        'user "u" (DIR/config): the client-certificate file DIR/a.crt does not exist',
        'user "u" (DIR/config): the client-key file DIR/a.key does not exist',
      ],
    ],
    [
      'an auth-provider',
      { user: { 'auth-provider': { name: 'oidc', config: {} } } },
      [expect.stringMatching(/auth-provider "oidc" is not supported/)],
    ],
    [
      'a password',
      { user: { username: 'admin', password: 'hunter2' } },
      [expect.stringMatching(/username and password are not supported/)],
    ],
    [
      'a missing token file',
      { user: { tokenFile: '/no/token' } },
      ['user "u" (DIR/config): the token file /no/token does not exist'],
    ],
    [
      'a token with a line break',
      { user: { token: 'abc\ndef' } },
      ['user "u" (DIR/config): the token holds characters that no token has'],
    ],
    ['a token that is a number', { user: { token: 12345 } }, ['user "u" (DIR/config): token is no text']],
    [
      'groups without a user',
      { user: { 'as-groups': ['x'] } },
      ['user "u" (DIR/config): as-groups and as-uid need a user (as)'],
    ],
    [
      'a user to act as with a line break',
      { user: { as: 'a\r\nx: y' } },
      ['user "u" (DIR/config): as holds characters that no header may have'],
    ],
    [
      'as-user-extra',
      { user: { as: 'a', 'as-user-extra': { x: ['y'] } } },
      ['user "u" (DIR/config): as-user-extra is not supported'],
    ],
    ['exec without a command', { user: { exec: {} } }, ['user "u" (DIR/config): exec names no command']],
    [
      'exec of an old version that asks questions',
      {
        user: {
          exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1', interactiveMode: 'Always' },
        },
      },
      [
        'user "u" (DIR/config): exec has apiVersion "client.authentication.k8s.io/v1alpha1"; supported are client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1',
        'user "u" (DIR/config): exec has interactiveMode Always, which is not supported: nobody sits before a wall to answer',
      ],
    ],
  ])('%s', async (_, parts, expected) => {
    const said = await refusals(config(parts));
    expect(said).toEqual(expected);
    expect(said.join('\n')).not.toContain('hunter2');
  });

  test('a client certificate without its key, with another key, and with a passphrase', async () => {
    const other = await ca.issue({ commonName: 'otto', usage: 'client' });
    const data = base64(anna.certificate);
    const user = async (fields: object) => (await refusals(config({ user: fields })))[0];
    expect(await user({ 'client-certificate-data': data })).toContain('has a client certificate and no client key');
    expect(await user({ 'client-key-data': base64(anna.key) })).toContain('has a client key and no client certificate');
    const foreign = { 'client-certificate-data': data, 'client-key-data': base64(other.key) };
    expect(await user(foreign)).toContain('client-certificate-data does not belong to its key');
    const locked = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----';
    const passphrase = { 'client-certificate-data': data, 'client-key-data': base64(locked) };
    expect(await user(passphrase)).toContain('has a key with a passphrase, which is not supported');
  });

  test('a directory, a file that is too large, and one that may not be read', async () => {
    expect((await tryToConnect({ KUBECONFIG: directory })).refusals).toEqual([`${directory} is not a file`]);
    const large = await put(directory, 'large', 'x'.repeat(1_000_001));
    expect((await tryToConnect({ KUBECONFIG: large })).refusals).toEqual([`${large} is larger than 1 MB`]);
    if (process.getuid?.() === 0) return; // root may read everything
    const closed = await put(directory, 'closed', 'x');
    await chmod(closed, 0);
    expect((await tryToConnect({ KUBECONFIG: closed })).refusals[0]).toContain('may not be read by this user');
  });

  test('hostile names stay one harmless line', async () => {
    const name = 'a\u202e\n\u001b[31m<script>';
    const said = (await refusals({ ...config(), 'current-context': name }))[0]!;
    expect(said).toMatch(/^there is no context "a \[31m<script>"/);
  });
});
