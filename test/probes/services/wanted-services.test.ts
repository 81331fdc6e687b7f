import { describe, expect, test } from 'vitest';
import type { ProbeWish } from '#server/facts/probe-wish.ts';
import { gatewayFact } from '#server/facts/gateway.ts';
import { httpRouteFact } from '#server/facts/http-route.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { ingressRouteFact } from '#server/facts/ingress-route.ts';
import { askedPath } from '#server/probes/asked-path.ts';
import type { ServiceNamingFacts } from '#server/probes/named-services.ts';
import type { ConfiguredProbe, ServicesConfig } from '#server/probes/service-config.ts';
import { mostWantedServices, wantedServices } from '#server/probes/wanted-services.ts';
import { aGateway, aListener, anHttpRoute, anIngress, anIngressRoute } from '#test/builders/routes.ts';
import { noWish } from '#test/builders/services.ts';
import { random } from '#test/engine/random.ts';
import { mutated } from '#test/facts/mutated.ts';
import { rawGateway, rawHttpRoute, rawIngress, rawIngressRoute } from '#test/facts/raw-routes.ts';
import { anHttpProbe } from './answers.ts';

const nothing: ServiceNamingFacts = { ingresses: [], gateways: [], httpRoutes: [], ingressRoutes: [] };
const usual: ServicesConfig = {
  ...{
    discover: true,
    namespaces: [],
    except: [],
    everyMs: 30_000,
    timeoutMs: 10_000,
    slowMs: 3_000,
    linkLocal: false,
  },
  ...{ probes: [], addresses: [], resolver: '', authorities: [] },
};
const all = (facts: Partial<ServiceNamingFacts>, config: Partial<ServicesConfig> = {}) =>
  wantedServices({ ...nothing, ...facts }, { ...usual, ...config });
const wanted = (facts: Partial<ServiceNamingFacts>, config: Partial<ServicesConfig> = {}) => all(facts, config).wanted;
const urls = (facts: Partial<ServiceNamingFacts>, config: Partial<ServicesConfig> = {}) =>
  wanted(facts, config).map(({ url }) => url);
const wish = (part: Partial<ProbeWish>): ProbeWish => ({ ...noWish, ...part });
const noTls = { tls: [] };

function aProbe(part: Partial<ConfiguredProbe> = {}): ConfiguredProbe {
  const { name = 'gitea' } = part;
  const usualProbe = { name, group: 'code', everyMs: 60_000, timeoutMs: 5_000, slowMs: 1_000, asks: anHttpProbe() };
  return { ...usualProbe, ...part };
}

