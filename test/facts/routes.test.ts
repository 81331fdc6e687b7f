import { describe, expect, test } from 'vitest';
import { gatewayFact } from '#server/facts/gateway.ts';
import { httpRouteFact } from '#server/facts/http-route.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { ingressRouteFact } from '#server/facts/ingress-route.ts';
import { hostsOfRule, pathsOfRule } from '#server/facts/traefik-rule.ts';
import { noWish } from '#test/builders/services.ts';
import { boundedFact } from './bounded-fact.ts';
import { rawGateway, rawHttpRoute, rawIngress, rawIngressRoute } from './raw-routes.ts';

const bare = { metadata: { name: 'bare', namespace: 'shop' } };
const many = <T>(make: (i: number) => T, length = 500) => Array.from({ length }, (_, i) => make(i));
const backend = (path: string, name: string) => ({ path, backend: { service: { name } } });
const long = (i: number) => `${i}.${'x'.repeat(400)}`;

describe('an Ingress', () => {
  test('becomes a fact with its hosts, its TLS blocks and where it is reached', () => {
    expect(ingressFact(rawIngress, 'ingresses')).toEqual({
      ...{ key: 'shop/git', uid: 'u20', source: 'ingresses', namespace: 'shop', name: 'git' },
      className: 'traefik',
      hosts: ['git.example', 'docs.example'],
      tls: [
        { hosts: ['git.example', '*.git.example'], secretName: 'git-tls' },
        { hosts: [], secretName: '' },
      ],
      addresses: ['192.168.1.10', 'lb.example'],
      backends: [
        { host: 'git.example', path: '/', service: 'git' },
        { host: 'git.example', path: '/raw', service: 'raw' },
        { host: '', path: '/', service: 'any' },
        { host: '', path: '/', service: 'nothing-here' },
      ],
      wish: {
        ...{ off: false, path: '/explore', text: 'Explore', problem: '' },
        status: [
          { from: 200, to: 200 },
          { from: 300, to: 399 },
        ],
      },
    });
  });

  test('with next to nothing in it is one without hosts', () => {
    expect(ingressFact(bare, 'ingresses')).toMatchObject({
      ...{ className: '', hosts: [], tls: [], addresses: [], backends: [] },
      wish: noWish,
    });
    expect(ingressFact({ spec: {} }, 'ingresses')).toBeNull();
  });

  const annotated = (annotations: Record<string, string>, spec = {}) =>
    ingressFact({ metadata: { ...bare.metadata, annotations }, spec }, 'ingresses')!;

  test('of old has its class in an annotation', () => {
    const old = { 'kubernetes.io/ingress.class': 'nginx' };
    expect(annotated(old).className).toBe('nginx');
    expect(annotated(old, { ingressClassName: 'traefik' }).className).toBe('traefik');
  });

  test.each([
    [{ 'traefik.ingress.kubernetes.io/router.tls': 'true' }, 1],
    [{ 'traefik.ingress.kubernetes.io/router.entrypoints': 'web, websecure' }, 1],
    [{ 'traefik.ingress.kubernetes.io/router.entrypoints': 'web' }, 0],
    [{ 'traefik.ingress.kubernetes.io/router.tls': 'false' }, 0],
  ])('that speaks TLS by an annotation of Traefik (%j) has %d block for all its hosts', (annotations, blocks) => {
    expect(annotated(annotations).tls).toEqual(blocks === 0 ? [] : [{ hosts: [], secretName: '' }]);
    const own = [{ hosts: ['a.example'], secretName: 's' }];
    expect(annotated(annotations, { tls: own }).tls).toEqual(own);
  });

  test('with endless lists is bounded, and no block is cut to none, which would stand for all', () => {
    const spec = {
      rules: many((i) => ({ host: long(i), http: { paths: many((j) => backend(`/${long(j)}`, long(j)), 50) } })),
      tls: many((i) => ({ hosts: many(long, 200), secretName: long(i) })),
    };
    const status = { loadBalancer: { ingress: many((i) => ({ hostname: long(i) })) } };
    const fact = ingressFact({ ...bare, spec, status }, 'ingresses')!;
    boundedFact(fact);
    expect([fact.hosts.length, fact.tls.length, fact.addresses.length]).toEqual([100, 32, 10]);
    expect(fact.backends).toHaveLength(200);
    expect(fact.tls.every(({ hosts }) => hosts.length > 0)).toBe(true);
  });
});

