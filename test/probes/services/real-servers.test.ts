import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { createNetwork } from '#server/probes/network.ts';
import type { ConfiguredProbe, ProbeAsk, ServicesConfig } from '#server/probes/service-config.ts';
import { startServiceProbes } from '#server/probes/service-probes.ts';
import { wantedServices } from '#server/probes/wanted-services.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { anIngress } from '#test/builders/routes.ts';
import { until } from '#test/cluster/until.ts';
import { anHttpProbe } from './answers.ts';

const often = { everyMs: 5, withinMs: 20_000 };
let store: Store;

beforeEach(() => {
  store = createStore({ clock: Date.now });
});

async function served(listener: RequestListener): Promise<{ url: string; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port };
}

function probe(name: string, asks: ProbeAsk, timeoutMs = 2_000): ConfiguredProbe {
  return { name, group: '', everyMs: 200, timeoutMs, slowMs: 3_000, asks };
}

const http = (url: string, expects = {}) => anHttpProbe(expects, { url, loopback: true });

function start(config: Partial<ServicesConfig>, ingresses = [] as ReturnType<typeof anIngress>[]): void {
  const usual = { discover: true, namespaces: [], except: [], everyMs: 200, timeoutMs: 2_000, slowMs: 3_000 };
  const rest = { linkLocal: false, probes: [], addresses: [], resolver: '', authorities: [] };
  const facts = { ingresses, gateways: [], httpRoutes: [], ingressRoutes: [] };
  const { wanted } = wantedServices(facts, { ...usual, ...rest, ...config });
  const network = createNetwork();
  const limits = { lookMs: 20, againMs: 50, everyDownMs: 100, tellMs: 20 };
  const probes = startServiceProbes({ network, sink: store, clock: Date.now, wanted: () => wanted, limits });
  onTestFinished(() => (probes.stop(), network.close()));
}

const fact = (key: string): ServiceProbeFact | undefined => store.snapshot().facts('serviceProbe').get(key);
const told = (key: string, outcome: ServiceProbeFact['outcome']) =>
  until(`${key} is ${outcome}`, () => fact(key)?.outcome === outcome && fact(key), often);

describe('a real server', () => {
  test(
    'is up, then shows the first-run page, then fails, then hangs, then is up again',
    { timeout: 60_000 },
    async () => {
      let listener: RequestListener = (_, response) => response.end('<title>Gitea</title>Explore');
      const { url } = await served((request, response) => listener(request, response));
      start({ probes: [probe('gitea', http(url, { text: 'explore' }), 400)] });
      expect(await told('Probe/gitea', 'up')).toMatchObject({
        title: 'Gitea',
        status: 200,
        address: expect.stringContaining('127.0.0.1:') as string,
      });
      listener = (_, response) => response.end('<title>Installation - Gitea</title>Initial configuration');
      expect(await told('Probe/gitea', 'wrong-content')).toMatchObject({
        ...{ message: 'does not show "explore"', title: 'Installation - Gitea' },
      });
      listener = (_, response) => response.writeHead(503, { server: 'nginx/1.25' }).end();
      expect(await told('Probe/gitea', 'down')).toMatchObject({
        ...{ trouble: 'status', message: 'answers 503 Service Unavailable (from nginx)' },
      });
      listener = () => undefined;
      await until('it hangs', () => fact('Probe/gitea')?.trouble === 'silent', often);
      expect(fact('Probe/gitea')?.message).toMatch(/^connected to it, but no answer came within/);
      listener = (_, response) => response.end('explore');
      expect(await told('Probe/gitea', 'up')).toMatchObject({ misses: 0, message: '' });
    },
  );

  test('is followed to its login page, and not to that of another host', async () => {
    let elsewhere = 0;
    const auth = await served((_, response) => ((elsewhere += 1), response.writeHead(500).end()));
    const { port } = await served(({ url }, response) => {
      if (url === '/') response.writeHead(302, { location: '/login' }).end();
      else if (url === '/sso') response.writeHead(302, { location: `http://localhost:${auth.port}/` }).end();
      else response.end('<title>Log in</title>');
    });
    const asks = (path: string) =>
      anHttpProbe({}, { url: `http://127.0.0.1:${port}${path}`, loopback: true, sameHost: true });
    start({ probes: [probe('own', asks('/')), probe('sso', asks('/sso'))] });
    expect(await told('Probe/own', 'up')).toMatchObject({ status: 200, title: 'Log in' });
    expect(await told('Probe/sso', 'up')).toMatchObject({ status: 302 });
    expect(elsewhere).toBe(0);
  });

  test('by TCP, DNS or as a host lives if somebody answers', async () => {
    const { port } = await served((_, response) => response.end());
    const at = { host: '127.0.0.1', resolver: '', linkLocal: false };
    const closed = await served((_, response) => response.end());
    start({
      probes: [
        probe('open', { is: 'tcp', ...at, port }),
        probe('shut', { is: 'tcp', ...at, port: 1 }),
        probe('alive', { is: 'host', ...at, ports: [1, closed.port] }),
        probe('name', { is: 'dns', name: 'localhost', resolver: '', addresses: [] }),
        probe('moved', { is: 'dns', name: 'localhost', resolver: '', addresses: ['10.0.0.5'] }),
      ],
    });
    expect(await told('Probe/open', 'up')).toMatchObject({ status: null, address: `127.0.0.1:${port}` });
    expect(await told('Probe/shut', 'down')).toMatchObject({ trouble: 'refused', message: 'refused the connection' });
    expect(await told('Probe/alive', 'up')).toMatchObject({ message: '' });
    expect(await told('Probe/name', 'up')).toMatchObject({ url: 'dns://localhost' });
    expect((await told('Probe/moved', 'wrong-content')).message).toMatch(
      /^leads to .*127\.0\.0\.1.*, not to 10\.0\.0\.5$|^leads to ::1, not to 10\.0\.0\.5$/,
    );
  });
});

