import { join } from 'node:path';
import type { PlaneFiles } from './plane-files.ts';

/** The ports of one control plane, all on 127.0.0.1. */
export interface Ports {
  etcdClient: number;
  etcdPeer: number;
  apiServer: number;
  kwok: number;
}

/** Nodes with this label (value "true") are kept alive by kwok; all others have only what is patched into them. */
export const MANAGED_LABEL = 'clusterwall.test/managed';

/** etcd without fsync: the data lives as long as the test. */
export function etcdFlags(ports: Ports, dataDirectory: string): string[] {
  const client = `http://127.0.0.1:${ports.etcdClient}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=etcd',
    `--data-dir=${dataDirectory}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=etcd=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    // Thousands of padded pods and their revisions are more than the default of 2 GB when compaction is slow.
    `--quota-backend-bytes=${8 * 1024 ** 3}`,
  ];
}

/** The API server with certificates, ServiceAccounts, RBAC and the aggregation layer. */
export function apiServerFlags(ports: Ports, files: PlaneFiles): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcdClient}`,
    `--secure-port=${ports.apiServer}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${files.directory}`,
    `--tls-cert-file=${files.path('serving.crt')}`,
    `--tls-private-key-file=${files.path('serving.key')}`,
    `--client-ca-file=${files.path('ca.crt')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.path('service-account.pub')}`,
    `--service-account-signing-key-file=${files.path('service-account.key')}`,
    '--authorization-mode=Node,RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    '--endpoint-reconciler-type=none',
    `--kubelet-client-certificate=${files.path('kubelet-client.crt')}`,
    `--kubelet-client-key=${files.path('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP,Hostname',
    `--requestheader-client-ca-file=${files.path('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${files.path('front-proxy.crt')}`,
    `--proxy-client-key-file=${files.path('front-proxy.key')}`,
  ];
}

/** The controllers, quick to notice a silent node: after 12 s instead of 50 s. */
export function controllerManagerFlags(files: PlaneFiles, kubeconfig: string): string[] {
  return [
    ...clientFlags(kubeconfig),
    `--root-ca-file=${files.path('ca.crt')}`,
    `--service-account-private-key-file=${files.path('service-account.key')}`,
    `--cluster-signing-cert-file=${files.path('ca.crt')}`,
    `--cluster-signing-key-file=${files.path('ca.key')}`,
    '--use-service-account-credentials=true',
    '--node-monitor-period=1s',
    '--node-monitor-grace-period=12s',
  ];
}

/** The scheduler as it is. */
export function schedulerFlags(kubeconfig: string): string[] {
  return clientFlags(kubeconfig);
}

/** kwok plays the kubelets of all nodes with the managed label; a lease is renewed about four times in its duration of 8 s. */
export function kwokFlags(ports: Ports, files: PlaneFiles, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--config=${join(import.meta.dirname, 'kwok-stages.yaml')}`,
    `--manage-nodes-with-label-selector=${MANAGED_LABEL}=true`,
    '--cidr=10.42.0.0/16',
    '--node-ip=127.0.0.1',
    `--node-port=${ports.kwok}`,
    `--server-address=127.0.0.1:${ports.kwok}`,
    `--tls-cert-file=${files.path('kwok.crt')}`,
    `--tls-private-key-file=${files.path('kwok.key')}`,
    '--node-lease-duration-seconds=8',
  ];
}

function clientFlags(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
  ];
}
