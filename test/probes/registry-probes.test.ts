import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { createNetwork } from '#server/probes/network.ts';
import { registryLimits, type RegistryLimits } from '#server/probes/registry-limits.ts';
import { startRegistryProbes, type RegistryProbes } from '#server/probes/registry-probes.ts';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { lacks } from '#test/cluster/capabilities.ts';
import { knownLogin } from '#test/cluster/real-node/registry.ts';
import { until } from '#test/cluster/until.ts';
import { answersWith, httpHouse, passedOn, realRegistry, wantedAt } from './registry-house.ts';
import { signedByItself } from './tls-certificates.ts';

const often = { everyMs: 5, withinMs: 15_000 };
const noRegistry = lacks('registries that are asked for real', ['docker-registry']);
let store: Store;
let wanted: readonly WantedRegistry[];

beforeEach(() => {
  store = createStore({ clock: Date.now });
  wanted = [];
});

function start(limits: Partial<RegistryLimits> = {}, network = createNetwork()): RegistryProbes {
  const probes = startRegistryProbes({
    ...{ network, sink: store, clock: Date.now, wanted: () => wanted },
    limits: { lookMs: 10, againMs: 20, againSilentMs: 20, ...limits },
  });
  onTestFinished(() => {
    probes.stop();
    network.close();
  });
  return probes;
}

const facts = () => store.snapshot().facts('registryProbe');
const fact = (): RegistryProbeFact | undefined => [...facts().values()][0];
const state = () => store.snapshot().sources.get('registries');
const is = (part: Partial<RegistryProbeFact>) =>
  until(
    `it is ${JSON.stringify(part)}`,
    () => {
      expect(fact()).toMatchObject(part);
      return true;
    },
    often,
  );
const soon = { everyMs: 50, timeoutMs: 500 };

describe.skipIf(noRegistry)("Debian's docker-registry", () => {
  test('is up, says how long it took and that it wants no login', async () => {
    const { host } = await realRegistry();
    wanted = [wantedAt(`http://${host}`, { mirrors: ['docker.io'] })];
    start();
    await is({ outcome: 'up' });
    expect(fact()).toMatchObject({
      ...{ key: 'Registry/home', uid: 'Registry/home', source: 'registries', name: 'home', host, kind: 'v2' },
      ...{ url: `http://${host}/`, configured: true, mirrors: ['docker.io'], trouble: '', message: '', status: 200 },
      ...{ misses: 0, login: 'none', components: [], unhealthySince: null, limitedSince: null, address: host },
    });
    expect(fact()?.latencyMs).toBeGreaterThanOrEqual(0);
    await until('it is synced', () => state()?.state === 'synced', often);
    expect(state()).toMatchObject({ role: 'probe', fresh: true });
  });

  test('killed refuses, and is up with the first answer once it is back', async () => {
    const registry = await realRegistry();
    wanted = [wantedAt(`http://${registry.host}`, soon)];
    start();
    await is({ outcome: 'up' });
    const since = Date.now();
    await registry.kill();
    await is({ outcome: 'down', trouble: 'refused', status: null });
    expect(fact()?.message).toMatch(/^refused the connection/);
    expect(fact()?.outcomeSince).toBeGreaterThanOrEqual(since);
    expect(fact()?.upAt).toBeLessThanOrEqual(fact()!.outcomeSince);
    await registry.start();
    await is({ outcome: 'up', trouble: '', misses: 0 });
  });

  test('stopped hangs: it is silent, and up again once it goes on', async () => {
    const registry = await realRegistry();
    wanted = [wantedAt(`http://${registry.host}`, soon)];
    start();
    await is({ outcome: 'up' });
    registry.pause();
    await is({ outcome: 'down', trouble: 'silent' });
    registry.resume();
    await is({ outcome: 'up' });
  });

  test('with htpasswd wants a login; takes the right one, and refuses another without being down', async () => {
    const { host } = await realRegistry({ login: knownLogin });
    wanted = [wantedAt(`http://${host}`, soon)];
    const probes = start();
    await is({ outcome: 'up', login: 'wanted', status: 401 });
    wanted = [wantedAt(`http://${host}`, { ...soon, login: knownLogin })];
    probes.look();
    expect(fact(), 'nothing is known of what is asked otherwise').toBeUndefined();
    await is({ outcome: 'up', login: 'accepted', status: 200 });
    wanted = [wantedAt(`http://${host}`, { ...soon, login: { user: 'reader', password: 'wrong' } })];
    probes.look();
    await is({ outcome: 'up', login: 'refused', trouble: 'refused-login', message: 'it does not accept user reader' });
    expect(JSON.stringify([...facts().values()])).not.toMatch(/wrong|sesame/);
  });

  test('by TLS with an authority of its own is believed where that is known, and not where it is not', async () => {
    const authority = await signedByItself({ subject: [{ CN: ['home'] }], isAuthority: true });
    const tls = await authority.sign({ names: ['127.0.0.1'] });
    const { host } = await realRegistry({ tls });
    const url = `https://${host}`;
    wanted = [wantedAt(url, { ...soon, authorities: [authority.certificate] })];
    const probes = start();
    await is({ outcome: 'up', url: `${url}/` });
    wanted = [wantedAt(url, soon)];
    probes.look();
    await is({ outcome: 'down', trouble: 'tls' });
    wanted = [wantedAt(url, { ...soon, verify: 'dates' })];
    probes.look();
    await is({ outcome: 'up' });
    const plain = `http://${host}`;
    wanted = [wantedAt(plain, soon)];
    probes.look();
    await is({ outcome: 'down', trouble: 'tls', message: 'speaks HTTPS, and is asked by http://' });
  });

  test('behind a proxy that answers for it with 500 is down, with 429 limits us, with a page is none', async () => {
    const registry = await realRegistry();
    const house = await httpHouse(passedOn(registry));
    wanted = [wantedAt(house.url, soon)];
    start({ limitedMs: 100 });
    await is({ outcome: 'up', status: 200 });
    house.answers = answersWith(500, 'oops', { server: 'nginx' });
    await is({ outcome: 'down', trouble: 'status', message: 'answers 500 Internal Server Error (nginx)', status: 500 });
    house.answers = answersWith(429, '', { 'retry-after': '60' });
    await is({ outcome: 'up', trouble: 'limited', status: 429 });
    expect(fact()?.limitedSince).toBeGreaterThan(0);
    house.answers = answersWith(200, '<title>Welcome to nginx!</title>', { 'content-type': 'text/html' });
    await is({ outcome: 'down', trouble: 'not-a-registry' });
    house.answers = passedOn(registry);
    await is({ outcome: 'up', limitedSince: null });
  });
});

