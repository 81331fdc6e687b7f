import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '#server/cluster/connect.ts';
import type { Connection } from '#server/cluster/connection.ts';
import { listWatchLimits } from '#server/cluster/list-watch-limits.ts';
import { createReadinessGate } from '#server/cluster/readiness-gate.ts';
import { watchCluster, type ClusterWatch } from '#server/cluster/watch-cluster.ts';
import type { FactKind } from '#server/facts/fact.ts';
import { startApiDoor } from '#server/probes/api-door.ts';
import type { SteadyAsking } from '#server/probes/steady-asking.ts';
import { createStore } from '#server/store/store.ts';
import { followWanted } from '#server/wanted-tls.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { customResource } from '../custom-resource.ts';
import { until } from '../until.ts';
import { seenAfter } from '../wall-process.ts';

const absentMs = 1_000;
const seenBar = 5_000;
// The API server itself takes seconds to let go of a kind.
const kindGoneBar = 20_000;
const gatewayGroup = 'gateway.networking.k8s.io';
const gatewayKinds = (versions: readonly string[]) => [
  customResource({ group: gatewayGroup, kind: 'Gateway', plural: 'gateways', versions, hasStatus: true }),
  customResource({ group: gatewayGroup, kind: 'HTTPRoute', plural: 'httproutes', versions, hasStatus: true }),
];
const traefik = customResource({
  ...{ group: 'traefik.io', kind: 'IngressRoute', plural: 'ingressroutes', versions: ['v1alpha1'], hasStatus: false },
});
const certManager = customResource({
  ...{ group: 'cert-manager.io', kind: 'Certificate', plural: 'certificates', versions: ['v1'], hasStatus: true },
});

let plane: ControlPlane;
let connection: Connection;
let watch: ClusterWatch;
let door: SteadyAsking | undefined;
const store = createStore({ clock: Date.now });
const config = {
  ...{ discover: true, kubelets: true, servers: [], resolver: '', authorities: [] },
  addresses: [{ host: '*.example', address: '127.0.0.1' }],
};
const wanted = followWanted(store.snapshot, () => config);

const stateOf = (source: string) => store.snapshot().sources.get(source)?.state;
const keys = () => wanted().map(({ key }) => key);
const factsOf = (kind: FactKind) => [...store.snapshot().facts(kind).keys()];

/** Waits until it is so, and says how long that took. */
async function seen(what: string, holds: () => boolean, withinMs = seenBar): Promise<void> {
  const begun = performance.now();
  await until(what, holds, { withinMs, everyMs: 20 });
  seenAfter(what, performance.now() - begun, withinMs);
}

/** Defines kinds, and waits until their API is served. */
async function install(definitions: readonly object[]): Promise<void> {
  await plane.apply(definitions);
  const names = definitions.map((each) => `crd/${(each as { metadata: { name: string } }).metadata.name}`);
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...names]);
}

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'git', namespace: 'default' },
  spec: {
    tls: [{ hosts: ['git.example'], secretName: 'git-tls' }],
    rules: [{ host: 'git.example' }],
  },
};
const gateway = {
  apiVersion: `${gatewayGroup}/v1`,
  kind: 'Gateway',
  metadata: { name: 'home', namespace: 'default' },
  spec: {
    gatewayClassName: 'cilium',
    listeners: [
      {
        ...{ name: 'https', protocol: 'HTTPS', port: 8443, hostname: '*.home.example' },
        tls: { certificateRefs: [{ name: 'home-tls' }] },
      },
    ],
  },
};
const route = {
  apiVersion: `${gatewayGroup}/v1`,
  kind: 'HTTPRoute',
  metadata: { name: 'wiki', namespace: 'default' },
  spec: { hostnames: ['wiki.home.example', 'elsewhere.org'], parentRefs: [{ name: 'home' }] },
};
const ingressRoute = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'cloud', namespace: 'default' },
  spec: {
    entryPoints: ['websecure'],
    routes: [{ kind: 'Rule', match: 'Host(`cloud.example`) && !Host(`x.example`)' }],
    tls: {},
  },
};
const certificate = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'git', namespace: 'default' },
  spec: { dnsNames: ['git.example'], secretName: 'git-tls', issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } },
};

