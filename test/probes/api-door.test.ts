import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '#server/cluster/connection.ts';
import { createReadinessGate, type ReadinessGate } from '#server/cluster/readiness-gate.ts';
import { startApiDoor } from '#server/probes/api-door.ts';
import { createCertificateAuthority, type CertificateAuthority, type KeyPair } from '#test/cluster/certificates.ts';
import { startFaultProxy } from '#test/cluster/fault-proxy.ts';
import { until } from '#test/cluster/until.ts';
import type { Answer, ApiStandIn } from '#test/connect/api-stand-in.ts';
import { connected, put, serving, standIn, temporaryDirectory } from '#test/connect/house.ts';
import { kubeconfigText } from '#test/cluster/kubeconfig.ts';
import { recordedSink, type RecordedSink } from './recorded-sink.ts';

let ca: CertificateAuthority;
let pair: KeyPair;
let api: ApiStandIn;
let sink: RecordedSink;
let gate: ReadinessGate;

const uid = '3f1d2c4b-0000-4000-8000-123456789abc';
const quick = { doorEveryMs: 40, doorLimitMs: 400, doorPauseMs: 10, aboutEveryMs: 300 };
const often = { everyMs: 10, withinMs: 10_000 };

/** Answers as a healthy API server does; `readyz` replaces the answer at the door. */
const healthy = (readyz: Answer = (_, answering) => void answering.end('ok')): Answer => {
  return (incoming, answering) => {
    if (incoming.url === '/version') return void answering.end('{"gitVersion":"v1.36.4"}');
    if (incoming.url === '/api/v1/namespaces/kube-system') return void answering.end(`{"metadata":{"uid":"${uid}"}}`);
    readyz(incoming, answering);
  };
};

beforeAll(async () => {
  ca = await createCertificateAuthority('house');
  pair = await serving(ca);
});

beforeEach(async () => {
  api = await standIn('h2', pair);
  api.answer = healthy();
  sink = recordedSink();
  gate = createReadinessGate();
});

const connectTo = (server = api.server, directory?: string) =>
  connected(
    { server, certificateAuthority: ca.certificate, credential: { token: 'abc' } },
    { filesEveryMs: 20, dialMs: 300, pingEveryMs: 50, pingLimitMs: 300 },
    directory,
  );

function watchDoor(connection: Connection, limits: object = {}) {
  const door = startApiDoor({ connection, sink, gate, clock: Date.now, limits: { ...quick, ...limits } });
  onTestFinished(() => door.stop());
  return door;
}

const outcome = (expected: string) =>
  until(`the door is ${expected}`, () => sink.last('apiDoor').outcome === expected, often);

describe('the door of a healthy API', () => {
  test('is ready, with version, identity and latency, and opens the gate', async () => {
    expect([gate.open, gate.reason]).toEqual([false, 'the API has not been asked yet']);
    watchDoor(await connectTo());
    await until('all is known', () => sink.last('apiDoor').clusterId !== '', often);
    expect(sink.last('apiDoor')).toMatchObject({
      key: 'api',
      source: 'api-door',
      address: `127.0.0.1:${api.port}`,
      outcome: 'ready',
      status: 200,
      message: '',
      version: 'v1.36.4',
      clusterId: uid,
      failingParts: [],
      credential: { kind: 'token', problem: '' },
      latencyMs: expect.any(Number),
    });
    expect(gate.open).toBe(true);
    expect(sink.declared).toEqual([{ name: 'api-door', role: 'probe', staleAfterMs: 520, kinds: ['apiDoor'] }]);
    expect(sink.states).toEqual(['api-door syncing', 'api-door synced']);
  });

  test('tells the fact only when something has changed, but is fresh with every answer', async () => {
    watchDoor(await connectTo());
    await until('it was asked often', () => sink.freshAt.length >= 20, often);
    const facts = sink
      .facts('apiDoor')
      .map(({ askedAt: _, readyAt: __, latencyMs, ...rest }) => ({ rest, latencyMs: latencyMs! }));
    for (const [i, { rest, latencyMs }] of facts.slice(1).entries()) {
      const moved = Math.abs(latencyMs - facts[i]!.latencyMs) >= 5;
      expect(moved || JSON.stringify(rest) !== JSON.stringify(facts[i]!.rest), 'told without need').toBe(true);
    }
  });

  test('is asked for version and identity again now and then', async () => {
    watchDoor(await connectTo());
    await until('all is known', () => sink.last('apiDoor').clusterId === uid, often);
    api.answer = (incoming, answering) => {
      if (incoming.url === '/version') return void answering.end('{"gitVersion":"v1.37.0"}');
      healthy()(incoming, answering);
    };
    await until('the new version is told', () => sink.last('apiDoor').version === 'v1.37.0', often);
  });
});

