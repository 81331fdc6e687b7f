import type { HomeService } from './home-services.ts';
import { makeIngress } from './make-web.ts';
import type { Random } from './random.ts';
import type { RawIngress } from './raw-web.ts';
import type { WebHost } from './web-hosts.ts';
import type { Workload } from './workloads.ts';

/** The registry that comes and goes with scenarios: Harbor, in the cluster. */
export const HARBOR = { host: 'harbor.home.example', namespace: 'harbor' } as const;

/** Where the image of its database comes from: Docker Hub, or through Harbor's own cache of it. */
export type HarborDatabaseFrom = 'docker.io' | 'itself';

const VERSION = 'v2.15.0';

/**
 * What Harbor consists of, and an application built at home whose image it holds. That which pulls through itself has one pod
 * of each part, all on one node; the other one was set up with more care.
 */
export function harborWorkloads(from: HarborDatabaseFrom): Workload[] {
  const on = from === 'itself' ? ['nuc1'] : ['nuc1', 'nuc2'];
  const database = from === 'itself' ? `${HARBOR.host}/hub/library/postgres:17.8` : 'docker.io/library/postgres:17.8';
  return [
    part('StatefulSet', 'database', database, 5432, { data: '/var/lib/postgresql/data' }),
    part('StatefulSet', 'redis', 'docker.io/library/redis:8.2-alpine', 6379, { data: '/data' }),
    part('Deployment', 'core', `docker.io/goharbor/harbor-core:${VERSION}`, 8080, { on }),
    part('Deployment', 'portal', `docker.io/goharbor/harbor-portal:${VERSION}`, 8080, { on }),
    part('Deployment', 'jobservice', `docker.io/goharbor/harbor-jobservice:${VERSION}`, 8080, { on }),
    part('Deployment', 'registry', `docker.io/goharbor/registry-photon:${VERSION}`, 5000, { on, data: '/storage' }),
    {
      ...{ namespace: 'fun', name: 'weather-lamp', kind: 'Deployment', on: ['nuc1'], port: 8080 },
      image: `${HARBOR.host}/home/weather-lamp:0.9`,
    },
  ];
}

/** Its Services: those of its parts have their names. */
export const harborServices: readonly HomeService[] = harborWorkloads('itself').map(
  ({ namespace, name, port = 80 }) => {
    const shown = name.endsWith('core') || name.endsWith('portal') ? 80 : port;
    return { namespace, name, to: name, ports: [{ name: 'http', port: shown, target: port }] };
  },
);

/** Its parts as its health names them, and the Services behind them. */
export const harborParts: Readonly<Record<string, string>> = {
  ...{ core: 'harbor-core', database: 'harbor-database', jobservice: 'harbor-jobservice', portal: 'harbor-portal' },
  ...{ redis: 'harbor-redis', registry: 'harbor-registry', registryctl: 'harbor-registry' },
};

/** What it holds beside what it fetches from Docker Hub. */
export const harborImages: readonly string[] = ['home/weather-lamp:0.9', 'hub/library/postgres:17.8'];

const web: WebHost = {
  ...{ host: HARBOR.host, by: 'ingress', namespace: HARBOR.namespace, name: 'harbor', port: 80, secret: null },
};

/** Its Ingress: what clients of the registry ask goes to the core, all else is the portal's. */
export function makeHarborIngress(random: Random, createdAt: number): RawIngress {
  const ingress = makeIngress(web, random, createdAt);
  const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
  const toCore = ['/api/', '/service/', '/v2/', '/c/'].map((path) => {
    return { path, pathType: 'Prefix', backend: backend('harbor-core') };
  });
  const paths = [...toCore, { path: '/', pathType: 'Prefix', backend: backend('harbor-portal') }];
  return { ...ingress, spec: { ...ingress.spec, rules: [{ host: HARBOR.host, http: { paths } }] } };
}

function part(
  kind: Workload['kind'],
  name: string,
  image: string,
  port: number,
  extra: Pick<Workload, 'data' | 'on'>,
): Workload {
  const { namespace } = HARBOR;
  return { namespace, name: `harbor-${name}`, kind, image, on: ['nuc1'], port, recreate: true, ...extra };
}
