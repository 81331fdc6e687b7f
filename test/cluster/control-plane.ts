import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBinaries } from './build.ts';
import type { KeyPair } from './certificates.ts';
import type { Component } from './component.ts';
import type { Ports } from './component-flags.ts';
import { createComponents, deleteEtcdData } from './components.ts';
import type { ClientComponent, ComponentName, ComponentOptions } from './components.ts';
import { freePort } from './free-port.ts';
import { createPlaneAccess, type PlaneAccess } from './plane-access.ts';
import { writePlaneFiles } from './plane-files.ts';
import { createPlaneLife } from './plane-life.ts';
import { pretendedNodes, type PretendedNodes } from './pretended-nodes.ts';
import { clearLeftOvers, forget, remember } from './run-record.ts';
import { exchangeServingCertificate, type ServingCertificateRequest } from './serving-certificate.ts';

/** What to start. */
export interface ControlPlaneOptions extends ComponentOptions {
  /** Whether nodes and pods are pretended (default). Without it there is the bare control plane. */
  withKwok?: boolean;
  /** Names of the nodes to begin with, or how many (nuc0, nuc1, ...); none by default. The first is the control plane's. */
  nodes?: number | readonly string[];
  /** Further DNS names and addresses in the API server's certificate. */
  servingNames?: readonly string[];
}

/** A real Kubernetes control plane on 127.0.0.1, with all rights to break it. */
export interface ControlPlane extends PlaneAccess, PretendedNodes {
  /** https://127.0.0.1:PORT */
  readonly server: string;
  readonly port: number;
  /** PEM of the authority that issued all certificates. */
  readonly certificateAuthority: string;
  /** Scratch directory with logs, keys and kubeconfigs; deleted by `stop`. */
  readonly directory: string;
  component(name: ComponentName): Component;
  /** UID of the namespace kube-system. */
  identity(): Promise<string>;
  /** Changes the certificate that the API server shows; resolves when new handshakes show it. */
  exchangeServingCertificate(request?: ServingCertificateRequest): Promise<KeyPair>;
  /** The storage is lost: all is killed, etcd's data deleted, all started again; without nodes, with another identity. */
  wipeEtcd(): Promise<void>;
  /** Kills everything and deletes the directory. */
  stop(): Promise<void>;
}

/** Builds what is not built yet, starts everything, and waits until it works and the nodes are Ready. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  for (const sentence of clearLeftOvers()) console.error(sentence);
  const binaries = await buildBinaries();
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-test-bed-'));
  const belonging = remember({ what: 'directory', path: directory });
  const files = await writePlaneFiles(directory, options.servingNames ?? []);
  const ports = await choosePorts();
  const server = `https://127.0.0.1:${ports.apiServer}`;
  const access = await createPlaneAccess(files, server, binaries.kubectl);
  const kubeconfigs = await clientKubeconfigs(access);
  const components = createComponents({ binaries, ports, files, request: access.request, kubeconfigs }, options);
  const life = createPlaneLife(components, access.request, options.withKwok ?? true);
  const nodes = pretendedNodes(access.request);

  async function stop() {
    await life.end();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    forget(belonging);
  }

  try {
    await life.begin();
    await addNodes(nodes, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...access,
    ...nodes,
    server,
    port: ports.apiServer,
    certificateAuthority: files.authority.certificate,
    directory,
    component: (name) => components[name],
    identity: life.identity,
    exchangeServingCertificate: (request = {}) => exchangeServingCertificate(files, ports.apiServer, request),
    async wipeEtcd() {
      await life.end();
      deleteEtcdData(files);
      await life.begin();
    },
    stop,
  };
}

async function choosePorts(): Promise<Ports> {
  const chosen = new Set<number>();
  while (chosen.size < 4) chosen.add(await freePort());
  const [etcdClient, etcdPeer, apiServer, kwok] = [...chosen] as [number, number, number, number];
  return { etcdClient, etcdPeer, apiServer, kwok };
}

async function clientKubeconfigs(access: PlaneAccess): Promise<Record<ClientComponent, string>> {
  const write = async (commonName: string, organizations: string[] = []) =>
    access.kubeconfig({ credential: await access.issueClientCertificate({ commonName, organizations }) });
  return {
    'kube-controller-manager': await write('system:kube-controller-manager'),
    'kube-scheduler': await write('system:kube-scheduler'),
    kwok: await write('kwok', ['system:masters']),
  };
}

async function addNodes(nodes: PretendedNodes, { nodes: wanted = [], withKwok = true }: ControlPlaneOptions) {
  const names = typeof wanted === 'number' ? Array.from({ length: wanted }, (_, index) => `nuc${index}`) : wanted;
  if (names.length > 0 && !withKwok) throw new Error('nodes are pretended by kwok, which was not wanted');
  for (const [position, name] of names.entries()) {
    const labels = { 'node-role.kubernetes.io/control-plane': 'true' };
    await nodes.addNode(name, position === 0 ? { labels } : {});
  }
}