describe('the door that does not open', () => {
  test('refused: told at once, the gate closes, and both recover by themselves', async () => {
    watchDoor(await connectTo());
    await outcome('ready');
    const before = Date.now();
    await api.stop();
    await outcome('refused');
    const fact = sink.last('apiDoor');
    expect(fact).toMatchObject({ status: null, message: `127.0.0.1:${api.port} refused the connection` });
    expect(fact.outcomeSince).toBeGreaterThanOrEqual(before - 50);
    expect(fact.readyAt).toBeLessThanOrEqual(fact.outcomeSince);
    expect([gate.open, gate.reason]).toEqual([false, fact.message]);
    const back = await standIn('h2', pair, { port: api.port });
    back.answer = healthy();
    await outcome('ready');
    expect(gate.open).toBe(true);
  });

  test('silent after connect: told when the first asking has run out, while others are under way', async () => {
    const proxy = await startFaultProxy({ targetPort: api.port });
    watchDoor(await connectTo(`https://127.0.0.1:${proxy.port}`));
    await outcome('ready');
    const since = Date.now();
    await proxy.setMode('blackhole');
    await until('it is silent', () => sink.last('apiDoor').outcome === 'silent', often);
    expect(Date.now() - since).toBeLessThan(quick.doorEveryMs + quick.doorLimitMs + 400);
    expect(gate.open).toBe(false);
    await proxy.setMode('pass');
    await outcome('ready');
    await proxy.close();
  });

  test('an answer to an older asking does not undo a newer one', async () => {
    const held: (() => void)[] = [];
    let mood: 'ok' | 'hold' | 'fail' = 'hold';
    api.answer = healthy((_, answering) => {
      if (mood === 'hold') held.push(() => answering.end('ok'));
      else if (mood === 'fail') answering.writeHead(401).end('no');
    });
    watchDoor(await connectTo(), { doorLimitMs: 5_000 });
    await until('two are held', () => held.length >= 2, often);
    mood = 'fail';
    await outcome('unauthorized');
    const told = sink.freshAt.length;
    for (const release of held) release();
    await until('the old ones were answered', () => sink.freshAt.length >= told + held.length, often);
    expect(sink.facts('apiDoor').every((fact) => fact.outcome === 'unauthorized')).toBe(true);
  });

  test('an answer that never ends is silence too', async () => {
    api.answer = healthy((_, answering) => void answering.write('o'));
    watchDoor(await connectTo());
    await outcome('silent');
    expect(sink.last('apiDoor').message).toContain('did not come to an end within 0.4 s');
  });

  test('not ready: the failing parts are asked for where they are not told, and etcd closes the gate', async () => {
    api.answer = healthy(
      (incoming, answering) =>
        void answering
          .writeHead(500)
          .end(
            incoming.url === '/readyz' ? 'readyz check failed' : '[-]etcd failed: reason withheld\nreadyz check failed',
          ),
    );
    watchDoor(await connectTo());
    await outcome('not-ready');
    expect(sink.last('apiDoor')).toMatchObject({ failingParts: ['etcd'], status: 500 });
    expect(gate.open).toBe(false);
  });

  test('401 closes the gate, 403 leaves it open', async () => {
    api.answer = healthy((_, answering) => void answering.writeHead(401).end('{"message":"Unauthorized"}'));
    watchDoor(await connectTo());
    await outcome('unauthorized');
    expect([gate.open, gate.reason]).toEqual([false, 'the API refuses our credentials']);
    api.answer = healthy((_, answering) => void answering.writeHead(403).end('{"message":"no"}'));
    await outcome('forbidden');
    expect(gate.open).toBe(true);
  });

  test('a serving certificate exchanged for an expired one shows when a new connection is made', async () => {
    watchDoor(await connectTo());
    await outcome('ready');
    api.exchange(await serving(ca, { notAfter: new Date(Date.now() - 60_000) }));
    for (const session of api.sessions) session.destroy();
    await outcome('certificate-expired');
    expect(gate.open).toBe(false);
  });

  test('a credential that cannot be had', async () => {
    const connection = await connected({
      server: api.server,
      certificateAuthority: ca.certificate,
      credential: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' } },
    });
    watchDoor(connection);
    await outcome('no-credentials');
    expect(sink.last('apiDoor')).toMatchObject({
      message: 'the credential plugin no-such-plugin is not installed',
      credential: { kind: 'exec', problem: 'the credential plugin no-such-plugin is not installed' },
    });
  });
});

