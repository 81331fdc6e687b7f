import { daemonSetFact } from '#server/facts/daemon-set.ts';
import { deploymentFact } from '#server/facts/deployment.ts';
import { endpointSliceFact } from '#server/facts/endpoint-slice.ts';
import { gatewayClassFact } from '#server/facts/gateway-class.ts';
import { ingressClassFact } from '#server/facts/ingress-class.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { serviceFact } from '#server/facts/service.ts';
import { statefulSetFact } from '#server/facts/stateful-set.ts';
import { webHosts } from '#server/cluster/demo/web-hosts.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const paths = {
  services: '/api/v1/services',
  endpointslices: '/apis/discovery.k8s.io/v1/endpointslices',
  ingressclasses: '/apis/networking.k8s.io/v1/ingressclasses',
  gatewayclasses: '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
  ingresses: '/apis/networking.k8s.io/v1/ingresses',
  deployments: '/apis/apps/v1/deployments',
  statefulsets: '/apis/apps/v1/statefulsets',
  daemonsets: '/apis/apps/v1/daemonsets',
};

async function itemsOf({ get }: DemoBench, of: keyof typeof paths) {
  return (await get(paths[of])).json.items;
}

async function factsOf<T>(
  bench: DemoBench,
  of: keyof typeof paths,
  fact: (raw: unknown, source: string, intern: typeof asItIs) => T | null,
): Promise<T[]> {
  return (await itemsOf(bench, of)).flatMap((raw: unknown) => fact(raw, of, asItIs) ?? []);
}

async function sliceOf(bench: DemoBench, service: string) {
  const items = await itemsOf(bench, 'endpointslices');
  const found = items.filter(({ metadata }: { metadata: { namespace: string; labels: Record<string, string> } }) => {
    return `${metadata.namespace}/${metadata.labels['kubernetes.io/service-name']}` === service;
  });
  expect(found.length).toBe(1);
  return found[0];
}

describe('Services', () => {
  test('lead to pods of workloads by the labels of their templates', async () => {
    const bench = createBench();
    const services = await factsOf(bench, 'services', serviceFact);
    const templates = [
      ...(await factsOf(bench, 'deployments', deploymentFact)),
      ...(await factsOf(bench, 'statefulsets', statefulSetFact)),
      ...(await factsOf(bench, 'daemonsets', daemonSetFact)),
    ];
    const selecting = services.filter(({ selector }) => selector !== null);
    expect(selecting.length).toBeGreaterThan(20);
    for (const { namespace, name, selector } of selecting) {
      const fitting = templates.filter((each) => {
        const labels = each.template?.labels ?? {};
        return each.namespace === namespace && Object.entries(selector!).every(([key, value]) => labels[key] === value);
      });
      expect(fitting.length, `${namespace}/${name}`).toBe(1);
    }
    expect(services.filter(({ selector }) => selector === null).map(({ key }) => key)).toEqual([
      'default/kubernetes',
      'default/photos',
    ]);
  });

  test('of all that is named from outside there is one, with the port that is named', async () => {
    const services = await factsOf(createBench(), 'services', serviceFact);
    for (const { namespace, name, port } of webHosts) {
      const found = services.find(({ key }) => key === `${namespace}/${name}`);
      expect(
        found?.ports.map((each) => each.port),
        `${namespace}/${name}`,
      ).toContain(port);
    }
  });

  test("Traefik's is to be reached at every node", async () => {
    const services = await factsOf(createBench(), 'services', serviceFact);
    expect(services.find(({ key }) => key === 'kube-system/traefik')).toMatchObject({
      type: 'LoadBalancer',
      addresses: ['192.168.1.10', '192.168.1.11', '192.168.1.12', '192.168.1.13'],
      ports: [
        { name: 'web', port: 80, nodePort: 31_080 },
        { name: 'websecure', port: 443, nodePort: 31_443 },
      ],
    });
  });

  test('keys stand in the order of the API', async () => {
    const items = await itemsOf(createBench(), 'services');
    const traefik = items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'traefik');
    expect(Object.keys(traefik.spec)).toEqual(
      'ports selector clusterIP clusterIPs type sessionAffinity externalTrafficPolicy ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts internalTrafficPolicy'.split(
        ' ',
      ),
    );
  });
});