describe('a registry that is asked every 10 s', () => {
  test('and hangs is down within 20 s by the real limits', { timeout: 60_000 }, async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = [wantedAt(house.url)];
    const network = createNetwork();
    const probes = startRegistryProbes({ network, sink: store, clock: Date.now, wanted: () => wanted });
    onTestFinished(() => {
      probes.stop();
      network.close();
    });
    await is({ outcome: 'up' });
    const times = () => house.asked.length;
    const before = times();
    await until('it is asked again', () => times() > before, often);
    // Just after it has answered: nothing is worse.
    house.answers = () => undefined;
    const hangsAt = performance.now();
    await until('it is down', () => fact()?.outcome === 'down', { everyMs: 20, withinMs: 25_000 });
    const tookMs = performance.now() - hangsAt;
    console.log(`  seen: a registry that hangs is down after ${(tookMs / 1000).toFixed(1)} s (bar 20 s)`);
    expect(tookMs).toBeLessThan(20_000);
    expect(fact()?.trouble).toBe('silent');
  });

  test('and misses once is asked again soon, and nothing is told', async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = [wantedAt(house.url, { everyMs: 300 })];
    start();
    await is({ outcome: 'up' });
    house.answers = (_, answer) => {
      house.answers = answersWith(200, '{}');
      answer.writeHead(503).end();
    };
    const before = house.asked.length;
    await until('it has missed once', () => fact()?.misses === 1, often);
    expect(fact()).toMatchObject({ outcome: 'up', trouble: '' });
    await until('it is asked again', () => house.asked.length >= before + 2, often);
    await is({ outcome: 'up', misses: 0 });
  });
});