describe('what stands in the place of the API', () => {
  const answered = (status: number, headers: Record<string, string>, text = '') =>
    healthy((_, answering) => void answering.writeHead(status, headers).end(text));

  test('a login that leads elsewhere, a page, a gateway, and an API that is busy are told apart', async () => {
    watchDoor(await connectTo());
    await outcome('ready');
    api.answer = answered(302, { location: 'https://login.example/start?rd=%2Freadyz' });
    await outcome('redirected');
    expect(sink.last('apiDoor')).toMatchObject({ status: 302, shows: 'https://login.example/start' });
    expect(gate.open).toBe(false);
    api.answer = answered(200, { 'content-type': 'text/html' }, '<title>FRITZ!Box</title>');
    await outcome('web-page');
    expect(sink.last('apiDoor').shows).toBe('FRITZ!Box');
    expect(gate.open).toBe(false);
    api.answer = answered(503, { 'content-type': 'text/html' }, '<h1>503 Service Unavailable</h1>');
    await outcome('bad-gateway');
    api.answer = answered(429, { 'retry-after': '5' }, 'Too many requests, please try again later.');
    await outcome('too-many-requests');
    expect(sink.last('apiDoor').message).toMatch(/to be asked again in 5 s$/);
    expect([gate.open, gate.eases], 'lists wait as they are told').toEqual([true, 0]);
    api.answer = healthy();
    await outcome('ready');
    expect(sink.last('apiDoor').shows).toBe('');
    await until('they need wait no longer', () => gate.eases === 1, often);
  });

  test('one good answer among refusals is no end of them', async () => {
    let asked = 0;
    api.answer = (incoming, answering) => {
      if (incoming.url !== '/readyz') return healthy()(incoming, answering);
      asked += 1;
      if (asked % 2 === 0) answering.writeHead(429).end('later');
      else healthy()(incoming, answering);
    };
    watchDoor(await connectTo());
    await until('it was asked often', () => asked >= 12, often);
    expect(gate.eases).toBe(0);
  });
});