describe('EndpointSlices', () => {
  test('all Services have somebody ready while all is well', async () => {
    const bench = createBench();
    const services = await factsOf(bench, 'services', serviceFact);
    const slices = await factsOf(bench, 'endpointslices', endpointSliceFact);
    expect(slices.map(({ namespace, service }) => `${namespace}/${service}`).toSorted()).toEqual(
      services.map(({ key }) => key).toSorted(),
    );
    for (const { key, ready, unreadyCount } of slices) expect([key, ready > 0, unreadyCount]).toEqual([key, true, 0]);
    expect((await sliceOf(bench, 'default/kubernetes')).metadata.name).toBe('kubernetes');
    expect((await sliceOf(bench, 'default/photos')).endpoints).toEqual([
      { addresses: ['192.168.1.5'], conditions: { ready: true } },
    ]);
  });

  test('name the pod, its address and its node', async () => {
    const bench = createBench();
    const { endpoints, ports, metadata } = await sliceOf(bench, 'home/dashboard');
    const pods = (await bench.get('/api/v1/pods?labelSelector=app.kubernetes.io/name=dashboard')).json.items;
    expect(endpoints.map(({ nodeName }: { nodeName: string }) => nodeName).toSorted()).toEqual(['nuc0', 'nuc1']);
    for (const { addresses, conditions, targetRef, nodeName } of endpoints) {
      const pod = pods.find((each: { metadata: { name: string } }) => each.metadata.name === targetRef.name);
      expect(addresses).toEqual([pod.status.podIP]);
      expect(conditions).toEqual({ ready: true, serving: true, terminating: false });
      expect(targetRef).toEqual({ kind: 'Pod', namespace: 'home', name: targetRef.name, uid: pod.metadata.uid });
      expect(nodeName).toBe(pod.spec.nodeName);
    }
    expect(ports).toEqual([{ name: 'http', protocol: 'TCP', port: 8080 }]);
    expect(metadata).toMatchObject({
      generateName: 'dashboard-',
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [{ kind: 'Service', name: 'dashboard', controller: true }],
    });
  });

  test.each([
    ['crash-loop', 'gitea/gitea-postgresql'],
    ['not-ready', 'monitoring/grafana'],
    ['registry-down', 'home/dashboard'],
  ])('%s: nobody is ready behind %s, who is there is named, and it heals', async (scenario, service) => {
    const bench = createBench();
    bench.demo.player.play(scenario);
    await bench.clock.pass(60_000);
    const { endpoints } = await sliceOf(bench, service);
    expect(endpoints.length).toBeGreaterThan(0);
    for (const { conditions, targetRef } of endpoints) {
      expect(conditions).toMatchObject({ ready: false, terminating: false });
      expect(targetRef.kind).toBe('Pod');
    }
    await bench.clock.pass(150_000);
    const fact = endpointSliceFact(await sliceOf(bench, service), 'endpointslices');
    expect(fact).toMatchObject({ unreadyCount: 0 });
    expect(fact?.ready).toBeGreaterThan(0);
  });

  test('a pod on its way out is not ready, and gone with its pod', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'drain', node: 'nuc2' });
    await bench.clock.pass(150);
    const leaving = (await sliceOf(bench, 'media/jellyfin')).endpoints;
    expect(leaving).toContainEqual(
      expect.objectContaining({ conditions: { ready: false, serving: true, terminating: true } }),
    );
    await bench.clock.pass(30_000);
    const [endpoint, ...others] = (await sliceOf(bench, 'media/jellyfin')).endpoints;
    expect(others).toEqual([]);
    expect(endpoint).toMatchObject({ conditions: { ready: true, serving: true, terminating: false } });
  });

  test('of a node that is down are not ready once the API has given it up', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    await bench.clock.pass(30_000);
    expect((await sliceOf(bench, 'media/jellyfin')).endpoints[0].conditions.ready).toBe(true);
    await bench.clock.pass(40_000);
    expect((await sliceOf(bench, 'media/jellyfin')).endpoints[0].conditions.ready).toBe(false);
  });
});

