import { createCertificateLife, type CertificateLife } from './certificate-life.ts';
import { makeGatewayClass } from './make-service.ts';
import { makeGateway, makeHttpRoute, makeIngress, makeIngressRoute } from './make-web.ts';
import { webHosts } from './web-hosts.ts';
import type { World } from './world.ts';

/** What leads from outside to the workloads, with its certificates. */
export interface WebLife {
  readonly certificates: Omit<CertificateLife, 'furnish' | 'uninstall'>;
  furnish(createdAt: number): void;
  /** Its objects are gone. */
  uninstall(): void;
}

export function createWebLife(world: World): WebLife {
  const { store } = world;
  const random = world.random.fork('web');
  const certificates = createCertificateLife(world);
  const routes = webHosts.filter(({ by }) => by === 'http-route');

  return {
    certificates,
    furnish(createdAt) {
      for (const web of webHosts) {
        if (web.by === 'ingress') store.put('ingresses', makeIngress(web, random, createdAt));
        if (web.by === 'ingress-route') store.put('ingressroutes', makeIngressRoute(web, random, createdAt));
      }
      store.put('gatewayclasses', makeGatewayClass(random, createdAt));
      store.put('gateways', makeGateway(routes.length, random, createdAt));
      for (const web of routes) store.put('httproutes', makeHttpRoute(web, random, createdAt));
      certificates.furnish(createdAt);
    },
    uninstall: () => certificates.uninstall(),
  };
}