describe('the clock of the API', () => {
  const day = 86_400_000;
  const dated =
    (aheadMs: number, status = 200): Answer =>
    (incoming, answering) => {
      answering.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
      if (status === 200) healthy()(incoming, answering);
      else answering.writeHead(status).end('{"kind":"Status","message":"no"}');
    };
  const ahead = (aheadMs: number) =>
    until(
      `it is known to be ${aheadMs} ms ahead`,
      () => Math.abs((sink.last('apiDoor').clockAheadMs ?? Infinity) - aheadMs) <= 2_000,
      often,
    );

  test('is known by its answers, and told again only when it is another', async () => {
    watchDoor(await connectTo());
    await ahead(0);
    api.answer = dated(7 * 3_600_000);
    await ahead(7 * 3_600_000);
    const told = new Set(sink.facts('apiDoor').map(({ clockAheadMs }) => clockAheadMs));
    expect(told.size).toBeLessThanOrEqual(3);
  });

  test.for([401, 403, 500, 429])('is known although it answers with %i', async (status) => {
    api.answer = dated(-3_600_000, status);
    watchDoor(await connectTo());
    await ahead(-3_600_000);
  });

  test('is not that of a page', async () => {
    api.answer = (_, answering) =>
      void answering.writeHead(200, { 'content-type': 'text/html', date: new Date(0).toUTCString() }).end('<html>');
    watchDoor(await connectTo());
    await outcome('web-page');
    expect(sink.last('apiDoor').clockAheadMs).toBeNull();
  });

  test('is asked for by a connection that shows nothing of ours where certificates seem out of their time', async () => {
    const early = await standIn('https', await serving(ca, { notBefore: new Date(Date.now() + day) }), {
      clientCa: ca,
    });
    early.answer = dated(2 * day);
    const anna = await ca.issue({ commonName: 'anna', usage: 'client' });
    const connection = await connected({
      server: early.server,
      certificateAuthority: ca.certificate,
      credential: { certificate: anna.certificate, key: anna.key },
    });
    watchDoor(connection, { dateEveryMs: 50 });
    await outcome('certificate-not-yet-valid');
    await ahead(2 * day);
    expect(sink.last('apiDoor').status).toBeNull();
    expect(early.clients, 'our certificate is not shown').toEqual([]);
    expect(new Set(early.asked.map(({ path }) => path))).toEqual(new Set(['/version']));
    expect(early.asked.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
    expect(gate.open).toBe(false);
  });

  test('is asked for no more often than it may be, and not at all of a server that is not trusted', async () => {
    const elsewhere = await standIn('https', await serving(await createCertificateAuthority('elsewhere')));
    watchDoor(await connectTo(elsewhere.server));
    await outcome('untrusted');
    const tries = elsewhere.tries();
    await until('it was tried again', () => elsewhere.tries() >= tries + 3, often);
    expect(elsewhere.asked).toEqual([]);
    const expired = await standIn('https', await serving(ca, { notAfter: new Date(Date.now() - day) }));
    sink = recordedSink();
    watchDoor(await connectTo(expired.server), { dateEveryMs: 600_000 });
    await ahead(0);
    const before = expired.tries();
    await until('it was tried again', () => expired.tries() >= before + 3, often);
    expect(expired.asked).toHaveLength(1);
  });
});

describe('the identity', () => {
  const hidden =
    (status: number): Answer =>
    (incoming, answering) => {
      if (incoming.url === '/api/v1/namespaces/kube-system') return void answering.writeHead(status).end('{}');
      healthy()(incoming, answering);
    };

  test('is a hash of the CA where kube-system may not be read', async () => {
    api.answer = hidden(403);
    const connection = await connectTo();
    watchDoor(connection);
    await until('it is told', () => sink.last('apiDoor').clusterId !== '', often);
    expect(sink.last('apiDoor').clusterId).toBe(`ca:${connection.caHash}`);
  });

  test('that was read is kept when the right to read it is lost', async () => {
    watchDoor(await connectTo());
    await until('it is told', () => sink.last('apiDoor').clusterId === uid, often);
    api.answer = hidden(403);
    const asked = api.asked.length;
    await until(
      'it was asked again',
      () => api.asked.slice(asked).filter(({ path }) => path.endsWith('kube-system')).length > 1,
      often,
    );
    expect(sink.last('apiDoor').clusterId).toBe(uid);
  });

  test('waits for a kube-system that is just being made', async () => {
    api.answer = hidden(404);
    watchDoor(await connectTo());
    await outcome('ready');
    await until(
      'it was asked twice',
      () => api.asked.filter(({ path }) => path.endsWith('kube-system')).length === 2,
      often,
    );
    api.answer = healthy();
    await until('it is told', () => sink.last('apiDoor').clusterId !== '', often);
    expect(sink.last('apiDoor').clusterId).toBe(uid);
  });

  test('is asked for anew after every recovery', async () => {
    watchDoor(await connectTo(), { aboutEveryMs: 600_000 });
    await until('it is told', () => sink.last('apiDoor').clusterId === uid, often);
    await api.stop();
    await outcome('refused');
    const other = '00000000-1111-4000-8000-123456789abc';
    const back = await standIn('h2', pair, { port: api.port });
    back.answer = (incoming, answering) =>
      incoming.url?.endsWith('kube-system')
        ? void answering.end(`{"metadata":{"uid":"${other}"}}`)
        : healthy()(incoming, answering);
    await until('the other is told', () => sink.last('apiDoor').clusterId === other, often);
  });

  test('a wrong or hostile answer is no identity and no version', async () => {
    api.answer = (incoming, answering) => {
      if (incoming.url === '/readyz') return void answering.end('ok');
      answering.end(incoming.url === '/version' ? '{"gitVersion":{"a":1}}' : '{"metadata":{"uid":"<script>"}}');
    };
    watchDoor(await connectTo());
    await until('it was asked', () => api.asked.filter(({ path }) => path.endsWith('kube-system')).length >= 3, often);
    expect(sink.last('apiDoor')).toMatchObject({ clusterId: '', version: '' });
  });

  test('of another server in the kubeconfig is asked for at once, and the old one forgotten', async () => {
    const directory = await temporaryDirectory();
    const next = await standIn('h2', pair);
    next.answer = (incoming, answering) =>
      incoming.url?.endsWith('kube-system')
        ? void answering.end('{"metadata":{"uid":"next"}}')
        : healthy()(incoming, answering);
    watchDoor(await connectTo(api.server, directory), { aboutEveryMs: 600_000 });
    await until('it is told', () => sink.last('apiDoor').clusterId === uid, often);
    const credential = { token: 'abc' };
    await put(
      directory,
      'config',
      kubeconfigText({ server: next.server, certificateAuthority: ca.certificate, credential }),
    );
    await until('the next is told', () => sink.last('apiDoor').clusterId === 'next', often);
    expect(sink.last('apiDoor').address).toBe(`127.0.0.1:${next.port}`);
  });
});

test('askNow asks at once, and many calls together ask once', async () => {
  const door = watchDoor(await connectTo(), { doorEveryMs: 600_000, aboutEveryMs: 600_000 });
  await outcome('ready');
  const asked = () => api.asked.filter(({ path }) => path === '/readyz').length;
  expect(asked()).toBe(1);
  for (let i = 0; i < 10; i += 1) door.askNow();
  await until('it was asked again', () => asked() === 2, often);
  door.askNow();
  await until('and again', () => asked() === 3, often);
});

test('after stop nothing is asked and nothing is told', async () => {
  const door = watchDoor(await connectTo());
  await outcome('ready');
  const connection = await connectTo();
  door.stop();
  door.askNow();
  const told = [sink.facts('apiDoor').length, sink.freshAt.length];
  const asked = api.asked.length;
  // Time for several periods, shown by another asking of our own.
  for (let i = 0; i < 5; i += 1) {
    await connection.transport.request({
      path: '/other',
      headersTimeoutMs: 1_000,
      signal: new AbortController().signal,
    });
    await new Promise((resolve) => setTimeout(resolve, quick.doorEveryMs));
  }
  expect([sink.facts('apiDoor').length, sink.freshAt.length]).toEqual(told);
  expect(api.asked.slice(asked).filter(({ path }) => path === '/readyz').length).toBeLessThanOrEqual(1);
});
