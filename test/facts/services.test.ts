import { describe, expect, test } from 'vitest';
import { endpointSliceFact } from '#server/facts/endpoint-slice.ts';
import { gatewayClassFact } from '#server/facts/gateway-class.ts';
import { ingressClassFact } from '#server/facts/ingress-class.ts';
import { serviceFact } from '#server/facts/service.ts';
import { boundedFact } from './bounded-fact.ts';
import { rawEndpointSlice, rawGatewayClass, rawIngressClass, rawService } from './raw-routes.ts';

const metadata = { name: 'web', namespace: 'shop' };
const many = <T>(make: (i: number) => T, length = 2_000) => Array.from({ length }, (_, i) => make(i));
const long = (i: number) => `${i}.${'x'.repeat(400)}`;

describe('a Service', () => {
  test('becomes a fact with the pods that it leads to and where it is reached, each address once', () => {
    expect(serviceFact(rawService, 'services')).toEqual({
      ...{ key: 'kube-system/traefik', uid: 'u25', source: 'services', namespace: 'kube-system', name: 'traefik' },
      type: 'LoadBalancer',
      selector: { 'app.kubernetes.io/name': 'traefik', 'app.kubernetes.io/instance': 'traefik-kube-system' },
      ports: [
        { name: 'web', port: 80, nodePort: 31_080 },
        { name: 'websecure', port: 443, nodePort: 31_443 },
        { name: 'metrics', port: 9_100, nodePort: null },
      ],
      addresses: ['192.168.1.10', 'lb.example', '203.0.113.7'],
      clusterIp: '10.43.120.7',
    });
  });

  test('that says nothing more is one inside the cluster that somebody else leads somewhere', () => {
    expect(serviceFact({ metadata }, 'services')).toMatchObject({
      ...{ type: 'ClusterIP', selector: null, ports: [], addresses: [], clusterIp: '' },
    });
    expect(serviceFact({ spec: {} }, 'services')).toBeNull();
  });

  test.each([
    [{ selector: {} }, { selector: null }],
    [{ selector: { app: 3 } }, { selector: null }],
    [{ clusterIP: 'None' }, { clusterIp: '' }],
    [{ clusterIP: '' }, { clusterIp: '' }],
    [
      { type: 'ExternalName', externalName: 'git.example' },
      { type: 'ExternalName', addresses: [] },
    ],
    [{ ports: [{ port: 0 }, { port: '80' }, { name: 'a', port: 80, nodePort: 70_000 }] }, { ports: [port('a', 80)] }],
    [{ externalIPs: ['', 3, '10.0.0.7'] }, { addresses: ['10.0.0.7'] }],
  ])('of %j is %j', (spec, fact) => {
    expect(serviceFact({ metadata, spec }, 'services')).toMatchObject(fact);
  });

  function port(name: string, number: number) {
    return { name, port: number, nodePort: null };
  }

  test('whose label is called __proto__ asks for it like for any other', () => {
    const selector = JSON.parse('{"__proto__":"x"}') as object;
    expect(Object.entries(serviceFact({ metadata, spec: { selector } }, 's')!.selector ?? {})).toEqual([
      ['__proto__', 'x'],
    ]);
  });

  test('with endless lists is bounded', () => {
    const spec = {
      ports: many((i) => ({ name: long(i), port: i + 1 })),
      selector: Object.fromEntries(many((i) => [long(i), long(i)])),
      externalIPs: many(long),
    };
    const fact = serviceFact({ metadata, spec }, 'services')!;
    boundedFact(fact);
    expect([fact.ports.length, Object.keys(fact.selector!).length, fact.addresses.length]).toEqual([50, 32, 10]);
  });
});

describe('an EndpointSlice', () => {
  test('becomes a fact with how many are ready, and who is not and where; what is not said is ready', () => {
    expect(endpointSliceFact(rawEndpointSlice, 'endpointslices')).toEqual({
      ...{ key: 'kube-system/traefik-x7k2p', uid: 'u26', source: 'endpointslices' },
      ...{ namespace: 'kube-system', name: 'traefik-x7k2p', service: 'traefik' },
      ready: 2,
      unready: [
        { pod: 'traefik-5d4f8c7b9-fghij', node: 'nuc1' },
        { pod: '', node: '' },
      ],
      unreadyCount: 2,
    });
  });

  test.each([null, undefined, [], {}])('with endpoints %j has none', (endpoints) => {
    expect(endpointSliceFact({ metadata, endpoints }, 'e')).toMatchObject({ service: '', ready: 0, unreadyCount: 0 });
  });

  test('of a Service that is switched off, or of nobody, has no name of one', () => {
    const labels = { 'kubernetes.io/service-name': 7 };
    expect(endpointSliceFact({ metadata: { ...metadata, labels } }, 'e')?.service).toBe('');
    expect(endpointSliceFact({ endpoints: [] }, 'e')).toBeNull();
  });

  test('of a thousand that are not ready counts them all and names fifty', () => {
    const targetRef = { kind: 'Pod', name: long(1) };
    const endpoints = many((i) => ({ conditions: { ready: false }, nodeName: long(i), targetRef }), 1_000);
    const fact = endpointSliceFact({ metadata, endpoints }, 'endpointslices')!;
    boundedFact(fact);
    expect([fact.ready, fact.unreadyCount, fact.unready.length]).toEqual([0, 1_000, 50]);
  });
});

describe('a class', () => {
  test('of Ingresses becomes a fact that knows its controller, and whether it is the default one', () => {
    expect(ingressClassFact(rawIngressClass, 'ingressclasses')).toEqual({
      ...{ key: 'traefik', uid: 'u27', source: 'ingressclasses', name: 'traefik' },
      controller: 'traefik.io/ingress-controller',
      isDefault: true,
    });
  });

  test.each([undefined, 'false', true, 'TRUE'])('of Ingresses marked %j is not the default one', (mark) => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': mark };
    const fact = ingressClassFact({ metadata: { name: 'nginx', annotations } }, 'ingressclasses');
    expect(fact).toMatchObject({ name: 'nginx', controller: '', isDefault: false });
  });

  test('of Gateways becomes a fact that knows its controller', () => {
    expect(gatewayClassFact(rawGatewayClass, 'gatewayclasses')).toEqual({
      ...{ key: 'traefik', uid: 'u28', source: 'gatewayclasses', name: 'traefik' },
      controller: 'traefik.io/gateway-controller',
    });
  });

  test('without a name is none', () => {
    expect([ingressClassFact({ spec: {} }, 's'), gatewayClassFact({ metadata: { name: 3 } }, 's')]).toEqual([
      null,
      null,
    ]);
  });
});
