import { describe, expect, test } from 'vitest';
import { gatewayFact } from '#server/facts/gateway.ts';
import { httpRouteFact } from '#server/facts/http-route.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { ingressRouteFact } from '#server/facts/ingress-route.ts';
import { nodeFact } from '#server/facts/node.ts';
import { fitsHost, hostNameOf, serverName } from '#server/probes/host-name.ts';
import type { ConfiguredServer, TlsConfig } from '#server/probes/tls-config.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { mostWantedServers, serversLeftOut, wantedServers, type NamingFacts } from '#server/probes/wanted-servers.ts';
import { aNode } from '#test/builders/node.ts';
import { random } from '#test/engine/random.ts';
import { mutated } from '#test/facts/mutated.ts';
import { rawNode } from '#test/facts/raw-objects.ts';
import { rawGateway, rawHttpRoute, rawIngress, rawIngressRoute } from '#test/facts/raw-routes.ts';
import { aGateway, aListener, anHttpRoute, anIngress, anIngressRoute } from '#test/builders/routes.ts';

const nothing: NamingFacts = { nodes: [], ingresses: [], gateways: [], httpRoutes: [], ingressRoutes: [] };
const usual: TlsConfig = {
  ...{ discover: true, kubelets: true, servers: [], addresses: [], resolver: '', authorities: [] },
};

const wanted = (facts: Partial<NamingFacts>, config: Partial<TlsConfig> = {}) =>
  wantedServers({ ...nothing, ...facts }, { ...usual, ...config });
const keys = (servers: readonly WantedServer[]) => servers.map(({ key }) => key);
const keysOf = (facts: Partial<NamingFacts>) => keys(wanted(facts));

function aServer(part: Partial<ConfiguredServer> = {}): ConfiguredServer {
  return {
    ...{ namedAs: 'certificates.servers', host: 'git.example', port: 443, address: '', serverName: '' },
    ...{ authorities: [], trust: 'system' },
    ...part,
  };
}

describe('a node', () => {
  test("is looked at for its kubelet's certificate, by its address, with the trust of the cluster", () => {
    expect(wanted({ nodes: [aNode()] }, { authorities: ['PEM'] })).toEqual([
      {
        ...{ key: 'Node/nuc0', is: 'kubelet', name: 'nuc0', secret: null },
        namedBy: [{ kind: 'Node', namespace: null, name: 'nuc0' }],
        target: {
          ...{ host: '192.168.1.10', port: 10250, serverName: '192.168.1.10', otherName: 'nuc0' },
          ...{ trust: 'cluster', also: ['PEM'], resolver: '' },
        },
      },
    ]);
  });

  test('may have another port; without an address, or where it is not wanted, it is left out', () => {
    const [odd] = wanted({ nodes: [aNode({ kubeletPort: null, internalIp: 'fd00::10' })] });
    expect(odd?.target).toMatchObject({ host: 'fd00::10', port: 10250 });
    expect(wanted({ nodes: [aNode({ kubeletPort: 10350 })] })[0]?.target.port).toBe(10350);
    expect(wanted({ nodes: [aNode({ internalIp: null }), aNode({ name: 'b', internalIp: 'a b' })] })).toEqual([]);
    expect(wanted({ nodes: [aNode()] }, { kubelets: false })).toEqual([]);
  });
});

