import { gatewayFact } from '#server/facts/gateway.ts';
import { httpRouteFact } from '#server/facts/http-route.ts';
import { ingressFact } from '#server/facts/ingress.ts';
import { ingressRouteFact } from '#server/facts/ingress-route.ts';
import { issuedCertificateFact } from '#server/facts/issued-certificate.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const DAY_MS = 86_400_000;
const paths = {
  ingresses: '/apis/networking.k8s.io/v1/ingresses',
  gateways: '/apis/gateway.networking.k8s.io/v1/gateways',
  httproutes: '/apis/gateway.networking.k8s.io/v1/httproutes',
  ingressroutes: '/apis/traefik.io/v1alpha1/ingressroutes',
  certificates: '/apis/cert-manager.io/v1/certificates',
};

async function factsOf<T>(
  { get }: DemoBench,
  of: keyof typeof paths,
  fact: (raw: unknown, source: string) => T | null,
) {
  const { items } = (await get(paths[of])).json;
  return items.flatMap((raw: unknown) => fact(raw, of) ?? []) as T[];
}

describe('what leads to the homelab from outside', () => {
  test('Ingresses name their hosts with TLS, some with a Secret of their own', async () => {
    const ingresses = await factsOf(createBench(), 'ingresses', ingressFact);
    const gitea = ingresses.find(({ name }) => name === 'gitea');
    expect(gitea).toMatchObject({
      className: 'traefik',
      hosts: ['git.home.example'],
      tls: [{ hosts: ['git.home.example'], secretName: 'git-tls' }],
      addresses: ['192.168.1.10', '192.168.1.11', '192.168.1.12', '192.168.1.13'],
    });
    expect(ingresses.find(({ name }) => name === 'dashboard')?.tls).toEqual([
      { hosts: ['dashboard.home.example'], secretName: '' },
    ]);
    expect(ingresses.length).toBe(8);
  });

  test('IngressRoutes of Traefik, a Gateway and an HTTPRoute through it', async () => {
    const bench = createBench();
    const routes = await factsOf(bench, 'ingressroutes', ingressRouteFact);
    expect(routes.map(({ hosts, tls }) => [hosts, tls?.secretName])).toEqual([
      [['argocd.home.example'], ''],
      [['longhorn.home.example'], ''],
      [['media.home.example'], 'media-tls'],
    ]);
    const [gateway] = await factsOf(bench, 'gateways', gatewayFact);
    expect(gateway?.listeners).toEqual([
      {
        ...{ name: 'websecure', protocol: 'HTTPS', port: 8443, hostname: '*.home.example', terminates: true },
        secret: 'kube-system/wildcard-home-example-tls',
      },
    ]);
    const [route] = await factsOf(bench, 'httproutes', httpRouteFact);
    expect(route).toMatchObject({
      hostnames: ['metrics.home.example'],
      parents: [{ namespace: 'kube-system', name: 'home', listener: 'websecure', port: null }],
    });
  });

  test.each(Object.entries(paths))('%s can be listed, watched and discovered', async (resource, path) => {
    const { get, watch } = createBench();
    const { items, kind, apiVersion } = (await get(path)).json;
    const { lines } = await watch(`${path}?watch=1`);
    expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual(
      items.map(({ metadata }: { metadata: { name: string } }) => ['ADDED', metadata.name]),
    );
    expect(lines[0]?.object).toMatchObject({ kind: kind.replace(/List$/, ''), apiVersion });
    const discovered = (await get(path.slice(0, path.lastIndexOf('/')))).json.resources;
    expect(discovered).toContainEqual(expect.objectContaining({ name: resource, namespaced: true }));
    // Items of what a CustomResourceDefinition brought say themselves what they are; the API server's own do not.
    expect(items[0].kind).toBe(resource === 'ingresses' ? undefined : kind.replace(/List$/, ''));
  });

  test('an API that the homelab does not have answers as the real one does', async () => {
    const { status, text } = await createBench().get('/apis/externaldns.k8s.io/v1alpha1/dnsendpoints');
    expect([status, text]).toEqual([404, '404 page not found\n']);
  });

  test('in a wiped cluster there is none of it, and it is there again afterwards', async () => {
    const bench = createBench();
    bench.demo.player.play('cluster-wiped');
    await bench.clock.pass(1000);
    for (const path of Object.values(paths)) expect((await bench.get(path)).json.items).toEqual([]);
    bench.demo.player.play('calm');
    expect((await bench.get(paths.certificates)).json.items.length).toBe(3);
  });
});

describe("cert-manager's Certificates", () => {
  test('are ready, were issued for 90 days at plausible times, and are renewed when a third is left', async () => {
    const bench = createBench();
    const certificates = await factsOf(bench, 'certificates', issuedCertificateFact);
    expect(certificates.map(({ key }) => key)).toEqual(['gitea/git-tls', 'media/jellyfin', 'monitoring/grafana-tls']);
    for (const { ready, notBefore, notAfter, renewalAt, revision, createdAt, failedAttempts } of certificates) {
      expect(ready).toMatchObject({ status: 'True', reason: 'Ready', changedAt: notBefore });
      expect(notAfter! - notBefore!).toBe(90 * DAY_MS - 1000);
      expect(renewalAt! - notBefore!).toBe(60 * DAY_MS - 1000);
      expect(notBefore).toBeGreaterThan(createdAt!);
      expect(renewalAt).toBeGreaterThan(bench.clock.now());
      expect(revision).toBeGreaterThan(4);
      expect(failedAttempts).toBe(0);
    }
  });

  test('belong to the Ingress that wants them, where one does', async () => {
    const { items } = (await createBench().get(paths.certificates)).json;
    const owners = items.map(({ metadata }: { metadata: { ownerReferences?: { name: string }[] } }) => {
      return metadata.ownerReferences?.[0]?.name;
    });
    expect(owners).toEqual(['gitea', undefined, 'grafana']);
  });

  test('whose renewal fails stay ready until they have expired, and tell of their attempts', async () => {
    const bench = createBench();
    const fail = (leftDays: number) => {
      const certificate = 'media/media-tls';
      return bench.demo.stage.apply({ action: 'certificateAges', certificate, leftDays, why: 'no order' });
    };
    const jellyfin = async () =>
      (await factsOf(bench, 'certificates', issuedCertificateFact)).find(({ name }) => name === 'jellyfin')!;
    await fail(21);
    const failing = await jellyfin();
    expect(failing.ready?.status).toBe('True');
    expect(failing.issuing).toMatchObject({ status: 'False', reason: 'Failed', message: 'no order' });
    expect(failing.renewalAt).toBeLessThan(bench.clock.now() - 8 * DAY_MS);
    expect(failing.failedAttempts).toBe(11);
    expect(failing.lastFailureAt).toBeLessThanOrEqual(bench.clock.now());
    await fail(-1);
    expect((await jellyfin()).ready).toMatchObject({
      ...{ status: 'False', reason: 'Expired', message: 'Certificate expired on Fri, 20 Nov 2026 09:00:00 UTC' },
      changedAt: (await jellyfin()).notAfter,
    });
    await bench.demo.stage.apply({ action: 'certificateRenewed', certificate: 'media/media-tls' });
    expect(await jellyfin()).toMatchObject({ failedAttempts: 0, issuing: null, ready: { status: 'True' } });
  });

  test('that are not there cannot age', async () => {
    const aged = createBench().demo.stage.apply({ action: 'certificateAges', certificate: 'a/b', leftDays: 1 });
    await expect(aged).rejects.toThrow('no certificate a/b');
  });
});
