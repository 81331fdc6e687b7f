import { beforeAll, describe, expect, test } from 'vitest';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import { startFaultProxy } from '#test/cluster/fault-proxy.ts';
import { until } from '#test/cluster/until.ts';
import { ask, connected, failureOf, serving, standIn, textOf, type StandInProtocol } from './house.ts';

let ca: CertificateAuthority;
let pair: KeyPair;

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  pair = await serving(ca);
});

const server = (protocol: StandInProtocol, options = {}) =>
  standIn(protocol, protocol === 'http' ? null : pair, options);
const kubeconfig = (url: string, more: object = {}) => ({ server: url, certificateAuthority: ca.certificate, ...more });

describe.each(['h2', 'https', 'http'] as const)('over %s', (protocol) => {
  test('a request brings status, headers and body', async () => {
    const api = await server(protocol);
    api.answer = (_, answering) => answering.writeHead(207, { 'x-odd': 'yes' }).end('hello');
    const connection = await connected(kubeconfig(api.server, { credential: { token: 'abc' } }));
    const response = await ask(connection, '/api/v1/pods?limit=1');
    expect([response.status, response.headers['x-odd'], await textOf(response)]).toEqual([207, 'yes', 'hello']);
    expect(api.asked[0]).toMatchObject({
      path: '/api/v1/pods?limit=1',
      version: protocol === 'h2' ? '2.0' : '1.1',
      headers: { authorization: 'Bearer abc', 'accept-encoding': 'identity' },
    });
  });

  test('requests one after another share one connection', async () => {
    const api = await server(protocol);
    const connection = await connected(kubeconfig(api.server));
    for (let i = 0; i < 5; i += 1) expect(await textOf(await ask(connection))).toBe('ok');
    expect(api.connections()).toBe(1);
  });

  test('a body comes as it is sent and its end is its end', async () => {
    const api = await server(protocol);
    const seen: string[] = [];
    api.answer = (_, answering) => {
      answering.write('one');
      void until('the first part has come', () => seen.length === 1, { everyMs: 5 }).then(() => answering.end('two'));
    };
    const response = await ask(await connected(kubeconfig(api.server)));
    for await (const chunk of response.body) seen.push(Buffer.from(chunk).toString());
    expect(seen).toEqual(['one', 'two']);
  });

  test('an answer that is read late is whole, with a body and without', async () => {
    const api = await server(protocol);
    const connection = await connected(kubeconfig(api.server));
    for (const body of ['', 'late']) {
      let closed = false;
      api.answer = (_, answering) => void answering.once('close', () => (closed = true)).end(body);
      const response = await ask(connection);
      await until('the server is done with it', () => closed, { everyMs: 50 });
      expect(await textOf(response)).toBe(body);
    }
  });

  test('a body that breaks off ends in an error, never as if it were whole', async () => {
    const api = await server(protocol);
    api.answer = (incoming, answering) => {
      answering.write('half');
      setTimeout(() => ('stream' in incoming ? incoming.stream.close(2) : answering.destroy()), 20);
    };
    const error = await failureOf(textOf(await ask(await connected(kubeconfig(api.server)))));
    expect(error).toMatchObject({ name: 'TransportError', failure: 'reset' });
  });

  test('giving up ends the request and its body at once', async () => {
    const api = await server(protocol);
    let closed = 0;
    api.answer = (_, answering) => {
      answering.once('close', () => (closed += 1));
      answering.write('begin');
    };
    const giveUp = new AbortController();
    const connection = await connected(kubeconfig(api.server));
    const response = await ask(connection, '/', 5_000, giveUp.signal);
    const reading = failureOf(textOf(response));
    giveUp.abort();
    expect((await reading).failure).toBe('aborted');
    await until('the server sees it', () => closed === 1, { everyMs: 10 });
    expect((await failureOf(ask(connection, '/', 5_000, AbortSignal.abort()))).failure).toBe('aborted');
  });

  test('leaving the body early ends the stream', async () => {
    const api = await server(protocol);
    let closed = false;
    api.answer = (_, answering) => {
      answering.once('close', () => (closed = true));
      answering.write('begin');
    };
    const response = await ask(await connected(kubeconfig(api.server)));
    for await (const _ of response.body) break;
    await until('the server sees it', () => closed, { everyMs: 10 });
  });

  test('an answer that does not come within the limit is silence', async () => {
    const api = await server(protocol);
    api.answer = () => undefined;
    const error = await failureOf(ask(await connected(kubeconfig(api.server)), '/', 200));
    expect([error.failure, error.message]).toEqual([
      'silent',
      `connected to 127.0.0.1:${api.port}, but the request got no answer within 0.2 s`,
    ]);
  });

  test('a server that closes between two requests does not fail the second', async () => {
    const api = await server(protocol);
    const connection = await connected(kubeconfig(api.server));
    await textOf(await ask(connection));
    await api.stop();
    const next = await standIn(protocol, protocol === 'http' ? null : pair, { port: api.port });
    expect(await textOf(await ask(connection))).toBe('ok');
    expect(next.asked).toHaveLength(1);
  });

  test('a stopped server refuses', async () => {
    const api = await server(protocol);
    const connection = await connected(kubeconfig(api.server));
    await textOf(await ask(connection));
    await api.stop();
    const error = await failureOf(ask(connection));
    expect([error.failure, error.message]).toEqual(['refused', `127.0.0.1:${api.port} refused the connection`]);
  });

  test('a slow reader holds up the server instead of filling memory', async () => {
    const api = await server(protocol);
    const part = Buffer.alloc(64 * 1024);
    let sent = 0;
    api.answer = (_, answering) => {
      const more = () => {
        while (sent < 64e6) {
          sent += part.length;
          if (!answering.write(part)) return void answering.once('drain', more);
        }
        answering.end();
      };
      more();
    };
    const response = await ask(await connected(kubeconfig(api.server)));
    let before = -1;
    await until('the server waits', () => before === sent || ((before = sent), false), { everyMs: 200 });
    // What the kernel's buffers hold on loopback, and our window.
    expect(sent).toBeLessThan(16e6);
    expect((await textOf(response)).length).toBe(sent);
  });

  test('closing ends what runs, and nothing can be asked afterwards', async () => {
    const api = await server(protocol);
    api.answer = (_, answering) => void answering.write('begin');
    const connection = await connected(kubeconfig(api.server));
    const reading = failureOf(textOf(await ask(connection)));
    connection.close();
    expect((await reading).failure).toBe('aborted');
    expect((await failureOf(ask(connection))).failure).toBe('aborted');
  });
});