describe('an Ingress', () => {
  test('is asked as a browser does, and says by whom and to what it leads', () => {
    const backends = [
      { host: 'git.example', path: '/', service: 'gitea' },
      { host: 'git.example', path: '/raw', service: 'files' },
      { host: 'other.example', path: '/', service: 'other' },
    ];
    const config = { resolver: '10.0.0.53', authorities: ['PEM'] };
    expect(all({ ingresses: [anIngress({ backends })] }, config)).toEqual({
      leftOut: 0,
      wanted: [
        {
          ...{ key: 'Host/git.example', name: 'git.example', is: 'http', url: 'https://git.example/' },
          ...{ host: 'git.example', port: 443, group: '', services: ['default/files', 'default/gitea'] },
          namedBy: [{ kind: 'Ingress', namespace: 'default', name: 'web' }],
          through: { kind: 'IngressClass', name: 'traefik' },
          ...{ wishProblem: '', everyMs: 30_000, timeoutMs: 10_000, slowMs: 3_000 },
          asks: {
            is: 'http',
            ask: {
              ...{ url: 'https://git.example/', method: 'GET', headers: {}, redirects: 5, sameHost: true, address: '' },
              ...{
                resolver: '10.0.0.53',
                verify: 'dates',
                authorities: ['PEM'],
                linkLocal: false,
                loopback: 'written',
              },
            },
            expects: { status: [], text: '', absent: '', json: [] },
          },
        },
      ],
    });
  });

  test('without TLS is asked by HTTP at port 80, and its hosts with TLS by that alone', () => {
    const ingress = anIngress({ hosts: ['git.example', 'plain.example'] });
    expect(urls({ ingresses: [ingress] })).toEqual(['https://git.example/', 'http://plain.example/']);
    expect(wanted({ ingresses: [anIngress(noTls)] })[0]).toMatchObject({
      ...{ key: 'Host/git.example:80', name: 'git.example', port: 80 },
    });
    const both = [anIngress(noTls), anIngress({ name: 'secure' })];
    expect(urls({ ingresses: both }), 'whatever object says so').toEqual(['https://git.example/']);
  });

  test('by HTTP is called by its host alone, unless something else of the same host is asked', () => {
    const probe = aProbe({ asks: anHttpProbe({}, { url: 'https://git.example:8443/' }) });
    const names = (facts: Partial<ServiceNamingFacts>, config: Partial<ServicesConfig> = {}) =>
      wanted(facts, config).map(({ key, name }) => [key, name]);
    expect(names({ ingresses: [anIngress(noTls)] }, { probes: [probe] })).toEqual([
      ['Probe/gitea', 'gitea'],
      ['Host/git.example:80', 'git.example:80'],
    ]);
    const elsewhere = aProbe({ asks: anHttpProbe({}, { url: 'https://wiki.example/' }) });
    expect(names({ ingresses: [anIngress(noTls)] }, { probes: [elsewhere] })[1]?.[1]).toBe('git.example');
  });

  test('is not asked for hosts of which it has a certificate and no rule, nor for wildcards', () => {
    const rule = { host: 'git.example', path: '/', service: 'gitea' };
    const tls = [{ hosts: ['git.example', 'bare.example', '*.example'], secretName: 's' }];
    expect(urls({ ingresses: [anIngress({ tls, backends: [rule] })] })).toEqual(['https://git.example/']);
    const forAll = [rule, { host: '', path: '/', service: 'any' }];
    const asked = wanted({ ingresses: [anIngress({ tls, backends: forAll })] });
    expect(asked.map(({ name, services }) => [name, services])).toEqual([
      ['bare.example', ['default/any']],
      ['git.example', ['default/gitea']],
    ]);
    const wildcard = anIngress({ hosts: ['*.example', '*'], tls: [] });
    expect(urls({ ingresses: [wildcard] })).toEqual([]);
  });

  test('leads where the rule of a wildcard says, if none is for the host itself', () => {
    const backends = [{ host: '*.example', path: '/', service: 'wild' }];
    const hosts = ['*.example'];
    expect(wanted({ ingresses: [anIngress({ hosts, backends })] })[0]?.services).toEqual(['default/wild']);
  });

  test('of Tailscale is asked by its whole name', () => {
    const tls = [{ hosts: ['wall'], secretName: '' }];
    const backends = [{ host: '', path: '/', service: 'wall' }];
    const ingress = anIngress({ hosts: [], tls, backends, addresses: ['wall.tail1234.ts.net'] });
    expect(wanted({ ingresses: [ingress] })[0]).toMatchObject({
      ...{ url: 'https://wall.tail1234.ts.net/', services: ['default/wall'] },
    });
  });

  test('is asked at its first path if "/" leads nowhere', () => {
    const through = (...paths: string[]) =>
      urls({
        ingresses: [anIngress({ backends: paths.map((path) => ({ host: 'git.example', path, service: 'a' })) })],
      });
    expect(through('/api', '/ui')).toEqual(['https://git.example/api']);
    expect(through('/api', '/')).toEqual(['https://git.example/']);
    expect(through('/app(/|$)(.*)', '/static')).toEqual(['https://git.example/static']);
    expect(through('/app(/|$)(.*)')).toEqual(['https://git.example/app']);
    expect(through('//evil.example/x')).toEqual(['https://git.example/evil.example/x']);
    const two = [
      anIngress({ name: 'api', backends: [{ host: 'git.example', path: '/api', service: 'a' }] }),
      anIngress({ name: 'web', backends: [{ host: 'git.example', path: '/', service: 'b' }] }),
    ];
    expect(urls({ ingresses: two }), 'of another object').toEqual(['https://git.example/']);
  });

  test('whose host cannot stand in a URL is left out', () => {
    const hosts = ['nas.0x7f', 'a b', '10.0.0.300', 'fe80::1%eth0', 'ok.example'];
    expect(urls({ ingresses: [anIngress({ hosts, tls: [] })] })).toEqual(['http://ok.example/']);
    expect(urls({ ingresses: [anIngress({ hosts: ['fd00::7', 'localhost', '169.254.169.254'], tls: [] })] })).toEqual([
      'http://169.254.169.254/',
      'http://[fd00::7]/',
      'http://localhost/',
    ]);
  });
});