describe('a registry with a token server', () => {
  /** A registry that wants tokens, and its token server in one. */
  async function withTokens(lasts: number | undefined, refuses = false) {
    const house = await httpHouse(() => undefined);
    let given = 0;
    house.answers = (asked, answer) => {
      if (asked.url?.startsWith('/token') === true) {
        const basic = `Basic ${Buffer.from('anna:secret').toString('base64')}`;
        if (refuses || asked.headers.authorization !== basic) return void answer.writeHead(401).end();
        given += 1;
        return void answer.end(JSON.stringify({ token: `token-${given}`, expires_in: lasts }));
      }
      const isIn = asked.headers.authorization === `Bearer token-${given}` && given > 0;
      const challenge = { 'www-authenticate': `Bearer realm="${house.url}/token",service="registry.example"` };
      answer.writeHead(isIn ? 200 : 401, isIn ? {} : challenge).end('{}');
    };
    return { house, given: () => given };
  }
  const login = { user: 'anna', password: 'secret' };

  test('is let in with a token, which is used for as long as it lasts', async () => {
    const { house, given } = await withTokens(300);
    wanted = [wantedAt(house.url, { ...soon, login })];
    start();
    await is({ outcome: 'up', login: 'accepted', status: 200 });
    await until('it was asked often', () => house.asked.length > 10, often);
    expect(given()).toBe(1);
    expect(house.asked[1]?.path).toBe('/token?service=registry.example');
    expect(
      house.asked.filter(({ path, authorization }) => path === '/v2/' && authorization.startsWith('Basic')),
    ).toEqual([]);
  });

  test('that gives tokens for seconds is asked for new ones', async () => {
    const { house, given } = await withTokens(1);
    wanted = [wantedAt(house.url, { ...soon, login })];
    start();
    await until('three were given', () => given() >= 3, often);
    expect(fact()).toMatchObject({ outcome: 'up', login: 'accepted' });
  });

  test('that refuses the login is not asked again and again: servers lock those out who try', async () => {
    const { house } = await withTokens(300, true);
    wanted = [wantedAt(house.url, { ...soon, login })];
    start();
    await is({ outcome: 'up', trouble: 'refused-login', login: 'refused' });
    await until('it was looked at often', () => house.asked.filter(({ path }) => path === '/v2/').length > 10, often);
    expect(house.asked.filter(({ authorization }) => authorization !== '')).toHaveLength(1);
  });

  test('elsewhere without TLS is not asked, and gets nothing of the login', async () => {
    const other = await httpHouse(answersWith(200, '{"token":"x"}'));
    const realm = other.url.replace('127.0.0.1', '127.0.0.2');
    const house = await httpHouse(answersWith(401, '', { 'www-authenticate': `Bearer realm="${realm}/token"` }));
    wanted = [wantedAt(house.url, { ...soon, login })];
    start();
    await is({ outcome: 'up', login: 'unknown', message: 'it sends us to a token server that may not be asked' });
    expect(other.asked).toEqual([]);
    expect(house.asked.filter(({ authorization }) => authorization !== '')).toEqual([]);
  });
});

describe('Harbor', () => {
  const health = (redis: string) =>
    JSON.stringify({
      status: redis,
      components: [
        { name: 'core', status: 'healthy' },
        { name: 'redis', status: redis, ...(redis === 'unhealthy' && { error: 'dial tcp: connection refused' }) },
      ],
    });
  async function harbor(challenge = {}) {
    const house = await httpHouse(() => undefined);
    const says = { redis: 'healthy' };
    house.answers = ({ url }, answer) => {
      if (url === '/api/v2.0/health') return void answer.end(health(says.redis));
      answer.writeHead(401, { 'www-authenticate': 'Basic realm="harbor"', ...challenge }).end();
    };
    return { house, says };
  }

  test("is asked for its components' health beside, which is 200 even if one is not well", async () => {
    const { house, says } = await harbor();
    wanted = [wantedAt(house.url, { ...soon, kind: 'harbor' })];
    start();
    await is({
      outcome: 'up',
      kind: 'harbor',
      unhealthySince: null,
      components: [
        { name: 'core', healthy: true, error: '' },
        { name: 'redis', healthy: true, error: '' },
      ],
    });
    says.redis = 'unhealthy';
    await until('one is unhealthy', () => fact()?.unhealthySince != null, often);
    expect(fact()?.components).toContainEqual({ name: 'redis', healthy: false, error: 'dial tcp: connection refused' });
    expect(fact()?.outcome).toBe('up');
    says.redis = 'healthy';
    await is({ unhealthySince: null });
  });

  test('is known by its token service, whoever found it', async () => {
    const realm = 'Bearer realm="https://harbor.example/service/token",service="harbor-registry"';
    const { house } = await harbor({ 'www-authenticate': realm });
    wanted = [wantedAt(house.url, soon)];
    start();
    await is({ outcome: 'up', kind: 'harbor' });
    await until('its components are known', () => fact()?.components.length === 2, often);
  });
});