describe('an Ingress', () => {
  test('names its TLS hosts, to be asked as a browser does', () => {
    expect(wanted({ ingresses: [anIngress()] }, { resolver: '10.0.0.53', authorities: ['PEM'] })).toEqual([
      {
        ...{ key: 'Host/git.example', is: 'host', name: 'git.example', secret: 'default/web-tls' },
        namedBy: [{ kind: 'Ingress', namespace: 'default', name: 'web' }],
        target: {
          ...{ host: 'git.example', port: 443, serverName: 'git.example', otherName: '' },
          ...{ trust: 'system', also: ['PEM'], resolver: '10.0.0.53' },
        },
      },
    ]);
  });

  test.each([
    ['without TLS: none', [], []],
    ['a block without hosts: those of the rules', [{ hosts: [], secretName: '' }], ['a.example', 'b.c.example']],
    ['a host in no rule too', [{ hosts: ['z.example'], secretName: '' }], ['z.example']],
    ['a wildcard: the hosts one label below it', [{ hosts: ['*.example'], secretName: 's' }], ['a.example']],
    ['a wildcard with no host below it: none', [{ hosts: ['*.other'], secretName: 's' }], []],
    ['upper case and a final dot', [{ hosts: ['A.Example.'], secretName: '' }], ['a.example']],
    ['what is no host name: none', [{ hosts: ['a b', 'a..b', '-', 'x'.repeat(64), '$(reboot)'], secretName: '' }], []],
  ])('with %s', (_, tls, hosts) => {
    const ingress = anIngress({ hosts: ['a.example', 'b.c.example', '*.example'], tls });
    expect(keysOf({ ingresses: [ingress] })).toEqual(hosts.map((host) => `Host/${host}`));
  });

  test('of Tailscale, which writes the first label alone, is asked by the whole name of its status', () => {
    const short = { hosts: [], tls: [{ hosts: ['wall'], secretName: '' }] };
    expect(keysOf({ ingresses: [anIngress({ ...short, addresses: ['wall.tail1234.ts.net'] })] })).toEqual([
      'Host/wall.tail1234.ts.net',
    ]);
    expect(keysOf({ ingresses: [anIngress({ ...short, addresses: ['192.168.1.10'] })] })).toEqual(['Host/wall']);
  });

  test('without a name of a Secret shows the certificate of its controller', () => {
    const tls = [{ hosts: ['git.example'], secretName: '' }];
    expect(wanted({ ingresses: [anIngress({ tls })] })[0]?.secret).toBeNull();
  });
});

describe('a Gateway', () => {
  const through = (hostname: string, ...hostnames: string[]) =>
    keysOf({
      gateways: [aGateway({ listeners: [aListener({ hostname })] })],
      httpRoutes: [anHttpRoute({ hostnames })],
    });

  test.each([
    ['', ['wiki.example'], ['wiki.example']],
    ['', [], []],
    ['', ['*.example'], []],
    ['wiki.example', [], ['wiki.example']],
    ['wiki.example', ['wiki.example'], ['wiki.example']],
    ['wiki.example', ['*.example'], ['wiki.example']],
    ['wiki.example', ['git.example'], ['wiki.example']],
    ['*.example', ['wiki.example', 'example', 'wiki.other'], ['wiki.example']],
    ['*.example', ['a.b.example'], ['a.b.example']],
    ['*.example', ['*.b.example'], []],
    ['*.example', [], []],
    ['odd host', ['wiki.example'], []],
  ])('listening for "%s" with a route for %j serves %j', (hostname, hostnames, hosts) => {
    expect(through(hostname, ...hostnames)).toEqual(hosts.map((host) => `Host/${host}`));
  });

  test('names the Secret of the listener and the port, whoever ends the TLS', () => {
    const listeners = [
      aListener(),
      aListener({
        name: 'pass',
        protocol: 'TLS',
        port: 8443,
        hostname: 'nas.example',
        terminates: false,
        secret: null,
      }),
    ];
    const servers = wanted({ gateways: [aGateway({ listeners })], httpRoutes: [anHttpRoute()] });
    expect(servers).toMatchObject([
      { key: 'Host/nas.example:8443', secret: null, target: { host: 'nas.example', port: 8443 } },
      {
        ...{ key: 'Host/wiki.example', secret: 'default/home-tls', target: { port: 443 } },
        namedBy: [{ kind: 'HTTPRoute', namespace: 'default', name: 'wiki' }],
      },
    ]);
  });

  const two = aGateway({
    listeners: [
      aListener(),
      aListener({ name: 'other', port: 8443 }),
      aListener({ name: 'plain', protocol: 'HTTP', port: 80 }),
    ],
  });
  const parent = { namespace: 'default', name: 'home', listener: '', port: null };
  test.each([
    [{}, ['wiki.example', 'wiki.example:8443']],
    [{ listener: 'other' }, ['wiki.example:8443']],
    [{ port: 443 }, ['wiki.example']],
    [{ listener: 'other', port: 443 }, []],
    [{ listener: 'plain' }, []],
    [{ name: 'nobody' }, []],
    [{ namespace: 'elsewhere' }, []],
  ])('with several listeners and a route through %j serves %j', (part, hosts) => {
    const route = anHttpRoute({ parents: [{ ...parent, ...part }] });
    expect(keysOf({ gateways: [two], httpRoutes: [route] })).toEqual(hosts.map((host) => `Host/${host}`));
  });

  test('passes an HTTPRoute through a listener for TLS only if the route says so', () => {
    const gateway = aGateway({ listeners: [aListener({ name: 'tls', protocol: 'TLS' })] });
    const keysThrough = (listener: string) =>
      keysOf({ gateways: [gateway], httpRoutes: [anHttpRoute({ parents: [{ ...parent, listener }] })] });
    expect(keysThrough('')).toEqual([]);
    expect(keysThrough('tls')).toEqual(['Host/wiki.example']);
  });

  test("of Traefik at its inner port is asked at the one of users; another's is asked as written", () => {
    const at = (className: string) =>
      keysOf({ gateways: [aGateway({ className, listeners: [aListener({ port: 8443, hostname: 'a.example' })] })] });
    expect(at('traefik')).toEqual(['Host/a.example']);
    expect(at('cilium')).toEqual(['Host/a.example:8443']);
  });
});

