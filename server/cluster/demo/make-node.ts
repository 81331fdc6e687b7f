import { DEMO_VERSION } from './discovery-answer.ts';
import type { Machine } from './machines.ts';
import type { Random } from './random.ts';
import { rawTime, type RawCondition, type RawLease, type RawNode } from './raw-objects.ts';

const HOUR_MS = 3_600_000;

/** What a kubelet reports while all is well. */
export const fineConditions: readonly Omit<RawCondition, 'lastTransitionTime'>[] = [
  condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
  condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
  condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
  condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
];

/** A healthy k3s node. `position` gives its pod network. */
export function makeNode(machine: Machine, position: number, random: Random, now: number): RawNode {
  const network = `10.42.${position}.0/24`;
  const bootedAt = now - machine.upHours * HOUR_MS;
  const times = { lastHeartbeatTime: rawTime(now), lastTransitionTime: rawTime(bootedAt) };
  return {
    metadata: {
      name: machine.name,
      uid: random.uid(),
      resourceVersion: '',
      creationTimestamp: rawTime(now - machine.ageHours * HOUR_MS),
      labels: labels(machine),
      annotations: annotations(machine, random),
    },
    spec: { podCIDR: network, podCIDRs: [network], providerID: `k3s://${machine.name}` },
    status: {
      capacity: resourcesOf(machine, 1),
      allocatable: resourcesOf(machine, 0.97),
      conditions: fineConditions.map((fine) => ({ ...fine, ...times })),
      addresses: [
        { type: 'InternalIP', address: machine.address },
        { type: 'Hostname', address: machine.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: nodeInfo(machine, random),
    },
  };
}

/** A node's heartbeat as its kubelet creates it. */
export function makeLease(node: RawNode, random: Random, renewTime: string): RawLease {
  const { name, uid, creationTimestamp } = node.metadata;
  return {
    metadata: {
      name,
      namespace: 'kube-node-lease',
      uid: random.uid(),
      resourceVersion: '',
      creationTimestamp,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

function condition(type: string, status: string, reason: string, message: string) {
  return { type, status, reason, message };
}

function labels({ name, controlPlane }: Machine): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/instance-type': 'k3s',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(controlPlane ? { 'node-role.kubernetes.io/control-plane': 'true' } : {}),
    'node.kubernetes.io/instance-type': 'k3s',
  };
}

function annotations({ name, address, controlPlane }: Machine, random: Random): Record<string, string> {
  return {
    'alpha.kubernetes.io/provided-node-ip': address,
    'flannel.alpha.coreos.com/backend-type': 'vxlan',
    'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
    'flannel.alpha.coreos.com/public-ip': address,
    'k3s.io/hostname': name,
    'k3s.io/internal-ip': address,
    'k3s.io/node-args': controlPlane ? '["server"]' : '["agent"]',
    'k3s.io/node-config-hash': `${random.hex(40).toUpperCase()}====`,
    'node.alpha.kubernetes.io/ttl': '0',
    'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
  };
}

function resourcesOf({ cpus, memoryKi, diskKi }: Machine, share: number): Record<string, string> {
  return {
    cpu: String(cpus),
    'ephemeral-storage': share === 1 ? `${diskKi}Ki` : String(Math.floor(diskKi * 1024 * share)),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${memoryKi}Ki`,
    pods: '110',
  };
}

function nodeInfo({ osImage, kernel }: Machine, random: Random): Record<string, string> {
  return {
    machineID: random.hex(32),
    systemUUID: random.uid(),
    bootID: random.uid(),
    kernelVersion: kernel,
    osImage,
    containerRuntimeVersion: 'containerd://2.2.3-k3s1',
    kubeletVersion: DEMO_VERSION,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
}
