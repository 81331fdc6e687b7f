import { backupScenarios } from './backup-scenarios.ts';
import { certificateScenarios } from './certificate-scenarios.ts';
import { registryScenarios } from './registry-scenarios.ts';
import type { Action, Scenario, Step } from './scenario.ts';
import { serviceScenarios } from './service-scenarios.ts';
import { storageScenarios } from './storage-scenarios.ts';
import { workloadScenarios } from './workload-scenarios.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
// How long a fault stays and how long it is calm before it comes again, where nothing else is said.
const FAULT_MS = 3 * MINUTE_MS;
const CALM_MS = 2 * MINUTE_MS;

// A heartbeat is missed only by who has heard it twice, and it comes every 10 s.
const HEARTBEATS_HEARD_MS = 22 * SECOND_MS;

/** All scenarios by name. */
export const scenarios: Record<string, Scenario> = Object.fromEntries(
  [
    { name: 'calm', title: 'All well', about: 'Life goes on, and nothing bad happens.', steps: [] },
    {
      name: 'node-lost-and-back',
      title: 'A node is lost and comes back',
      about: 'nuc2 sends no heartbeat for 75 s: seen by its lease first, then by the node controller; then it is back.',
      steps: [
        step(HEARTBEATS_HEARD_MS, { action: 'silenceNode', node: 'nuc2' }),
        step(75 * SECOND_MS, { action: 'reviveNode', node: 'nuc2' }),
      ],
      againAfterMs: 5 * MINUTE_MS,
    },
    {
      name: 'node-down',
      title: 'A node is down for long',
      about: 'nuc2 is down for 8 min: its pods are no longer ready, then they are evicted and start elsewhere.',
      steps: [
        step(HEARTBEATS_HEARD_MS, { action: 'silenceNode', node: 'nuc2' }),
        step(8 * MINUTE_MS, { action: 'reviveNode', node: 'nuc2' }),
      ],
      againAfterMs: 5 * MINUTE_MS,
    },
    {
      name: 'node-not-ready',
      title: 'A node is not ready',
      about:
        "nuc1's kubelet lives and says itself that the node is not ready: its pod lifecycle generator stands still.",
      steps: fault(
        notReady('nuc1', 'PLEG is not healthy: pleg was last seen active 3m12.504s ago; threshold is 3m0s'),
        FAULT_MS,
        ready('nuc1'),
      ),
      againAfterMs: CALM_MS,
    },
    {
      name: 'node-network-not-ready',
      title: "A node's network is not ready",
      about: "nuc0's kubelet says that its network plugin is not there.",
      steps: fault(
        notReady(
          'nuc0',
          'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
        ),
        FAULT_MS,
        ready('nuc0'),
      ),
      againAfterMs: CALM_MS,
    },
    {
      name: 'cordon-and-drain-forgotten',
      title: 'A node is cordoned and forgotten',
      about: 'nuc1 is cordoned and drained for an upgrade, and nobody remembers to take it back for half an hour.',
      steps: [
        step(0, { action: 'cordon', node: 'nuc1' }),
        step(5 * SECOND_MS, { action: 'drain', node: 'nuc1' }),
        step(30 * MINUTE_MS, { action: 'uncordon', node: 'nuc1' }),
      ],
      againAfterMs: 10 * MINUTE_MS,
    },
    {
      name: 'disk-pressure',
      title: "A node's disk is full",
      about: 'The disk of nuc0 is full: its kubelet reports disk pressure and evicts.',
      steps: fault(
        pressure('nuc0', 'DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure'),
        FAULT_MS,
        noPressure('nuc0', 'DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      ),
      againAfterMs: CALM_MS,
    },
    {
      name: 'memory-pressure',
      title: 'A node runs out of memory',
      about: 'nuc2 runs out of memory: its kubelet reports memory pressure.',
      steps: fault(
        pressure('nuc2', 'MemoryPressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'),
        FAULT_MS,
        noPressure('nuc2', 'MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      ),
      againAfterMs: CALM_MS,
    },
    apiFault('api-refused-tcp', 'The API server is gone', 'The API server is gone: connections are refused.', [
      { action: 'apiRefused' },
    ]),
    apiFault('api-silent', 'The API says nothing', 'The API server accepts connections and says nothing.', [
      { action: 'apiSilent' },
    ]),
    apiFault('api-slow', 'The API is slow', 'The API server takes over 2 s for each answer.', [
      { action: 'apiSlow', latencyMs: 2200 },
    ]),
    apiFault(
      'etcd-dead',
      "The cluster's storage is dead",
      "The API server's storage is dead: not ready, lists hang, nobody can renew a lease.",
      [{ action: 'apiNotReady', parts: ['etcd', 'etcd-readiness'] }],
    ),
    apiFault(
      'rights-lost',
      'A right is taken away',
      'We may no longer read pods: 403 as soon as the watch has to begin anew.',
      [{ action: 'apiForbidden', resource: 'pods' }, { action: 'cutConnections' }],
    ),
    apiFault(
      'serving-certificate-expired',
      "The API's certificate has expired",
      'New TLS handshakes with the API server show an expired certificate; connections made earlier go on.',
      [{ action: 'servingCertificateExpired' }],
    ),
    {
      name: 'disk-filling',
      title: 'A disk fills up',
      about:
        'The disk of nuc1 is 82 % full and something writes 7 GB a minute to it: a warning, bad from 90 % on; after 9 min it is deleted.',
      steps: [
        step(0, { action: 'diskFills', node: 'nuc1', bytesPerHour: 420e9, fromShare: 0.82 }),
        step(9 * MINUTE_MS, { action: 'diskHeals', node: 'nuc1' }),
      ],
      againAfterMs: 5 * MINUTE_MS,
    },
    {
      name: 'cluster-wiped',
      title: 'Another cluster answers',
      about:
        'The storage of the cluster is lost: another cluster answers at the same address, and its nodes join anew.',
      steps: [
        step(0, { action: 'wipeCluster' }),
        step(40 * SECOND_MS, { action: 'addNode', node: 'kmaster' }),
        ...['nuc0', 'nuc1', 'nuc2'].map((node) => step(20 * SECOND_MS, { action: 'addNode', node })),
      ],
    },
    ...certificateScenarios,
    ...workloadScenarios,
    ...serviceScenarios,
    ...registryScenarios,
    ...storageScenarios,
    ...backupScenarios,
  ].map((scenario: Scenario) => [scenario.name, scenario]),
);

function step(afterMs: number, action: Action): Step {
  return { afterMs, do: action };
}

function fault(begins: Action, lastsMs: number, ends: Action): Step[] {
  return [step(0, begins), step(lastsMs, ends)];
}

function apiFault(name: string, title: string, about: string, faults: readonly Action[]): Scenario {
  const steps = [...faults.map((action) => step(0, action)), step(FAULT_MS, { action: 'apiHeals' })];
  return { name, title, about, steps, againAfterMs: CALM_MS };
}

function notReady(node: string, message: string): Action {
  return { action: 'setNodeCondition', node, type: 'Ready', status: 'False', reason: 'KubeletNotReady', message };
}

function ready(node: string): Action {
  const told = { reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return { action: 'setNodeCondition', node, type: 'Ready', status: 'True', ...told };
}

function pressure(node: string, type: string, reason: string, message: string): Action {
  return { action: 'setNodeCondition', node, type, status: 'True', reason, message };
}

function noPressure(node: string, type: string, reason: string, message: string): Action {
  return { action: 'setNodeCondition', node, type, status: 'False', reason, message };
}