describe('an object of the cluster', () => {
  test('may not lead the wall to itself or to the metadata of a cloud', async () => {
    let asked = 0;
    const { port } = await served((_, response) => ((asked += 1), response.end()));
    const hosts = ['localhost', '127.0.0.1', '169.254.169.254'];
    start({}, [anIngress({ hosts, tls: [] })]);
    expect(await told('Host/169.254.169.254:80', 'down')).toMatchObject({
      trouble: 'forbidden-address',
      message: expect.stringMatching(
        /^is an address of the link.* which is not asked unless "linkLocal: true" is set/,
      ) as string,
    });
    for (const host of ['localhost', '127.0.0.1']) {
      const refused = await told(`Host/${host}:80`, 'down');
      expect(refused).toMatchObject({ trouble: 'forbidden-address' });
      expect(refused.message).toMatch(/^(?:is|leads to .*,) an address of the wall's own machine, which is not asked$/);
    }
    expect([asked, port > 0]).toEqual([0, true]);
  });
});

test('200 services are each probed within a second of their time', { timeout: 60_000 }, async () => {
  const { port } = await served((_, response) => void setTimeout(() => response.end('<title>x</title>'), 20));
  const everyMs = 10_000;
  const at = new Map<string, number[]>();
  const network = createNetwork();
  let open = 0;
  let peak = 0;
  const counted = {
    ...network,
    async askHttp(...[ask, limitMs]: Parameters<typeof network.askHttp>) {
      at.set(ask.url, [...(at.get(ask.url) ?? []), performance.now()]);
      open += 1;
      peak = Math.max(peak, open);
      const answer = await network.askHttp(ask, limitMs);
      open -= 1;
      return answer;
    },
  };
  const probes = Array.from({ length: 200 }, (_, i) => ({
    ...probe(`p${i}`, http(`http://127.0.0.1:${port}/${i}`)),
    everyMs,
  }));
  const facts = { ingresses: [], gateways: [], httpRoutes: [], ingressRoutes: [] };
  const rest = { linkLocal: false, addresses: [], resolver: '', authorities: [], namespaces: [], except: [] };
  const config = { discover: false, everyMs, timeoutMs: 2_000, slowMs: 3_000, probes, ...rest };
  const { wanted } = wantedServices(facts, config);
  const round = startServiceProbes({ network: counted, sink: store, clock: Date.now, wanted: () => wanted });
  onTestFinished(() => (round.stop(), network.close()));
  await until('each came three times', () => [...at.values()].every((times) => times.length >= 3), {
    ...often,
    withinMs: 50_000,
  });
  // From the second one on they come in their round.
  const late = [...at.values()].map(([, second = 0, third = 0]) => third - second - everyMs).toSorted((a, b) => a - b);
  expect(peak).toBeLessThanOrEqual(16);
  expect(Math.abs(late[Math.floor(200 * 0.99)]!)).toBeLessThan(1_000);
});