describe('an IngressRoute', () => {
  test.each([
    ['with tls', { entryPoints: [] }, true],
    ['at websecure without tls', { tls: null }, true],
    ['without tls and without entry points', { tls: null, entryPoints: [] }, false],
    ['without tls at web', { tls: null, entryPoints: ['web'] }, false],
    ['with tls at web alone', { entryPoints: ['web'] }, false],
    ['with tls at an entry point of the owner', { entryPoints: ['https'] }, true],
  ])('%s speaks TLS: %s', (_, part, speaks) => {
    expect(keysOf({ ingressRoutes: [anIngressRoute(part)] })).toEqual(speaks ? ['Host/cloud.example'] : []);
  });

  test('names its Secret, and no host where its rule has only a wildcard', () => {
    const tls = { secretName: 'cloud-tls', certResolver: '' };
    const [server] = wanted({ ingressRoutes: [anIngressRoute({ tls, hosts: ['*.example', 'cloud.example'] })] });
    expect(server).toMatchObject({ key: 'Host/cloud.example', secret: 'default/cloud-tls' });
  });
});

describe('where to connect to', () => {
  const addresses = [
    { host: '*.home.example', address: '10.0.0.1' },
    { host: '*.example', address: 'proxy.lan' },
    { host: 'git.example', address: '10.0.0.3' },
  ];
  const targetOf = (host: string, config: Partial<TlsConfig> = {}) =>
    wanted({ ingressRoutes: [anIngressRoute({ hosts: [host] })] }, { addresses, resolver: '10.0.0.53', ...config })[0]!
      .target;

  test.each([
    ['git.example', '10.0.0.3', ''],
    ['a.home.example', '10.0.0.1', ''],
    ['a.b.home.example', '10.0.0.1', ''],
    ['home.example', 'proxy.lan', '10.0.0.53'],
    ['other.org', 'other.org', '10.0.0.53'],
    ['10.0.0.9', '10.0.0.9', ''],
  ])('for %s is %s, resolved by "%s", asking for the name that users use', (host, to, resolver) => {
    expect(targetOf(host)).toMatchObject({ host: to, resolver, serverName: host });
  });

  test('of what the owner names is resolved by a server of its own, where one is written', () => {
    const resolverOf = (resolver?: string) =>
      wanted({}, { servers: [aServer({ ...(resolver === undefined ? {} : { resolver }) })], resolver: '10.0.0.53' })[0]!
        .target.resolver;
    expect([resolverOf(), resolverOf(''), resolverOf('10.0.0.54')]).toEqual(['10.0.0.53', '10.0.0.53', '10.0.0.54']);
  });

  test('is the host itself by the system where nothing is configured', () => {
    expect(targetOf('git.example', { addresses: [], resolver: '' })).toMatchObject({
      host: 'git.example',
      resolver: '',
    });
  });
});

