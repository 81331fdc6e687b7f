import { rmSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join } from 'node:path';
import type { ApiConnection } from './api-connection.ts';
import type { Binaries } from './build.ts';
import { createComponent, type Component } from './component.ts';
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  kwokFlags,
  schedulerFlags,
  type Ports,
} from './component-flags.ts';
import type { PlaneFiles } from './plane-files.ts';

/** The parts that can be treated badly one by one, in the order in which they are started. */
export const COMPONENT_NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** One of the parts. */
export type ComponentName = (typeof COMPONENT_NAMES)[number];

/** The parts that are clients of the API server. */
export type ClientComponent = Exclude<ComponentName, 'etcd' | 'kube-apiserver'>;

/** Flags and environment added to a part from its first start on. */
export interface ComponentOptions {
  etcdFlags?: readonly string[];
  apiServerFlags?: readonly string[];
  apiServerEnv?: Readonly<Record<string, string>>;
  controllerManagerFlags?: readonly string[];
  kwokFlags?: readonly string[];
}

/** What the parts are made of. */
export interface ComponentParts {
  binaries: Binaries;
  ports: Ports;
  files: PlaneFiles;
  /** Asks as administrator. */
  request: ApiConnection['request'];
  /** Paths of their kubeconfigs. */
  kubeconfigs: Readonly<Record<ClientComponent, string>>;
}

/** All parts of a control plane, none of them started. */
export function createComponents(parts: ComponentParts, options: ComponentOptions): Record<ComponentName, Component> {
  const { binaries, ports, files, request, kubeconfigs } = parts;
  const make = (name: ComponentName, flags: () => string[], ready: () => Promise<boolean>, more: object = {}) =>
    ({ name, command: binaries[name], logFile: join(files.directory, `${name}.log`), flags, ready, ...more }) as const;
  // Controllers and scheduler have no door of their own here; that they work shows in what they do.
  const started = () => Promise.resolve(true);
  const readyz = async () => (await request('GET', '/readyz', undefined, { timeoutMs: 5000 })) === 'ok';
  const etcdReady = () => answersOk(`http://127.0.0.1:${ports.etcdClient}/health`);
  const kwokReady = () => answersOk(`https://127.0.0.1:${ports.kwok}/healthz`);

  const etcd = make('etcd', () => etcdFlags(ports, etcdDirectory(files)), etcdReady);
  const apiServer = make('kube-apiserver', () => apiServerFlags(ports, files), readyz, { env: options.apiServerEnv });
  const controllers = () => controllerManagerFlags(files, kubeconfigs['kube-controller-manager']);
  const scheduler = () => schedulerFlags(kubeconfigs['kube-scheduler']);
  const kwok = () => kwokFlags(ports, files, kubeconfigs.kwok);
  return {
    etcd: createComponent(etcd, options.etcdFlags),
    'kube-apiserver': createComponent(apiServer, options.apiServerFlags),
    'kube-controller-manager': createComponent(
      make('kube-controller-manager', controllers, started),
      options.controllerManagerFlags,
    ),
    'kube-scheduler': createComponent(make('kube-scheduler', scheduler, started)),
    kwok: createComponent(make('kwok', kwok, kwokReady), options.kwokFlags),
  };
}

/** Deletes all that the cluster knows; etcd must not be running. */
export function deleteEtcdData(files: PlaneFiles): void {
  rmSync(etcdDirectory(files), { recursive: true, force: true });
}

function etcdDirectory(files: PlaneFiles): string {
  return join(files.directory, 'etcd-data');
}

function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 3000, rejectUnauthorized: false, agent: false };
    const get = url.startsWith('https:') ? httpsGet : httpGet;
    const request = get(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer from ${url} within 3 s`)));
    request.once('error', reject);
  });
}
