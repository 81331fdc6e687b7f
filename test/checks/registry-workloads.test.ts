import { describe, expect, test } from 'vitest';
import { registryProduct } from '#server/checks/registry-products.ts';
import { registryWorkloads } from '#server/checks/registry-workloads.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import { anHttpRoute, anIngressRoute } from '#test/builders/routes.ts';
import { aRegistryProbe, aService } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { all, played, type Played } from './registry/pulling.ts';

const own = played('registry', { namespace: 'infra', image: 'registry:3' });
const service = (part: Partial<ServiceFact> = {}) => aService({ namespace: 'infra', name: 'registry', ...part });

/** Names of the workloads with the registries that they are. */
function found(probe: Partial<RegistryProbeFact>, parts: SnapshotParts, plays: Played[] = [own]) {
  const snapshot = aSnapshot({ ...all(...plays), registryProbes: [aRegistryProbe(probe)], ...parts });
  return registryWorkloads(snapshot).map(({ group, registries }) => [
    group.subject.name,
    registries.map(({ name }) => name).join(),
  ]);
}

describe('a registry that the wall asks is found among the workloads', () => {
  test('by a route to its host', () => {
    const backends = [{ namespace: 'infra', service: 'registry' }];
    const httpRoutes = [anHttpRoute({ namespace: 'infra', hostnames: ['registry.example'], backends })];
    expect(found({}, { services: [service()], httpRoutes })).toEqual([['registry', 'home']]);
    const ingressRoutes = [
      anIngressRoute({ backends: [{ host: 'registry.example', namespace: 'infra', service: 'registry' }] }),
    ];
    expect(found({}, { services: [service()], ingressRoutes })).toEqual([['registry', 'home']]);
    expect(found({ host: 'other.example' }, { services: [service()], httpRoutes })).toEqual([['registry', '']]);
    const others = [service({ selector: { app: 'other' } })];
    expect(found({}, { services: others, httpRoutes })).toEqual([['registry', '']]);
  });

  test.for(['registry.infra.svc:5000', 'registry.infra.svc.cluster.local:5000', '10.43.0.7:5000'])(
    'by its Service in the host: %s',
    (host) => {
      expect(found({ host }, { services: [service()] })).toEqual([['registry', 'home']]);
    },
  );

  test('by the address and port of its LoadBalancer, which others share', () => {
    const ports = [{ name: 'http', port: 5000, nodePort: null }];
    const services = [service({ type: 'LoadBalancer', addresses: ['192.168.1.10'], ports })];
    const at = (address: string) => found({ host: 'registry.example:5000', address }, { services });
    expect(at('192.168.1.10:5000')).toEqual([['registry', 'home']]);
    expect(at('192.168.1.99:5000')).toEqual([['registry', '']]);
    expect(found({ address: '192.168.1.10:443' }, { services })).toEqual([['registry', '']]);
  });

  test('by its NodePort', () => {
    const services = [service({ type: 'NodePort', ports: [{ name: 'http', port: 5000, nodePort: 32000 }] })];
    expect(found({ host: 'localhost:32000' }, { services })).toEqual([['registry', 'home']]);
  });
});

test('all of Harbor in a namespace is one registry; the only Harbor is the one that is asked as such', () => {
  const part = (name: string, namespace = 'harbor') =>
    played(name, { namespace, image: `goharbor/${name}:v2.14.0`, labels: { app: name } });
  const parts = [part('harbor-core'), part('harbor-db')];
  const harbor = { kind: 'harbor', host: 'harbor.example' } as const;
  const both = [
    ['harbor-core', 'home'],
    ['harbor-db', 'home'],
  ];
  const services = [aService({ namespace: 'harbor', name: 'harbor', selector: { app: 'harbor-core' } })];
  const ingressRoutes = [
    anIngressRoute({ backends: [{ host: 'harbor.example', namespace: 'harbor', service: 'harbor' }] }),
  ];
  expect(found({ host: 'harbor.example' }, { services, ingressRoutes }, parts)).toEqual(both);
  expect(found(harbor, {}, parts)).toEqual(both);
  expect(found({ host: 'harbor.example' }, {}, parts).map(([, registries]) => registries)).toEqual(['', '']);
  const two = [...parts, part('harbor-core', 'lab')];
  expect(found(harbor, {}, two).map(([, registries]) => registries)).toEqual(['', '', '']);
});

test.for([
  ['registry:3', 'registry'],
  ['docker.io/library/registry:2', 'registry'],
  ['ghcr.io/distribution/distribution:3', 'registry'],
  ['goharbor/harbor-core:v2.14.0', 'harbor'],
  ['ghcr.io/project-zot/zot-linux-arm64:v2', 'zot'],
  ['codeberg.org/forgejo/forgejo:13-rootless', 'forgejo'],
  ['ghcr.io/spegel-org/spegel:v0.4', 'spegel'],
  ['nginx:1', null],
  ['registry.example/web:1', null],
  ['confluentinc/cp-schema-registry:7', null],
] as const)('%s is %s', ([image, product]) => {
  expect(registryProduct(image)).toBe(product);
});
