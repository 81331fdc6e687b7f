import { join } from 'node:path';
import { copyFileSync } from 'node:fs';
import type { ApiAction, NodeAction, Stage } from '#server/cluster/demo/scenario.ts';
import { createCertificateAuthority } from './certificates.ts';
import type { ControlPlane } from './control-plane.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { AUTHORITY_NAME } from './plane-files.ts';
import type { Grant, Rule } from './rights.ts';

/** A real control plane as a stage, and the one wall that is played to: a user of its own behind a proxy of its own. */
export interface PlaneStage extends Stage {
  /** Path of the kubeconfig for that wall; its content changes with the play. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

const USER = 'stage-wall';
const SECOND_MS = 1000;

// All that a wall reads, each right for itself, so that each can be taken away.
const RIGHTS: Readonly<Record<string, Rule>> = {
  namespaces: { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  ...watched('', 'nodes', 'pods', 'events', 'resourcequotas', 'services'),
  ...watched('discovery.k8s.io', 'endpointslices'),
  ...watched('apps', 'deployments', 'statefulsets', 'daemonsets', 'replicasets'),
  ...watched('coordination.k8s.io', 'leases'),
  ...watched('apiregistration.k8s.io', 'apiservices'),
  ...watched('networking.k8s.io', 'ingresses', 'ingressclasses'),
  ...watched('gateway.networking.k8s.io', 'gateways', 'httproutes', 'gatewayclasses'),
  ...watched('traefik.io', 'ingressroutes'),
  ...watched('cert-manager.io', 'certificates'),
  ...watched('', 'persistentvolumes', 'persistentvolumeclaims'),
  ...watched('storage.k8s.io', 'storageclasses', 'volumeattachments'),
  ...watched('batch', 'cronjobs'),
  ...watched('snapshot.storage.k8s.io', 'volumesnapshots'),
  ...watched('k3s.cattle.io', 'etcdsnapshotfiles'),
  // Of several groups that call things alike: as one right each.
  ...watchedGroup(
    'longhorn.io',
    'volumes',
    'replicas',
    'nodes',
    'backups',
    'backupvolumes',
    'backuptargets',
    'recurringjobs',
  ),
  ...watchedGroup('ceph.rook.io', 'cephclusters', 'cephblockpools'),
  ...watchedGroup('velero.io', 'backups', 'schedules', 'backupstoragelocations'),
  ...watchedGroup('k8up.io', 'schedules', 'backups', 'snapshots'),
  ...watchedGroup('volsync.backube', 'replicationsources'),
  'pods/log': { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
};

function watched(group: string, ...resources: readonly string[]): Record<string, Rule> {
  const rule = (resource: string): Rule => ({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] });
  return Object.fromEntries(resources.map((resource) => [resource, rule(resource)]));
}

function watchedGroup(group: string, ...resources: readonly string[]): Record<string, Rule> {
  return { [group]: { apiGroups: [group], resources, verbs: ['list', 'watch'] } };
}

/** What the stage works with. */
interface Backstage {
  plane: ControlPlane;
  proxy: FaultProxy;
  kubeconfig: string;
  grants: Map<string, Grant>;
}

/** Gives the wall's user its rights and its kubeconfig. The plane stays its owner's. */
export async function createPlaneStage(plane: ControlPlane): Promise<PlaneStage> {
  const proxy = await startFaultProxy({ targetPort: plane.port });
  const kubeconfig = join(plane.directory, `${USER}-${proxy.port}.yaml`);
  const backstage: Backstage = { plane, proxy, kubeconfig, grants: new Map() };
  await grantAll(backstage);
  await writeKubeconfig(backstage, {});
  return {
    kubeconfig,
    async apply(action) {
      // Pretended pods do not crash, pull or mount: workloads fail for real on the real node.
      if ('workload' in action || 'certificate' in action || 'thing' in action) {
        throw new Error(`only the demo can play ${action.action}`);
      }
      return 'node' in action ? actOnNode(plane, action) : actOnApi(backstage, action);
    },
    close: () => proxy.close(),
  };
}

async function actOnNode(plane: ControlPlane, action: NodeAction): Promise<void> {
  const { node } = action;
  switch (action.action) {
    case 'silenceNode':
    case 'reviveNode':
    case 'cordon':
    case 'uncordon':
    case 'removeNode':
    case 'addNode':
      return plane[action.action](node);
    case 'setNodeCondition': {
      const { type, status, reason, message } = action;
      return plane.setNodeCondition(node, { type, status, reason, message });
    }
    case 'drain':
      return drain(plane, node);
    case 'diskFills':
    case 'diskHeals':
    case 'nodeCertificatesAge':
    case 'rebootNode':
    case 'k3sRestarted':
      throw new Error(`only the demo can play ${action.action}`);
  }
}

async function actOnApi(backstage: Backstage, action: ApiAction): Promise<void> {
  const { plane, proxy, grants } = backstage;
  const apiServer = plane.component('kube-apiserver');
  switch (action.action) {
    case 'apiUnauthorized':
      return writeKubeconfig(backstage, { notAfter: new Date(Date.now() - SECOND_MS) });
    case 'apiForbidden':
      await grants.get(action.resource)?.revoke();
      grants.delete(action.resource);
      return;
    case 'apiRefused':
      return apiServer.kill();
    case 'apiSilent':
      return apiServer.pause();
    case 'apiNotReady':
      if (!action.parts.includes('etcd')) throw new Error(`a real API server cannot be made to fail ${action.parts}`);
      return plane.component('etcd').kill();
    case 'apiSlow':
      // Half on the way there, half on the way back.
      return proxy.setDelay(action.latencyMs / 2);
    case 'servingCertificateExpired':
      await plane.exchangeServingCertificate({ notAfter: new Date(Date.now() - SECOND_MS) });
      return;
    case 'authorityExchanged':
      // Of the same name, as a cluster that was set up anew has it.
      await plane.exchangeServingCertificate({ authority: await createCertificateAuthority(AUTHORITY_NAME) });
      return proxy.cut();
    case 'cutConnections':
      return proxy.cut();
    case 'apiHeals':
      return heal(backstage);
    case 'wipeCluster':
      await plane.wipeEtcd();
      grants.clear();
      return grantAll(backstage);
  }
}

async function heal(backstage: Backstage): Promise<void> {
  const { plane, proxy } = backstage;
  proxy.setDelay(0);
  const [etcd, apiServer] = [plane.component('etcd'), plane.component('kube-apiserver')];
  if (!etcd.running) await etcd.start();
  if (apiServer.running) apiServer.resume();
  else await apiServer.start();
  await plane.exchangeServingCertificate();
  await grantAll(backstage);
  await writeKubeconfig(backstage, {});
}

async function grantAll({ plane, grants }: Backstage): Promise<void> {
  for (const [resource, rule] of Object.entries(RIGHTS)) {
    if (!grants.has(resource))
      grants.set(resource, await plane.grant(`${USER}-${resource.replace('/', '-')}`, { user: USER }, [rule]));
  }
}

/** Puts another client certificate into the file, as an owner or a rotation would. */
async function writeKubeconfig({ plane, proxy, kubeconfig }: Backstage, validity: { notAfter?: Date }): Promise<void> {
  const credential = await plane.issueClientCertificate({ commonName: USER, ...validity });
  copyFileSync(plane.kubeconfig({ credential, server: `https://127.0.0.1:${proxy.port}` }), kubeconfig);
}

/** As `kubectl drain` does it, without waiting for the pods to leave. */
async function drain(plane: ControlPlane, node: string): Promise<void> {
  const path = `/api/v1/pods?fieldSelector=spec.nodeName=${node}`;
  const { items } = await plane.request<{ items: { metadata: PodMetadata }[] }>('GET', path);
  for (const { metadata } of items) {
    if (metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')) continue;
    await plane.request('DELETE', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
  }
}

interface PodMetadata {
  name: string;
  namespace: string;
  ownerReferences?: { kind: string }[];
}
