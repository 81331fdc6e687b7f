import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Component } from '../component.ts';
import type { ControlPlane } from '../control-plane.ts';
import { until } from '../until.ts';
import { clearContainers } from './clear-containers.ts';
import { createControlGroup } from './control-group.ts';
import type { Kubelet } from './kubelet.ts';
import type { NodePlace } from './node-place.ts';

/** A real node that runs. */
export interface RunningNode {
  plane: ControlPlane;
  name: string;
  place: NodePlace;
  kubelet: Kubelet;
  containerd: Component;
}

/** What is done while the power is off. */
export type Meanwhile = () => void | Promise<void>;

/**
 * As if the machine's power was cut and came back: all containers end with their mounts and networks, and kubelet and
 * containerd begin anew under another boot ID. Resolves when the node is Ready again and has said so.
 */
export async function rebootNode(node: RunningNode, meanwhile: Meanwhile = () => undefined): Promise<void> {
  const { plane, name, place, kubelet, containerd } = node;
  await kubelet.kill();
  await containerd.kill();
  clearContainers(place);
  // A machine has it in memory.
  rmSync(place.runtimeState, { recursive: true, force: true });
  await meanwhile();
  createControlGroup(place.controlGroup);
  await containerd.start();
  const bootId = randomUUID();
  kubelet.bootAs(bootId);
  await kubelet.start();
  await until(`${name} says that it has rebooted`, async () => {
    const { status } = await plane.request<{ status: Told }>('GET', `/api/v1/nodes/${name}`);
    return status.nodeInfo.bootID === bootId;
  });
  await plane.untilReady(name);
}

interface Told {
  nodeInfo: { bootID: string };
}
