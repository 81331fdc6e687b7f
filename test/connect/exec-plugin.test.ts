import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '#server/cluster/connection.ts';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import { until } from '#test/cluster/until.ts';
import type { ApiStandIn } from './api-stand-in.ts';
import { ask, connected, failureOf, put, serving, standIn, temporaryDirectory, textOf } from './house.ts';

const v1 = 'client.authentication.k8s.io/v1';
let ca: CertificateAuthority;
let pair: KeyPair;
let directory: string;
let api: ApiStandIn;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  pair = await serving(ca);
});

beforeEach(async () => {
  directory = await temporaryDirectory();
  api = await standIn('h2', pair, { clientCa: ca });
});

/** Writes a plugin that notes each run and then does what `script` says; `status` and `text` write an answer. */
async function plugin(script: string): Promise<string> {
  const begin = `#!${process.execPath}
const { appendFileSync, readFileSync, existsSync } = require('node:fs');
const runs = ${JSON.stringify(join(directory, 'runs'))};
appendFileSync(runs, process.pid + '\\n');
const run = readFileSync(runs, 'utf8').trim().split('\\n').length;
const status = (status) => console.log(JSON.stringify({ apiVersion: '${v1}', kind: 'ExecCredential', status }));
`;
  return put(directory, 'plugin', begin + script, 0o755);
}