describe('a path', () => {
  test.each([
    [[], '/'],
    [['/a', '/'], '/'],
    [['/a', '/b'], '/a'],
    [['/v[0-9]+'], '/v'],
    [['(.*)'], '/'],
    [['/a?'], '/a'],
    [['\\\\evil'], '/'],
    [['a'], '/a'],
  ])('of %j is %s', (paths, path) => {
    expect(askedPath(paths)).toBe(path);
  });
});

describe('a Gateway', () => {
  const http = aListener({ name: 'http', protocol: 'HTTP', port: 80, secret: null });

  test('is asked for the hosts of its routes, by TLS where there is a listener for it', () => {
    const both = aGateway({ listeners: [aListener(), http] });
    const backends = [{ namespace: 'files', service: 'wiki' }];
    const [asked, ...others] = wanted({ gateways: [both], httpRoutes: [anHttpRoute({ backends })] });
    expect(others).toEqual([]);
    expect(asked).toMatchObject({
      ...{ key: 'Host/wiki.example', url: 'https://wiki.example/', services: ['files/wiki'] },
      through: { kind: 'GatewayClass', name: 'cilium' },
      namedBy: [{ kind: 'HTTPRoute', namespace: 'default', name: 'wiki' }],
    });
  });

  test('is asked by HTTP through listeners for that, at their port', () => {
    const through = (port: number, className = 'cilium') =>
      urls({
        gateways: [aGateway({ className, listeners: [{ ...http, port }] })],
        httpRoutes: [anHttpRoute()],
      });
    expect(through(80)).toEqual(['http://wiki.example/']);
    expect(through(8080)).toEqual(['http://wiki.example:8080/']);
    expect(through(8000)).toEqual(['http://wiki.example:8000/']);
    expect(through(8000, 'traefik'), 'which its Service shows as 80').toEqual(['http://wiki.example/']);
  });

  test('is not asked for hosts of its listeners to which no route leads', () => {
    expect(urls({ gateways: [aGateway({ listeners: [aListener({ hostname: 'bare.example' })] })] })).toEqual([]);
  });

  test('is asked at a path of the route', () => {
    const httpRoutes = [anHttpRoute({ paths: ['/api', '/ui'] })];
    expect(urls({ gateways: [aGateway()], httpRoutes })).toEqual(['https://wiki.example/api']);
  });
});

describe('an IngressRoute', () => {
  const through = (part: Parameters<typeof anIngressRoute>[0]) => urls({ ingressRoutes: [anIngressRoute(part)] });

  test.each([
    ['TLS', {}, ['https://cloud.example/']],
    ['the entry point for TLS', { tls: null }, ['https://cloud.example/']],
    ['the one for HTTP', { entryPoints: ['web'] }, ['http://cloud.example/']],
    ['the one for HTTP, without TLS', { entryPoints: ['web'], tls: null }, ['http://cloud.example/']],
    ['none, without TLS', { entryPoints: [], tls: null }, ['http://cloud.example/']],
    ['one of its own, without TLS: its port is not known', { entryPoints: ['metrics'], tls: null }, []],
  ])('with %s', (_, part, expected) => {
    const isPlain = 'entryPoints' in part && part.entryPoints[0] === 'web' && !('tls' in part);
    expect(through(part), isPlain ? 'nothing listens for TLS there' : '').toEqual(expected);
  });

  test('is reached through Traefik, leads to Services of its host, and is asked at a path that it lets through', () => {
    const route = anIngressRoute({
      hosts: ['cloud.example', 'files.example'],
      backends: [
        { host: 'cloud.example', namespace: 'shop', service: 'cloud' },
        { host: 'files.example', namespace: 'shop', service: 'files' },
      ],
      paths: [{ host: 'cloud.example', path: '/dashboard' }],
    });
    const [cloud, files] = wanted({ ingressRoutes: [route] });
    expect(cloud).toMatchObject({
      ...{ url: 'https://cloud.example/dashboard', services: ['shop/cloud'] },
      through: { kind: 'Traefik', name: 'traefik' },
    });
    expect(files).toMatchObject({ url: 'https://files.example/', services: ['shop/files'] });
  });
});