describe('what the owner names', () => {
  test('comes first, and wins over what is found under the same name; both are told', () => {
    const config = {
      servers: [aServer({ address: '10.0.0.5', serverName: 'x.example', authorities: ['OWN'] })],
      authorities: ['ALL'],
    };
    expect(wanted({ ingresses: [anIngress()], nodes: [aNode()] }, config)).toMatchObject([
      {
        ...{ key: 'Host/git.example', secret: 'default/web-tls' },
        namedBy: [
          { kind: 'Configuration', namespace: null, name: 'certificates.servers' },
          { kind: 'Ingress', namespace: 'default', name: 'web' },
        ],
        target: { host: '10.0.0.5', serverName: 'x.example', also: ['ALL', 'OWN'], trust: 'system' },
      },
      { key: 'Node/nuc0' },
    ]);
  });

  test('twice is one; another port is another; an address of its own wins over those for all', () => {
    const servers = [
      aServer({ host: 'fd00::10', port: 2379, trust: 'cluster' }),
      aServer({ address: '10.0.0.5' }),
      aServer({ namedAs: 'probe gitea', address: '10.0.0.6' }),
      aServer({ namedAs: 'registry home', port: 5000 }),
    ];
    const seen = wanted({}, { servers, addresses: [{ host: 'git.example', address: '10.0.0.7' }] });
    expect(keys(seen)).toEqual(['Host/[fd00::10]:2379', 'Host/git.example', 'Host/git.example:5000']);
    expect(seen.map(({ target }) => target.host)).toEqual(['fd00::10', '10.0.0.5', '10.0.0.7']);
    expect(seen[0]?.target).toMatchObject({ trust: 'cluster', serverName: 'fd00::10' });
    expect(seen[1]?.namedBy.map(({ name }) => name)).toEqual(['certificates.servers', 'probe gitea']);
  });

  test('is looked at where nothing else is', () => {
    const off = { discover: false, kubelets: false, servers: [aServer()] };
    const facts = {
      ingresses: [anIngress()],
      ingressRoutes: [anIngressRoute()],
      gateways: [aGateway()],
      nodes: [aNode()],
    };
    const seen = wanted(facts, off);
    expect(keys(seen)).toEqual(['Host/git.example']);
    expect(seen[0]?.namedBy).toHaveLength(1);
  });
});

describe('all together', () => {
  const facts = {
    nodes: [aNode({ name: 'nuc1' }), aNode()],
    ingresses: [anIngress({ name: 'b' }), anIngress({ name: 'a', tls: [{ hosts: [], secretName: 'other' }] })],
    gateways: [aGateway({ listeners: [aListener({ hostname: 'git.example' })] })],
    httpRoutes: [anHttpRoute({ hostnames: ['git.example'] })],
    ingressRoutes: [anIngressRoute({ hosts: ['zeta.example', 'git.example', 'alpha.example'] })],
  };

  test('each host is one, named by all that name it, in an order of its own', () => {
    const seen = wanted(facts);
    expect(keys(seen)).toEqual([
      'Node/nuc0',
      'Node/nuc1',
      'Host/alpha.example',
      'Host/git.example',
      'Host/zeta.example',
    ]);
    expect(seen[3]?.namedBy.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['Gateway home', 'HTTPRoute wiki', 'Ingress a', 'Ingress b', 'IngressRoute cloud'],
    ]);
    const turned = Object.fromEntries(Object.entries(facts).map(([kind, list]) => [kind, list.toReversed()]));
    expect(wanted(turned)).toEqual(seen);
  });

  test('more than can be looked at are cut, those that the owner names last of all, and it can be told how many', () => {
    const hosts = Array.from({ length: 100 }, (_, i) => `h${i}.example`);
    const many = Array.from({ length: 12 }, (_, i) =>
      anIngressRoute({ name: `r${i}`, hosts: hosts.map((host) => `r${i}-${host}`) }),
    );
    const some = { ...nothing, nodes: [aNode()], ingressRoutes: many };
    const config = { ...usual, servers: [aServer({ host: 'zz.example' })] };
    const seen = wantedServers(some, config);
    expect(seen).toHaveLength(mostWantedServers);
    expect(keys(seen).slice(0, 2)).toEqual(['Host/zz.example', 'Node/nuc0']);
    expect(serversLeftOut(some, config)).toBe(1_202 - mostWantedServers);
    expect(serversLeftOut({ ...nothing, nodes: [aNode()] }, config)).toBe(0);
  });

  test('a host that is named by everybody says so of twenty', () => {
    const ingresses = Array.from({ length: 50 }, (_, i) => anIngress({ name: `i${i}` }));
    const [seen] = wanted({ ingresses }, { servers: [aServer()] });
    expect(seen?.namedBy).toHaveLength(20);
    expect(seen?.namedBy[0]?.kind).toBe('Configuration');
  });

  test('a large cluster costs little', () => {
    const ingresses = Array.from({ length: 3_000 }, (_, i) =>
      anIngress({ name: `i${i}`, tls: [{ hosts: [`h${i}.example`], secretName: 's' }] }),
    );
    const httpRoutes = Array.from({ length: 3_000 }, (_, i) =>
      anHttpRoute({ name: `r${i}`, hostnames: [`r${i}.example`] }),
    );
    const before = process.cpuUsage();
    expect(wanted({ ingresses, httpRoutes, gateways: [aGateway()] })).toHaveLength(mostWantedServers);
    // Of the processor, in microseconds: the machine may have other work.
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(1_000_000);
  });
});