describe('a Gateway', () => {
  test('becomes a fact with its listeners', () => {
    expect(gatewayFact(rawGateway, 'gateways')).toEqual({
      ...{ key: 'gateways/home', uid: 'u21', source: 'gateways', namespace: 'gateways', name: 'home' },
      className: 'cilium',
      listeners: [
        {
          ...{ name: 'https', protocol: 'HTTPS', port: 443, hostname: '*.home.example' },
          ...{ terminates: true, secret: 'gateways/home-tls' },
        },
        {
          ...{ name: 'nas', protocol: 'TLS', port: 8443, hostname: 'nas.example' },
          ...{ terminates: false, secret: null },
        },
        { name: 'http', protocol: 'HTTP', port: 80, hostname: '', terminates: true, secret: null },
      ],
      addresses: ['192.168.1.20'],
    });
  });

  const secretOf = (...certificateRefs: unknown[]) => {
    const listeners = [{ name: 'a', protocol: 'HTTPS', port: 443, tls: { certificateRefs } }];
    return gatewayFact({ ...bare, spec: { listeners } }, 'gateways')!.listeners[0]!.secret;
  };

  test('names the Secret of its first certificate, wherever it is, and nothing else', () => {
    expect(secretOf({ name: 'a' }, { name: 'b' })).toBe('shop/a');
    expect(secretOf({ name: 'a', namespace: 'certs' })).toBe('certs/a');
    expect(secretOf({ name: 'a', kind: 'ConfigMap' })).toBeNull();
    expect(secretOf({ name: 'a', group: 'vault.example' })).toBeNull();
    expect(secretOf()).toBeNull();
  });

  test.each([0, -1, 65_536, 443.5, '443', null])('has no listener at port %j', (port) => {
    const listeners = [{ name: 'odd', protocol: 'HTTPS', port }];
    expect(gatewayFact({ ...bare, spec: { listeners } }, 'gateways')!.listeners).toEqual([]);
  });

  test('with endless lists is bounded', () => {
    const listeners = many((i) => ({ name: long(i), protocol: long(i), port: 443, hostname: long(i) }));
    const fact = gatewayFact(
      { ...bare, spec: { listeners }, status: { addresses: many(() => ({ value: 'a' })) } },
      'g',
    )!;
    boundedFact(fact);
    expect([fact.listeners.length, fact.addresses.length]).toEqual([64, 10]);
  });
});

describe('an HTTPRoute', () => {
  test('becomes a fact with its host names and its Gateways, of its own namespace unless told', () => {
    expect(httpRouteFact(rawHttpRoute, 'httproutes')).toEqual({
      ...{ key: 'shop/wiki', uid: 'u22', source: 'httproutes', namespace: 'shop', name: 'wiki' },
      hostnames: ['wiki.home.example', '*.wiki.home.example'],
      parents: [
        { namespace: 'gateways', name: 'home', listener: 'https', port: null },
        { namespace: 'shop', name: 'own', listener: '', port: 8443 },
      ],
      backends: [
        { namespace: 'shop', service: 'wiki' },
        { namespace: 'files', service: 'uploads' },
      ],
      paths: ['/'],
      wish: { ...noWish, off: true },
    });
  });

  test('with endless lists is bounded', () => {
    const rules = many((i) => ({ backendRefs: many((j) => ({ name: long(i + j), namespace: long(j) }), 5) }));
    const spec = { hostnames: many(long), parentRefs: many((i) => ({ name: long(i) })), rules };
    const fact = httpRouteFact({ ...bare, spec }, 'httproutes')!;
    boundedFact(fact);
    expect([fact.hostnames.length, fact.parents.length, fact.backends.length]).toEqual([100, 32, 100]);
  });
});

describe("an HTTPRoute's paths", () => {
  const pathsOf = (...matches: unknown[]) =>
    httpRouteFact({ ...bare, spec: { rules: [{ matches }] } }, 'httproutes')!.paths;
  const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } });

  test('are those that a plain GET is enough for, each once', () => {
    expect(pathsOf(path('/api'), path('/healthz', 'Exact'), path('/api'))).toEqual(['/api', '/healthz']);
    expect(pathsOf(path('/a|b', 'RegularExpression'))).toEqual([]);
    expect(pathsOf({ ...path('/v1'), method: 'POST' }, { ...path('/v2'), method: 'GET' })).toEqual(['/v2']);
    expect(pathsOf({ headers: [{ name: 'x', value: 'y' }] }, { queryParams: [{ name: 'x', value: 'y' }] })).toEqual([]);
  });

  test('are all where nothing is asked for', () => {
    expect(pathsOf()).toEqual(['/']);
    expect(pathsOf({})).toEqual(['/']);
    expect(httpRouteFact({ ...bare, spec: {} }, 'httproutes')!.paths).toEqual([]);
  });

  test('are at most 20', () => {
    expect(pathsOf(...many((i) => path(`/${i}`)))).toHaveLength(20);
  });
});