async function runs(): Promise<number> {
  try {
    return (await readFile(join(directory, 'runs'), 'utf8')).trim().split('\n').length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function connectBy(command: string, exec: object = {}, limits: object = {}): Promise<Connection> {
  const credential = { exec: { apiVersion: v1, command, interactiveMode: 'Never', ...exec } };
  return connected(
    { server: api.server, certificateAuthority: ca.certificate, credential },
    { pluginPauseMs: 0, ...limits },
    directory,
  );
}

const tokens = () => api.asked.map(({ headers }) => String(headers['authorization']).replace('Bearer ', ''));

describe('a credential plugin', () => {
  test('is run once for many requests at once, and its token is kept', async () => {
    const connection = await connectBy(await plugin(`setTimeout(() => status({ token: 'run-' + run }), 100);`));
    await Promise.all(Array.from({ length: 5 }, async () => textOf(await ask(connection))));
    await textOf(await ask(connection));
    expect(new Set(tokens())).toEqual(new Set(['run-1']));
    expect(await runs()).toBe(1);
    expect(connection.credential()).toEqual({
      kind: 'exec',
      from: join(directory, 'plugin'),
      expiresAt: null,
      issuedAt: null,
      subject: '',
      issuer: '',
      problem: '',
    });
  });

  test('is run again when its token has expired, and beside the requests shortly before', async () => {
    const script = `status({ token: 'run-' + run, expirationTimestamp: new Date(Date.now() + (run === 1 ? 1_000 : 3_600_000)).toISOString() });`;
    const connection = await connectBy(await plugin(script));
    await textOf(await ask(connection));
    expect(connection.credential().expiresAt! - Date.now()).toBeGreaterThan(0);
    await until('the second token is used', async () => {
      await textOf(await ask(connection));
      return tokens().includes('run-2');
    });
    expect(await runs()).toBe(2);
    // In the last tenth of its life, or after: never much sooner.
    expect(connection.credential().expiresAt! - Date.now()).toBeGreaterThan(3_500_000);
  });

  test('is run again on a 401, and the request asked once more', async () => {
    api.answer = (incoming, answering) => {
      const good = incoming.headers.authorization === 'Bearer run-2';
      answering.writeHead(good ? 200 : 401).end(good ? 'ok' : 'no');
    };
    const connection = await connectBy(await plugin(`status({ token: 'run-' + run });`));
    const responses = await Promise.all([ask(connection), ask(connection), ask(connection)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await runs(), 'one run for all').toBe(2);
  });

  test('that gives the same refused token again is not asked for ever', async () => {
    api.answer = (_, answering) => answering.writeHead(401).end('no');
    const connection = await connectBy(await plugin(`status({ token: 'same' });`), {}, { pluginPauseMs: 60_000 });
    expect((await ask(connection)).status).toBe(401);
    expect((await ask(connection)).status).toBe(401);
    expect(await runs()).toBe(1);
  });

  test('may give a client certificate', async () => {
    const issued = await ca.issue({ commonName: 'plugin-user', usage: 'client' });
    const script = `status(${JSON.stringify({ clientCertificateData: issued.certificate, clientKeyData: issued.key })});`;
    const connection = await connectBy(await plugin(script));
    await textOf(await ask(connection));
    expect(api.clients).toEqual(['plugin-user']);
    expect(connection.credential().expiresAt).toBeGreaterThan(Date.now());
  });

  test('is told of the cluster, its arguments and its environment', async () => {
    const script = `const fs = require('node:fs');
      fs.writeFileSync(${JSON.stringify(join(directory, 'told'))}, JSON.stringify({ info: JSON.parse(process.env.KUBERNETES_EXEC_INFO), args: process.argv.slice(2), colour: process.env.COLOUR, path: process.env.PATH }));
      status({ token: 't' });`;
    const connection = await connectBy(await plugin(script), {
      args: ['login', '--quiet'],
      env: [{ name: 'COLOUR', value: 'red' }],
      provideClusterInfo: true,
    });
    await textOf(await ask(connection));
    const told = JSON.parse(await readFile(join(directory, 'told'), 'utf8')) as object;
    expect(told).toEqual({
      args: ['login', '--quiet'],
      colour: 'red',
      path: process.env['PATH'],
      info: {
        apiVersion: v1,
        kind: 'ExecCredential',
        spec: {
          interactive: false,
          cluster: {
            server: api.server,
            'certificate-authority-data': Buffer.from(ca.certificate).toString('base64'),
          },
        },
      },
    });
  });

  test('without a path is looked up in PATH, a relative path beside the kubeconfig', async () => {
    await plugin(`status({ token: 't' });`);
    expect(await textOf(await ask(await connectBy('./plugin')))).toBe('ok');
    const error = await failureOf(
      ask(await connectBy('no-such-plugin', { installHint: 'brew install\nno-such-plugin' })),
    );
    expect([error.failure, error.message]).toEqual([
      'no-credentials',
      'the credential plugin no-such-plugin is not installed: brew install no-such-plugin',
    ]);
  });
});

describe('a credential plugin that fails', () => {
  const problemOf = async (script: string, limits: object = {}) => {
    const connection = await connectBy(await plugin(script), {}, limits);
    const error = await failureOf(ask(connection));
    expect(error.failure).toBe('no-credentials');
    expect(connection.credential().problem).toBe(error.message);
    return error.message.replace(join(directory, 'plugin'), 'PLUGIN');
  };

  test.each([
    [
      'exits with an error',
      `console.error('log in first'); process.exit(3);`,
      'PLUGIN failed with exit code 3: log in first',
    ],
    ['writes no JSON', `console.log('hello');`, 'PLUGIN gave an answer that is not JSON'],
    ['writes something else', `console.log('{"kind":"Pod"}');`, 'PLUGIN gave an answer that is no ExecCredential'],
    [
      'is of another version',
      `console.log('{"kind":"ExecCredential","apiVersion":"v9"}');`,
      `PLUGIN gave an answer of another apiVersion than ${v1}`,
    ],
    ['gives nothing', `status({});`, 'PLUGIN gave neither a token nor a client certificate'],
    [
      'gives a token with a line break',
      `status({ token: 'a\\nb' });`,
      'PLUGIN gave a token with characters that no token has',
    ],
    [
      'gives half a certificate',
      `status({ clientCertificateData: 'x' });`,
      'PLUGIN gave a client certificate without its key, or the other way round',
    ],
    [
      'gives a certificate that is none',
      `status({ clientCertificateData: 'x', clientKeyData: 'y' });`,
      'PLUGIN gave a client certificate that holds no certificate',
    ],
    [
      'gives an odd time',
      `status({ token: 'a', expirationTimestamp: 'soon' });`,
      'PLUGIN gave an expirationTimestamp that is no time',
    ],
    [
      'floods us',
      `for (let i = 0; i < 30; i += 1) process.stdout.write('x'.repeat(65536));`,
      'PLUGIN wrote more than 1 MB and was killed',
    ],
  ])('because it %s: says so', async (_, script, expected) => {
    expect(await problemOf(script)).toBe(`the credential plugin ${expected}`);
  });

  test('because it hangs is killed with its children', async () => {
    const script = `const child = require('node:child_process').spawn('sleep', ['600']);
      appendFileSync(${JSON.stringify(join(directory, 'child'))}, String(child.pid));
      setInterval(() => {}, 1000);`;
    expect(await problemOf(script, { pluginMs: 400 })).toBe(
      'the credential plugin PLUGIN gave no answer within 0.4 s and was killed',
    );
    const child = Number(await readFile(join(directory, 'child'), 'utf8'));
    await until('the child has gone', async () => {
      try {
        // A killed child of nobody stays a zombie until someone collects it.
        return /\) Z /.test(await readFile(`/proc/${child}/stat`, 'utf8'));
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH';
      }
    });
  });

  test('never shows a secret that it wrote to its errors', async () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl';
    const script = `console.error('refresh failed: token=${jwt} Authorization: Bearer abcdefghijkl password: hunter22\\u001b[31m'); process.exit(1);`;
    const message = await problemOf(script);
    for (const secret of [jwt, 'abcdefghijkl', 'hunter22', '\u001b']) expect(message).not.toContain(secret);
    expect(message).toContain('refresh failed');
  });

  test('is not run again for every request, and recovers by itself', async () => {
    const script = `if (existsSync(${JSON.stringify(join(directory, 'ready'))})) status({ token: 't' }); else process.exit(1);`;
    const connection = await connectBy(await plugin(script), {}, { pluginPauseMs: 500 });
    await failureOf(ask(connection));
    await failureOf(ask(connection));
    expect(await runs()).toBe(1);
    await put(directory, 'ready', '');
    await until('it has recovered', async () => {
      try {
        return (await ask(connection)).status === 200;
      } catch (error) {
        return (error as Error).name !== 'TransportError';
      }
    });
    expect(connection.credential().problem).toBe('');
  });

  test('shortly before the old token expires: the old one is used until then', async () => {
    const script = `if (run > 1) process.exit(1); status({ token: 'old', expirationTimestamp: new Date(Date.now() + 5_000).toISOString() });`;
    const connection = await connectBy(await plugin(script));
    await textOf(await ask(connection));
    await until(
      'it was run again in vain',
      async () => {
        await textOf(await ask(connection));
        return connection.credential().problem !== '';
      },
      { everyMs: 20 },
    );
    expect(new Set(tokens())).toEqual(new Set(['old']));
    await until('the old one has expired', async () => {
      try {
        await textOf(await ask(connection));
        return false;
      } catch (error) {
        return (error as { failure?: string }).failure === 'no-credentials';
      }
    });
  });

  test('closing the connection ends a running plugin', async () => {
    const connection = await connectBy(await plugin(`setInterval(() => {}, 1000);`));
    const asking = failureOf(ask(connection));
    const pid = await until(
      'it runs',
      async () => (await runs()) > 0 && Number(await readFile(join(directory, 'runs'), 'utf8')),
    );
    connection.close();
    await asking;
    await until('it has gone', async () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH';
      }
    });
  });
});