describe('what annotations wish', () => {
  const ofWish = (part: Partial<ProbeWish>) => wanted({ ingresses: [anIngress({ wish: wish(part) })] })[0];

  test('is done: path, text, status', () => {
    const status = [{ from: 200, to: 299 }];
    const asked = ofWish({ path: '/health?full=1', text: 'explore', status });
    expect(asked?.asks).toMatchObject({
      ask: { url: 'https://git.example/health?full=1', sameHost: false },
      expects: { text: 'explore', status },
    });
    expect(asked?.url, 'what may be secret is not shown').toBe('https://git.example/health');
  });

  test('may be that it is not probed at all', () => {
    expect(ofWish({ off: true })).toBeUndefined();
  });

  test('is that of the first object that wishes anything', () => {
    const ingresses = [
      anIngress({ name: 'c', wish: wish({ path: '/c' }) }),
      anIngress({ name: 'b', wish: wish({ path: '/b' }) }),
      anIngress({ name: 'a' }),
    ];
    expect(urls({ ingresses })).toEqual(['https://git.example/b']);
    expect(urls({ ingresses: ingresses.toReversed() })).toEqual(['https://git.example/b']);
    const namedBy = wanted({ ingresses })[0]?.namedBy.map(({ name }) => name);
    expect(namedBy).toEqual(['a', 'b', 'c']);
  });

  test('and cannot be understood is told, with the object that says it', () => {
    expect(ofWish({ problem: 'clusterwall.dev/status is none' })).toMatchObject({
      wishProblem: 'Ingress default/web: clusterwall.dev/status is none',
    });
  });
});

describe('a configured probe', () => {
  test('is asked as the owner says, and known by its name', () => {
    const asks = anHttpProbe({ text: 'explore' }, { url: 'https://git.example/explore?key=opensesame' });
    expect(wanted({}, { probes: [aProbe({ asks })] })).toEqual([
      {
        ...{ key: 'Probe/gitea', name: 'gitea', is: 'http', url: 'https://git.example/explore', host: 'git.example' },
        ...{ port: 443, group: 'code', services: [], through: null, wishProblem: '' },
        namedBy: [{ kind: 'Configuration', namespace: null, name: 'gitea' }],
        ...{ everyMs: 60_000, timeoutMs: 5_000, slowMs: 1_000, asks },
      },
    ]);
  });

  test('takes the place of what is discovered at the same host and port, with all that is known of it', () => {
    const backends = [{ host: 'git.example', path: '/', service: 'gitea' }];
    const ingresses = [anIngress({ hosts: ['git.example', 'plain.example'], backends, wish: wish({ off: true }) })];
    const [gitea, ...others] = wanted({ ingresses }, { probes: [aProbe()] });
    expect(others, 'the annotation is for the rest').toEqual([]);
    expect(gitea).toMatchObject({
      services: ['default/gitea'],
      through: { kind: 'IngressClass', name: 'traefik' },
      namedBy: [
        { kind: 'Configuration', namespace: null, name: 'gitea' },
        { kind: 'Ingress', namespace: 'default', name: 'web' },
      ],
    });
    const other = aProbe({ asks: anHttpProbe({}, { url: 'https://git.example:8443/' }) });
    expect(wanted({ ingresses: [anIngress()] }, { probes: [other] }).map(({ key }) => key)).toEqual([
      'Probe/gitea',
      'Host/git.example',
    ]);
  });

  test.each([
    [{ is: 'tcp', host: '10.0.0.5', port: 22, resolver: '', linkLocal: false }, 'tcp://10.0.0.5:22', '10.0.0.5', 22],
    [{ is: 'tcp', host: 'fd00::5', port: 22, resolver: '', linkLocal: false }, 'tcp://[fd00::5]:22', 'fd00::5', 22],
    [{ is: 'dns', name: 'git.example', resolver: '', addresses: [] }, 'dns://git.example', 'git.example', null],
    [
      { is: 'host', host: 'nas.example', ports: [22], resolver: '', linkLocal: false },
      'host://nas.example',
      'nas.example',
      null,
    ],
  ] as const)('of another kind: %j', (asks, url, host, port) => {
    expect(wanted({}, { probes: [aProbe({ asks })] })[0]).toMatchObject({ is: asks.is, url, host, port });
  });
});