describe('an IngressRoute', () => {
  test('becomes a fact with the hosts of its rules, each once', () => {
    expect(ingressRouteFact(rawIngressRoute, 'ingressroutes')).toEqual({
      ...{ key: 'shop/cloud', uid: 'u23', source: 'ingressroutes', namespace: 'shop', name: 'cloud' },
      entryPoints: ['websecure'],
      hosts: ['cloud.example', 'files.example'],
      tls: { secretName: 'cloud-tls', certResolver: '' },
      backends: [
        { host: 'cloud.example', namespace: 'shop', service: 'cloud' },
        { host: 'cloud.example', namespace: 'files', service: 'files' },
        { host: 'files.example', namespace: 'files', service: 'files' },
      ],
      paths: [
        { host: 'cloud.example', path: '/dav' },
        { host: 'cloud.example', path: '/' },
        { host: 'files.example', path: '/' },
      ],
      wish: { ...noWish, path: '/status.php' },
    });
  });

  test('speaks TLS with `tls: {}` too, and not without', () => {
    const tlsOf = (tls: unknown) => ingressRouteFact({ ...bare, spec: { tls } }, 'ingressroutes')!.tls;
    expect(tlsOf({})).toEqual({ secretName: '', certResolver: '' });
    expect(tlsOf({ certResolver: 'le' })).toEqual({ secretName: '', certResolver: 'le' });
    for (const none of [undefined, null, [], 'yes']) expect(tlsOf(none)).toBeNull();
  });

  test('with endless lists is bounded', () => {
    const services = many((i) => ({ name: long(i), namespace: long(i) }));
    const routes = many((i) => ({
      services,
      match: many((j) => `Host(\`${i}-${j}.${'x'.repeat(300)}\`)`, 50).join(' || '),
    }));
    const fact = ingressRouteFact({ ...bare, spec: { routes, entryPoints: many(long) } }, 'ingressroutes')!;
    boundedFact(fact);
    expect([fact.hosts.length, fact.entryPoints.length, fact.backends.length]).toEqual([100, 16, 200]);
    expect(fact.paths).toHaveLength(100);
  });
});

describe("the paths of a rule of Traefik's", () => {
  test.each([
    ['Host(`a.example`)', ['/']],
    ['Host(`a.example`) && (PathPrefix(`/dashboard`) || PathPrefix(`/api`))', ['/dashboard', '/api']],
    ['Host(`a.example`) && Path(`/x`, "/y")', ['/x', '/y']],
    ['Host(`a.example`) && !PathPrefix(`/private`)', ['/']],
    ['Host(`a.example`) && PathRegexp(`^/v[0-9]+`)', []],
    ['Path(`/items/{id}`)', []],
    ['Path(`items`)', []],
    [undefined, []],
  ])('%s: %j', (rule, paths) => {
    expect(pathsOfRule(rule)).toEqual(paths);
  });
});

describe("a rule of Traefik's", () => {
  test.each([
    ['Host(`a.example`)', ['a.example']],
    ['Host(`a.example`) || Host(`b.example`)', ['a.example', 'b.example']],
    ['Host(`a.example`, `b.example`) && PathPrefix(`/x`)', ['a.example', 'b.example']],
    ['Host("a.example")', ['a.example']],
    ['(Host(`a.example`)||Host( `b.example` ))&&(Path(`/x`)||Method(`GET`))', ['a.example', 'b.example']],
    ['host(`a.example`)', ['a.example']],
    ['HostSNI(`a.example`)', ['a.example']],
    ['HostHeader(`a.example`)', ['a.example']],
    ['HostRegexp(`^.+\\.example$`)', []],
    ['HostRegexp(`{sub:[a-z]+}.example`) || Host(`a.example`)', ['a.example']],
    ['Header(`Host`, `a.example`)', []],
    ['Path(`/Host(\\`x.example\\`)`)', []],
    ['PathPrefix(`/Host("x.example")`) && Host(`a.example`)', ['a.example']],
    ['Host(`a.example`) && !Host(`b.example`)', ['a.example']],
    ['!(Host(`a.example`) || Host(`b.example`)) || Host(`c.example`)', ['c.example']],
    ['!(!Host(`a.example`))', ['a.example']],
    ['Host(`*.example`)', ['*.example']],
    ['Host(``)', []],
    ['Host(`a.example', []],
    ['Host(`a.example`))))((', ['a.example']],
    ['Host', []],
    ['', []],
    [null, []],
    [7, []],
    [['Host(`a.example`)'], []],
  ])('%j asks for %j', (rule, hosts) => {
    expect(hostsOfRule(rule)).toEqual(hosts);
  });

  test.each(['"\\', '`', '(', '!(', 'Host(', 'Host(`x', '"', 'Host("\\"'])(
    'that is nothing but %j again and again is given up in time',
    (part) => {
      const rule = part.repeat(100_000);
      const before = process.cpuUsage();
      for (let i = 0; i < 20; i += 1) expect(hostsOfRule(rule).length).toBeLessThanOrEqual(100);
      // Of the processor, in microseconds: the machine may have other work.
      const { user, system } = process.cpuUsage(before);
      expect(user + system).toBeLessThan(1_000_000);
    },
  );
});
