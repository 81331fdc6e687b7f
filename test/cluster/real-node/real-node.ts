import { buildBinaries } from '../build.ts';
import type { Component } from '../component.ts';
import type { ControlPlane } from '../control-plane.ts';
import { releaseNow } from '../run-record.ts';
import { until } from '../until.ts';
import { busyboxImage } from './busybox-image.ts';
import { createContainerd, type ContainerRuntime } from './containerd.ts';
import { createControlGroup } from './control-group.ts';
import { createKubelet, type Kubelet } from './kubelet.ts';
import { createNodePlace } from './node-place.ts';
import { rebootNode, type Meanwhile } from './reboot.ts';
import { startRegistry, type Registry, type RegistryOptions } from './registry.ts';

/** What kind of node. */
export interface RealNodeOptions {
  /** `real-0` by default. */
  name?: string;
  /** Merged into the kubelet's configuration (KubeletConfiguration v1beta1). */
  configuration?: object;
}

/** A node with a real kubelet and real containers, beside those that kwok pretends. */
export interface RealNode {
  readonly name: string;
  /** Scratch directory with logs and storage; deleted by `stop`. */
  readonly directory: string;
  readonly kubelet: Kubelet;
  readonly containerd: ContainerRuntime;
  /** The registry that it pulls from; it may be killed and started. */
  readonly registry: Registry;
  /** An image in it with busybox and all its commands, which waits for ever if it is run as it is. */
  readonly image: string;
  /** Starts another registry, with the same image under the name that is returned. */
  addRegistry(options?: RegistryOptions): Promise<{ registry: Registry; image: string }>;
  /** Cuts its power: all of it ends, and begins anew with another boot ID. */
  reboot(meanwhile?: Meanwhile): Promise<void>;
  /** Kills everything with its containers and deletes the directory. The node stays in the cluster. */
  stop(): Promise<void>;
}

const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';

/** Starts registry, containerd and kubelet, and waits until the node is Ready. Needs root and what `capabilities` names. */
export async function startRealNode(plane: ControlPlane, options: RealNodeOptions = {}): Promise<RealNode> {
  const { name = 'real-0', configuration } = options;
  const binaries = await buildBinaries();
  const { place, belongings } = await createNodePlace();
  // What is started, in order.
  const parts: Component[] = [];

  async function addRegistry(options: RegistryOptions = {}) {
    const registry = await startRegistry(place.directory, options);
    parts.push(registry);
    return { registry, image: await registry.push('busybox', '1', busyboxImage()) };
  }

  async function stop() {
    // The kubelet first, or it would start anew what is ended.
    for (const part of [...parts].reverse()) await part.kill();
    for (const belonging of [...belongings].reverse()) releaseNow(belonging);
  }

  try {
    createControlGroup(place.controlGroup);
    const { registry, image } = await addRegistry();
    const pause = await registry.push('pause', '1', busyboxImage('pause'));
    const containerd = createContainerd(place, pause);
    parts.push(containerd);
    await containerd.start();
    // It is there before the first pod, so that pods fail for want of their own images alone.
    await containerd.pull(pause);
    const { endpoint } = containerd;
    const kubelet = await createKubelet({ plane, binaries, place, name, endpoint, configuration });
    parts.push(kubelet);
    await kubelet.start();
    await initialize(plane, name);
    await plane.untilReady(name);
    await until(`the node ${name} takes pods`, async () => !(await plane.node(name)).spec.taints?.length);
    const running = { plane, name, place, kubelet, containerd };
    const reboot = (meanwhile?: Meanwhile) => rebootNode(running, meanwhile);
    return { name, directory: place.directory, kubelet, containerd, registry, image, addRegistry, reboot, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a cloud's controller does with a new node: it gives it an address and takes its taint. */
async function initialize(plane: ControlPlane, name: string): Promise<void> {
  const addresses = [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'Hostname', address: name },
  ];
  await plane.patchStatus(`/api/v1/nodes/${name}`, { addresses });
  await until(`the node ${name} is initialized`, async () => {
    const { metadata, spec } = await plane.node(name);
    const taints = (spec.taints ?? []).filter(({ key }) => key !== UNINITIALIZED);
    // With the version, so that no taint gets lost that comes at the same moment.
    const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { taints } };
    return plane.request('PATCH', `/api/v1/nodes/${name}`, body);
  });
}