describe('classes and wishes', () => {
  test("Traefik's class is the default one, and another is that of Gateways", async () => {
    const bench = createBench();
    expect(await factsOf(bench, 'ingressclasses', ingressClassFact)).toMatchObject([
      { name: 'traefik', controller: 'traefik.io/ingress-controller', isDefault: true },
    ]);
    expect(await factsOf(bench, 'gatewayclasses', gatewayClassFact)).toMatchObject([
      { name: 'traefik', controller: 'traefik.io/gateway-controller' },
    ]);
  });

  test('beside the Ingress of git stands what its page must show', async () => {
    const ingresses = await factsOf(createBench(), 'ingresses', ingressFact);
    expect(ingresses.filter(({ wish }) => wish.text !== '').map(({ key, wish }) => [key, wish.text])).toEqual([
      ['gitea/gitea', 'Explore'],
    ]);
  });

  test.each(['services', 'endpointslices', 'ingressclasses', 'gatewayclasses'] as const)(
    '%s can be listed, watched and discovered',
    async (resource) => {
      const bench = createBench();
      const path = paths[resource];
      const { items, kind } = (await bench.get(path)).json;
      const { lines } = await bench.watch(`${path}?watch=1`);
      expect(lines.map(({ object }) => object.metadata.uid)).toEqual(
        items.map(({ metadata }: { metadata: { uid: string } }) => metadata.uid),
      );
      expect(lines[0]?.object.kind).toBe(kind.replace(/List$/, ''));
      const discovered = (await bench.get(path.slice(0, path.lastIndexOf('/')))).json.resources;
      expect(discovered).toContainEqual(
        expect.objectContaining({ name: resource, namespaced: !resource.endsWith('classes') }),
      );
    },
  );
});

describe('templates', () => {
  test('what must stay is on a claim, files are read, and room goes with the pod', async () => {
    const bench = createBench();
    const gitea = (await factsOf(bench, 'deployments', deploymentFact)).find(({ name }) => name === 'gitea');
    expect(gitea?.template).toEqual({
      labels: { 'app.kubernetes.io/name': 'gitea' },
      containers: [
        {
          ...{ name: 'gitea', image: 'docker.io/gitea/gitea:1.26.0-rootless', variables: [] },
          mounts: [
            { volume: 'data', path: '/var/lib/gitea', readOnly: false },
            { volume: 'config', path: '/env-to-ini-mounts', readOnly: false },
          ],
        },
      ],
      volumes: [
        { name: 'data', is: 'claim', what: 'gitea-data' },
        { name: 'config', is: 'files', what: '' },
      ],
      pinned: false,
    });
    const databases = await factsOf(bench, 'statefulsets', statefulSetFact);
    expect(databases.find(({ name }) => name === 'gitea-postgresql')?.template?.volumes).toEqual([
      { name: 'data', is: 'claim', what: 'data' },
    ]);
  });

  test('four workloads with seven pods are built at home', async () => {
    const bench = createBench();
    const own = (await factsOf(bench, 'deployments', deploymentFact)).filter(({ template }) => {
      return template?.containers[0]?.image.startsWith('registry.home.example/');
    });
    expect(own.map(({ key, wanted, ready }) => [key, wanted, ready])).toEqual([
      ['fun/photo-frame', 2, 2],
      ['home/dashboard', 2, 2],
      ['home/doorbell', 1, 1],
      ['home/speech', 2, 2],
    ]);
  });
});

test('in a wiped cluster there is only what k3s brings along, and all is there again afterwards', async () => {
  const bench = createBench();
  const keys = async () => (await factsOf(bench, 'services', serviceFact)).map(({ key }) => key);
  const before = await keys();
  bench.demo.player.play('cluster-wiped');
  await bench.clock.pass(1000);
  expect(await keys()).toEqual([
    'default/kubernetes',
    'kube-system/kube-dns',
    'kube-system/metrics-server',
    'kube-system/traefik',
  ]);
  bench.demo.player.play('calm');
  expect(await keys()).toEqual(before);
});

test('the same seed gives the same objects, another one others', async () => {
  const all = async (seed: number) => {
    const bench = createBench({ seed });
    return JSON.stringify([await itemsOf(bench, 'services'), await itemsOf(bench, 'endpointslices')]);
  };
  expect(await all(7)).toBe(await all(7));
  expect(await all(8)).not.toBe(await all(7));
});