describe('whatever strangers write', () => {
  test('nothing throws, and only what can be asked is', () => {
    const next = random(20_261_121);
    const most = 3_000;
    let hosts = 0;
    for (let i = 0; i < most; i += 1) {
      const made = <T>(raw: unknown, fact: (raw: unknown, source: string) => T | null) => {
        const one = fact(mutated(raw, next), 'any');
        return one === null ? [] : [one];
      };
      const facts = {
        nodes: made(rawNode, nodeFact),
        ingresses: made(rawIngress, ingressFact),
        gateways: made(rawGateway, gatewayFact),
        httpRoutes: made(rawHttpRoute, httpRouteFact),
        ingressRoutes: made(rawIngressRoute, ingressRouteFact),
      };
      for (const { key, is, name, target, namedBy } of wanted(facts)) {
        expect(key).toBe(`${is === 'kubelet' ? 'Node' : 'Host'}/${name}`);
        if (is === 'host') expect(key).toMatch(/^Host\/[a-z0-9_.:[\]-]{1,262}$/);
        expect(hostNameOf(target.host)).toBe(target.host);
        expect(Number.isInteger(target.port) && target.port > 0 && target.port < 65_536).toBe(true);
        expect(namedBy.length).toBeLessThanOrEqual(20);
        hosts += 1;
      }
    }
    expect(hosts).toBeGreaterThan(most);
  });
});

describe('a host name', () => {
  test.each([
    ['git.example', 'git.example'],
    ['GIT.example.', 'git.example'],
    ['[fd00::1]', 'fd00::1'],
    ['10.0.0.1', '10.0.0.1'],
    ['nas', 'nas'],
    ['my_nas.lan', 'my_nas.lan'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a.7', null],
    ['7', null],
    ['10.0.0.300', null],
    ['', null],
    ['.', null],
    ['a..b', null],
    ['-a.example', null],
    ['a-.example', null],
    ['a b', null],
    ['a/b', null],
    ['a|b', null],
    ['*.example', null],
    ['fe80::1%eth0', null],
    [`${'x'.repeat(63)}.example`, `${'x'.repeat(63)}.example`],
    [`${'x'.repeat(64)}.example`, null],
    ['a.'.repeat(126) + 'a', 'a.'.repeat(126) + 'a'],
    ['a.'.repeat(127) + 'a', null],
  ])('%j is asked for as %j', (text, host) => {
    expect(hostNameOf(text)).toBe(host);
  });

  test('fits a wildcard above it', () => {
    expect(fitsHost('*.example', 'a.example', 'one')).toBe(true);
    expect(fitsHost('*.Example.', 'a.example', 'one')).toBe(true);
    expect(fitsHost('*.example', 'a.b.example', 'one')).toBe(false);
    expect(fitsHost('*.example', 'a.b.example', 'any')).toBe(true);
    expect(fitsHost('*.example', '.example', 'any')).toBe(false);
    expect(fitsHost('*.example', 'example', 'any')).toBe(false);
    expect(fitsHost('*.example', 'badexample', 'any')).toBe(false);
    expect(fitsHost('a.example', 'a.example', 'one')).toBe(true);
    expect(fitsHost('a.example', 'b.a.example', 'any')).toBe(false);
  });

  test('is written with its port unless that is the usual one', () => {
    expect(serverName('git.example', 443)).toBe('git.example');
    expect(serverName('git.example', 80)).toBe('git.example:80');
    expect(serverName('fd00::1', 443)).toBe('fd00::1');
    expect(serverName('fd00::1', 8443)).toBe('[fd00::1]:8443');
  });
});
