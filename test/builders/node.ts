import type { NodeCondition, NodeFact } from '#server/facts/node.ts';
import { day, noon } from './time.ts';

/** A condition as a healthy kubelet writes it; Ready is the one that is healthy when True. */
export function aCondition(part: Partial<NodeCondition> = {}): NodeCondition {
  return { status: 'False', reason: 'KubeletHasNoProblem', message: '', changedAt: noon - day, ...part };
}

/** Ready: True. */
export function readyCondition(part: Partial<NodeCondition> = {}): NodeCondition {
  return aCondition({ status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...part });
}

/** Ready: Unknown, as the node controller writes it when a kubelet has gone quiet. */
export function goneQuiet(part: Partial<NodeCondition> = {}): NodeCondition {
  const message = 'Kubelet stopped posting node status.';
  return aCondition({ status: 'Unknown', reason: 'NodeStatusUnknown', message, ...part });
}

/** A k3s agent that is ready and under no pressure; `conditions` are laid over the healthy ones. */
export function aNode({ conditions, ...part }: Partial<NodeFact> = {}): NodeFact {
  const { name = 'nuc0' } = part;
  return {
    key: name,
    uid: `uid-${name}`,
    source: 'nodes',
    name,
    createdAt: noon - 100 * day,
    conditions: {
      Ready: readyCondition(),
      MemoryPressure: aCondition({ reason: 'KubeletHasSufficientMemory' }),
      DiskPressure: aCondition({ reason: 'KubeletHasNoDiskPressure' }),
      PIDPressure: aCondition({ reason: 'KubeletHasSufficientPID' }),
      ...conditions,
    },
    unschedulable: false,
    taints: [],
    roles: [],
    kubeletVersion: 'v1.36.4+k3s1',
    osImage: 'Debian GNU/Linux 13 (trixie)',
    containerRuntime: 'containerd://2.1.4-k3s1',
    bootId: `boot-${name}`,
    internalIp: '192.168.1.10',
    kubeletPort: 10250,
    capacity: { cpuCores: 4, memoryBytes: 8_000_000_000 },
    allocatable: { cpuCores: 4, memoryBytes: 7_900_000_000 },
    ...part,
  };
}