describe('which are wanted', () => {
  const many = (count: number) =>
    Array.from({ length: count / 100 }, (_, i) =>
      anIngress({
        name: `web-${i}`,
        tls: [],
        hosts: Array.from({ length: 100 }, (__, j) => `h${String(i * 100 + j).padStart(5, '0')}.example`),
      }),
    );

  test('may be limited by namespace, and nothing be discovered', () => {
    const ingresses = [anIngress(), anIngress({ namespace: 'media', hosts: ['tv.example'], tls: [] })];
    expect(urls({ ingresses }, { namespaces: ['media'] })).toEqual(['http://tv.example/']);
    expect(urls({ ingresses }, { except: ['media'] })).toEqual(['https://git.example/']);
    expect(urls({ ingresses }, { discover: false })).toEqual([]);
    const gateways = [aGateway({ namespace: 'gateways' })];
    const parents = [{ namespace: 'gateways', name: 'home', listener: '', port: null }];
    expect(
      urls({ gateways, httpRoutes: [anHttpRoute({ parents })] }, { namespaces: ['default'] }),
      'a Gateway may be elsewhere',
    ).toEqual(['https://wiki.example/']);
  });

  test('are at most 500, those of the owner first, and it is told how many are left out', () => {
    const begun = performance.now();
    const { wanted: some, leftOut } = all({ ingresses: many(10_000) }, { probes: [aProbe(), aProbe({ name: 'b' })] });
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(some).toHaveLength(mostWantedServices);
    expect(leftOut).toBe(10_002 - mostWantedServices);
    expect(some.slice(0, 3).map(({ key }) => key)).toEqual(['Probe/gitea', 'Probe/b', 'Host/h00000.example:80']);
    const probes = Array.from({ length: 600 }, (_, i) => aProbe({ name: `p${i}` }));
    expect(all({ ingresses: many(100) }, { probes })).toMatchObject({ leftOut: 200 });
    expect(all({ ingresses: many(100) }).leftOut).toBe(0);
  });

  test('are reached where the owner says instead of what DNS says', () => {
    const addresses = [{ host: '*.example', address: '192.168.1.10' }];
    const [asked] = wanted({ ingresses: [anIngress()] }, { addresses, resolver: '10.0.0.53', linkLocal: true });
    expect(asked?.asks).toMatchObject({ ask: { address: '192.168.1.10', resolver: '', linkLocal: true } });
  });

  test('are the same whatever the order of the facts, and can be asked, however odd these are', () => {
    const next = random(5);
    // No two of one kind have the same name.
    const named = <F extends { name: string }>(...found: (F | null)[]) =>
      found.flatMap((each, i) => (each === null ? [] : [{ ...each, name: `${each.name}-${i}` }]));
    for (let i = 0; i < 400; i += 1) {
      const facts = {
        ingresses: named(ingressFact(mutated(rawIngress, next), 'i'), ingressFact(mutated(rawIngress, next), 'i')),
        gateways: [gatewayFact(i % 2 === 0 ? rawGateway : mutated(rawGateway, next), 'g')].filter((g) => g !== null),
        httpRoutes: named(
          httpRouteFact(mutated(rawHttpRoute, next), 'h'),
          httpRouteFact(mutated(rawHttpRoute, next), 'h'),
        ),
        ingressRoutes: named(ingressRouteFact(mutated(rawIngressRoute, next), 'r')),
      };
      const found = wanted(facts);
      expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
      for (const { asks, url, host } of found) {
        expect(asks.is === 'http' && new URL(asks.ask.url).hostname.replaceAll(/[[\]]/g, '')).toBe(host);
        expect(url).not.toMatch(/[?#@\s]/);
      }
      const turned = Object.fromEntries(Object.entries(facts).map(([kind, list]) => [kind, list.toReversed()]));
      expect(wanted(turned).map(({ key }) => key)).toEqual(found.map(({ key }) => key));
    }
  });
});