describe('over HTTP/2', () => {
  test('250 streams take three sessions, and none of them waits', async () => {
    const api = await server('h2');
    api.answer = (_, answering) => void answering.write('begin');
    const connection = await connected(kubeconfig(api.server));
    const giveUp = new AbortController();
    const asked = Array.from({ length: 250 }, () => ask(connection, '/', 5_000, giveUp.signal));
    const responses = await Promise.all(asked);
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(api.connections()).toBe(3);
    giveUp.abort();
  });

  test('a PING that is answered is life for every stream of the session', async () => {
    const api = await server('h2');
    api.answer = (_, answering) => void answering.write('begin');
    const connection = await connected(kubeconfig(api.server), { pingEveryMs: 50 });
    const response = await ask(connection);
    const signs: number[] = [];
    const forget = response.onAlive((at) => signs.push(at));
    await until('three signs of life', () => signs.length >= 3, { everyMs: 10 });
    expect(Math.abs(Date.now() - signs.at(-1)!)).toBeLessThan(1_000);
    forget();
    const count = signs.length;
    const other: number[] = [];
    response.onAlive((at) => other.push(at));
    await until('more signs for others', () => other.length >= 3, { everyMs: 10 });
    expect(signs.length).toBe(count);
  });

  test('a half-open connection ends its streams as silent, and new requests take a new one', async () => {
    const api = await server('h2');
    const proxy = await startFaultProxy({ targetPort: api.port });
    api.answer = (incoming, answering) =>
      void (incoming.url === '/watch' ? answering.write('begin') : answering.end('ok'));
    const connection = await connected(kubeconfig(`https://127.0.0.1:${proxy.port}`), {
      pingEveryMs: 50,
      pingLimitMs: 300,
      dialMs: 300,
    });
    const watch = await ask(connection, '/watch');
    const lives: number[] = [];
    watch.onAlive((at) => lives.push(at));
    const reading = failureOf(textOf(watch));
    await proxy.setMode('blackhole');
    const error = await reading;
    expect([error.failure, error.message]).toEqual(['silent', expect.stringContaining('has not answered a PING')]);
    const last = lives.at(-1)!;
    const dialled = await failureOf(ask(connection));
    expect([dialled.failure, dialled.message]).toEqual([
      'silent',
      `connected to 127.0.0.1:${proxy.port}, but the TLS handshake got no answer within 0.3 s`,
    ]);
    await proxy.setMode('pass');
    expect(await textOf(await ask(connection))).toBe('ok');
    expect(lives.at(-1)).toBe(last);
    await proxy.close();
  });

  test('after GOAWAY old streams live on and new requests take a new session', async () => {
    const api = await server('h2');
    const open: { end: (text: string) => void }[] = [];
    api.answer = (incoming, answering) => {
      if (incoming.url !== '/watch') return void answering.end('ok');
      open.push(answering);
      answering.write('begin ');
    };
    const connection = await connected(kubeconfig(api.server), { pingEveryMs: 50 });
    const watch = await ask(connection, '/watch');
    const reading = textOf(watch);
    const [session] = api.sessions;
    // Names the last stream it took: one that crosses it is refused, and asked again elsewhere.
    session!.goaway(0);
    await until('new requests go elsewhere', async () => {
      await textOf(await ask(connection));
      return api.connections() === 2;
    });
    const signs: number[] = [];
    watch.onAlive((at) => signs.push(at));
    await until('PINGs on the old session are still answered', () => signs.length >= 3, { everyMs: 10 });
    open[0]!.end('end');
    expect(await reading).toBe('begin end');
  });

  test('a stream that the server cancels does not look like a good end', async () => {
    const api = await server('h2');
    api.answer = (incoming, answering) => {
      answering.write('half');
      if ('stream' in incoming) setTimeout(() => incoming.stream.close(8), 20);
    };
    const error = await failureOf(textOf(await ask(await connected(kubeconfig(api.server)))));
    expect([error.failure, error.message]).toEqual([
      'reset',
      `127.0.0.1:${api.port} ended the answer before it was whole`,
    ]);
  });

  test('a server that is back with HTTP/2 after HTTP/1.1 is spoken to in HTTP/2', async () => {
    const old = await server('https');
    const connection = await connected(kubeconfig(old.server));
    expect(await textOf(await ask(connection))).toBe('ok');
    expect(connection.transport.staleAfterMs).toBe(75_000);
    await old.stop();
    expect((await failureOf(ask(connection))).failure).toBe('refused');
    await server('h2', { port: old.port });
    expect(await textOf(await ask(connection))).toBe('ok');
    expect(connection.transport.staleAfterMs).toBe(15_000);
  });
});

test('over HTTP/1.1 bytes are the sign of life', async () => {
  const api = await server('http');
  let write = (_: string): void => undefined;
  api.answer = (_, answering) => {
    write = (text) => void answering.write(text);
    write('a');
  };
  const connection = await connected(kubeconfig(api.server));
  const response = await ask(connection);
  const signs: number[] = [];
  response.onAlive((at) => signs.push(at));
  const before = signs.length;
  const reading = response.body[Symbol.asyncIterator]();
  await reading.next();
  write('b');
  await reading.next();
  expect(signs.length).toBe(before + 2);
  expect(connection.transport.staleAfterMs).toBe(75_000);
});