describe('what names TLS servers, on a real API server', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 1 });
    await install(gatewayKinds(['v1beta1']));
    await plane.apply(ingress);
    const connected = await connect({ env: { KUBECONFIG: plane.kubeconfig() }, clock: Date.now });
    if (connected.connection === null) throw new Error(connected.refusals.join('; '));
    ({ connection } = connected);
    const gate = createReadinessGate();
    // What is gone is believed only while an API server answers at the door.
    door = startApiDoor({ connection, sink: store, gate, clock: Date.now });
    // A minute in earnest.
    const limits = { ...listWatchLimits, absentMs, absentAgainMs: absentMs };
    watch = watchCluster({ connection, sink: store, gate, clock: Date.now, limits });
  });
  afterAll(async () => {
    door?.stop();
    await watch?.stop();
    connection?.close();
    await plane?.stop();
  });

  test('an Ingress and a node are; what is not installed, or only as v1beta1, is absent and no missing right', async () => {
    const absent = ['gateways', 'gatewayclasses', 'httproutes', 'ingressroutes', 'certificates'];
    await seen('what is not installed is absent', () => absent.every((source) => stateOf(source) === 'absent'));
    await seen('the Ingress and the kubelet', () => keys().length === 2);
    const port = store.snapshot().facts('node').get('nuc0')?.kubeletPort;
    expect(port).toBeGreaterThan(0);
    expect(wanted()).toMatchObject([
      { key: 'Node/nuc0', target: { port, otherName: 'nuc0', trust: 'cluster' } },
      {
        ...{ key: 'Host/git.example', secret: 'default/git-tls' },
        namedBy: [{ kind: 'Ingress', namespace: 'default', name: 'git' }],
        target: { host: '127.0.0.1', port: 443, serverName: 'git.example' },
      },
    ]);
    const rights = [...store.snapshot().facts('rights').values()];
    expect(rights.filter(({ granted }) => !granted)).toEqual([]);
  });

  test('the Gateway API is found when it is installed while the wall runs, and its hosts are', async () => {
    await install(gatewayKinds(['v1', 'v1beta1']));
    await seen('the Gateway API', () => stateOf('gateways') === 'synced' && stateOf('httproutes') === 'synced');
    await plane.apply([gateway, route]);
    await seen("the route's host", () => keys().includes('Host/wiki.home.example:8443'));
    expect(wanted().at(-1)).toMatchObject({
      ...{ key: 'Host/wiki.home.example:8443', secret: 'default/home-tls' },
      namedBy: [{ kind: 'HTTPRoute', namespace: 'default', name: 'wiki' }],
    });
    expect(keys().join()).not.toContain('elsewhere');
  });

  test('so are the kinds of Traefik and cert-manager', async () => {
    await install([traefik, certManager]);
    await plane.apply([ingressRoute, certificate]);
    await seen('the IngressRoute', () => keys().includes('Host/cloud.example'));
    expect(keys().join()).not.toContain('x.example');
    await seen('the Certificate', () => factsOf('issuedCertificate').includes('default/git'));
    const path = '/apis/cert-manager.io/v1/namespaces/default/certificates/git';
    const conditions = [{ type: 'Ready', status: 'False', reason: 'DoesNotExist', message: 'no Secret' }];
    await plane.patchStatus(path, { conditions, failedIssuanceAttempts: 2 });
    const issued = () => store.snapshot().facts('issuedCertificate').get('default/git');
    await seen('its status', () => issued()?.ready?.status === 'False');
    expect(issued()).toMatchObject({ failedAttempts: 2, notAfter: null, issuer: 'ClusterIssuer letsencrypt' });
  });

  test('what is deleted is looked at no more, be it an object or its whole kind', async () => {
    await plane.kubectl(['delete', 'ingress', 'git']);
    await seen('the Ingress is gone', () => !keys().includes('Host/git.example'));
    await plane.kubectl(['delete', 'crd', 'ingressroutes.traefik.io']);
    await seen(
      'the kind is gone',
      () => !keys().includes('Host/cloud.example') && stateOf('ingressroutes') === 'absent',
      kindGoneBar,
    );
    expect(keys()).toEqual(['Node/nuc0', 'Host/wiki.home.example:8443']);
  });
});