describe('a registry that is discovered', () => {
  const found = (host: string, part: Partial<WantedRegistry> = {}) =>
    wantedAt(`https://${host}`, {
      ...{ key: `Registry/${host}`, name: host, host, configured: false, verify: 'dates', ...soon },
      ...part,
    });

  test("may not be on the wall's own machine, and is not told of then", async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = [found(house.host)];
    start();
    await until('it was looked at', () => state()?.state === 'synced', often);
    expect(house.asked).toEqual([]);
    expect(facts().size).toBe(0);
  });

  test.skipIf(noRegistry)('is asked by plain HTTP where no TLS answers, and by TLS again once it does', async () => {
    const plain = await realRegistry();
    wanted = [found(plain.host)];
    const network = createNetwork();
    // As if it were on another machine.
    const elsewhere: typeof network = {
      ...network,
      askHttp: (ask, limitMs) => network.askHttp({ ...ask, loopback: true }, limitMs),
    };
    start({}, elsewhere);
    await is({ outcome: 'up', url: `http://${plain.host}/` });
    await plain.kill();
    await is({ outcome: 'down', trouble: 'refused' });
    const own = await signedByItself({ names: ['127.0.0.1'] });
    await realRegistry({ port: plain.port, tls: own });
    await is({ outcome: 'up', url: `https://${plain.host}/` });
  });

  test.skipIf(noRegistry)('with a certificate that is over is down, and is not asked by plain HTTP', async () => {
    const over = await signedByItself({ names: ['127.0.0.1'], notAfter: new Date(Date.now() - 3_600_000) });
    const { host } = await realRegistry({ tls: over });
    wanted = [found(host)];
    const network = createNetwork();
    const asked: string[] = [];
    const elsewhere: typeof network = {
      ...network,
      askHttp: (ask, limitMs) => (asked.push(ask.url), network.askHttp({ ...ask, loopback: true }, limitMs)),
    };
    start({}, elsewhere);
    await is({ outcome: 'down', trouble: 'tls' });
    expect(new Set(asked)).toEqual(new Set([`https://${host}/v2/`]));
  });

  test('whose name only the cluster knows is not told of as long as nobody knows it', async () => {
    wanted = [found('registry.tools.svc:5000'), found('registry.invalid')];
    start({});
    await until('both were looked at', () => state()?.state === 'synced', often);
    expect([...facts().keys()]).toEqual(['Registry/registry.invalid']);
    expect(fact()).toMatchObject({ outcome: 'down', trouble: 'dns', upAt: null });
  });
});

describe('the round', () => {
  test('asks never more than 4 at once, and those that are dead do not hold up the others', async () => {
    let open = 0;
    let most = 0;
    const hanging = await httpHouse(() => undefined);
    const house = await httpHouse((_, answer) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => ((open -= 1), answer.end('{}')), 20);
    });
    const many = Array.from({ length: 60 }, (_, i) => {
      const url = i < 10 ? hanging.url : house.url;
      return wantedAt(url, { key: `Registry/${i}`, name: String(i), everyMs: 1_000, timeoutMs: 300 });
    });
    wanted = many;
    start();
    await until('50 are known', () => facts().size === 50, often);
    expect(most).toBeLessThanOrEqual(4);
    expect(most).toBeGreaterThan(1);
    const asked = house.asked.length;
    await until('they are asked again', () => house.asked.length > asked + 40, { everyMs: 5, withinMs: 5_000 });
  });

  test('forgets what is wanted no longer, even while it is asked', async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = [wantedAt(house.url, soon)];
    const probes = start();
    await is({ outcome: 'up' });
    house.answers = (_, answer) => void setTimeout(() => answer.end('{}'), 50);
    await until('it is asked', () => house.asked.length > 1, often);
    wanted = [];
    probes.look();
    expect(facts().size).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(facts().size).toBe(0);
  });

  test('keeps the owner’s when another cluster answers, and forgets what was discovered', async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    const port = await freePort();
    wanted = [
      wantedAt(house.url, soon),
      wantedAt(`http://127.0.0.1:${port}`, { ...soon, key: 'Registry/x', configured: false }),
    ];
    const probes = start();
    await until('one is known', () => facts().has('Registry/home'), often);
    wanted = [wantedAt(house.url, soon)];
    probes.restart();
    expect([...facts().keys()]).toEqual(['Registry/home']);
  });

  test('tells what only took another time to answer at most once in a look', async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = Array.from({ length: 4 }, (_, i) => wantedAt(house.url, { key: `Registry/${i}`, everyMs: 10 }));
    let told = 0;
    const lookMs = 200;
    start({ lookMs });
    await until('all are known', () => facts().size === 4, often);
    const asked = house.asked.length;
    store.onChange(({ kinds }) => (told += Number(kinds.has('registryProbe'))));
    const begunAt = performance.now();
    await until('they were asked often', () => house.asked.length > asked + 100, often);
    // A slow machine takes its time for so many askings.
    expect(told).toBeLessThanOrEqual((performance.now() - begunAt) / lookMs + 2);
    expect(told).toBeGreaterThan(0);
  });

  test('has limits by which 20 s are kept', () => {
    const { againMs, againSilentMs } = registryLimits;
    expect(10_000 + 4_000 + againSilentMs + 4_000).toBeLessThan(20_000);
    expect(10_000 + againMs + 4_000).toBeLessThan(20_000);
  });
});
