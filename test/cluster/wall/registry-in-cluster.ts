import type { RealNode } from '../real-node/real-node.ts';
import { deployment, namespace } from '../workload.ts';

/** Where the registry of the cluster lives. */
export const home = 'registry';

/** Where it is asked, the node it runs on, and another that runs nothing but what watches it. */
export interface RegistryPlace {
  /** 127.0.0.1:PORT */
  host: string;
  port: number;
  node: RealNode;
  other: string;
}

/** The repositories that it must hold, so that all the pods below can start. */
export const repositories = ['library/registry', 'library/postgres', 'portal', 'exporter', 'wiki'];

/**
 * A registry with its database, its portal and what watches it, and two pods of another application. All images come from it:
 * some by its own name, its own and the database's as Docker Hub's, whose mirror it is.
 */
export function registryInCluster(place: RegistryPlace): object[] {
  const { host, node, other } = place;
  const own = (repository: string) => ({ container: fetched(`${host}/${repository}:1`) });
  return [
    namespace(home),
    namespace('apps'),
    service(place),
    ...database(node),
    statefulSet('registry', node.name, {
      containers: [container('registry:1', '/var/lib/registry')],
      volumes: [{ name: 'data', emptyDir: {} }],
    }),
    deployment({ namespace: home, name: 'registry-portal', node: node.name, ...own('portal') }),
    deployment({ namespace: home, name: 'registry-exporter', node: other, ...own('exporter') }),
    deployment({ namespace: 'apps', name: 'wiki', node: node.name, replicas: 2, ...own('wiki') }),
  ];
}

/** What has the API refuse the database's pod, and no other: pods of its priority may be none. */
export const noDatabase = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { namespace: home, name: 'databases' },
  spec: {
    hard: { pods: '0' },
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['database'] }] },
  },
};

const notBackedUp = { 'clusterwall.dev/backup': 'none' };

/** With its data on a volume, which stays when its pod goes. */
function database({ name, directory }: RealNode): object[] {
  const claim = { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '10Mi' } } };
  return [
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'database' }, value: 1_000 },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'database' },
      spec: {
        ...{ capacity: { storage: '10Mi' }, accessModes: claim.accessModes, storageClassName: '' },
        hostPath: { path: `${directory}/database`, type: 'DirectoryOrCreate' },
        claimRef: { namespace: home, name: 'data-registry-database-0' },
      },
    },
    statefulSet(
      'registry-database',
      name,
      {
        priorityClassName: 'database',
        containers: [container('postgres:1', '/var/lib/postgresql')],
      },
      { volumeClaimTemplates: [{ metadata: { name: 'data', annotations: notBackedUp }, spec: claim }] },
    ),
  ];
}

/** As on a node that has not had it yet: each start fetches it. */
function fetched(image: string): { image: string; imagePullPolicy: string } {
  return { image, imagePullPolicy: 'Always' };
}

function container(image: string, mountPath: string): object {
  return { name: 'main', ...fetched(image), volumeMounts: [{ name: 'data', mountPath }] };
}

/** At its load balancer's address the registry is asked. */
function service({ port }: RegistryPlace): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: home, name: 'registry' },
    spec: { type: 'LoadBalancer', selector: { app: 'registry' }, ports: [{ port, targetPort: 5000 }] },
  };
}

function statefulSet(name: string, node: string, pod: object, more: object = {}): object {
  const labels = { app: name };
  const spec = { terminationGracePeriodSeconds: 0, nodeSelector: { 'kubernetes.io/hostname': node }, ...pod };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { namespace: home, name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, ...more },
  };
}
