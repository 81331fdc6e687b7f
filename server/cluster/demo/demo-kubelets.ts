import type { KubeletRequest, KubeletTransport } from '../kubelet-transport.ts';
import { TransportError, type TransportResponse } from '../transport.ts';
import type { DemoDoor } from './demo-door.ts';
import { createLinkedSignals } from './linked-signals.ts';
import { notSignedByOurs } from './demo-handshake.ts';
import type { K3sLife } from './k3s-life.ts';
import type { NodeDisks } from './node-disks.ts';
import { nodeFigures } from './node-figures.ts';
import type { ObjectStore } from './object-store.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { VolumeData } from './volume-data.ts';
import { createWaiting } from './waiting.ts';

/** What the demo's kubelets work with. */
export interface DemoKubeletsParts {
  store: ObjectStore;
  disks: NodeDisks;
  volumes: VolumeData;
  k3s: K3sLife;
  /** Whether the kubelet of a node is there. */
  speaks: (node: string) => boolean;
  /** Credentials that the API no longer takes no kubelet takes either. */
  door: DemoDoor;
  schedule: Schedule;
  random: Random;
}

const LATENCY_MS = { low: 4, high: 25 };

/** The way to the demo's kubelets. Who is silent lets wait. */
export function createDemoKubelets(parts: DemoKubeletsParts): KubeletTransport {
  const { store, disks, volumes, k3s, speaks, door, schedule, random } = parts;
  const signals = createLinkedSignals();

  function say(node: string, path: string): TransportResponse {
    const part = path === '/metrics' ? 'metrics' : 'stats';
    if (door.faults.unauthorizedSince !== null) return answer(401, 'Unauthorized');
    if (door.faults.forbidden.has(`nodes/${part}`))
      return answer(403, `Forbidden (user=clusterwall, verb=get, resource=nodes, subresource(s)=[${part}])`);
    if (part === 'metrics') return answer(200, kubeletMetrics(node, store, k3s));
    return answer(200, JSON.stringify(nodeFigures(node, { store, disks, volumes, now: schedule.now(), random })));
  }

  async function request({ node, host, port, path, signal: own, headersTimeoutMs }: KubeletRequest) {
    const address = `${host}:${port}`;
    const { signal, release } = signals.link(own);
    try {
      const wait = createWaiting(schedule, door, signal, headersTimeoutMs, address);
      await wait.forMs(random.between(LATENCY_MS.low, LATENCY_MS.high));
      if (!speaks(node)) {
        await wait.forMs(headersTimeoutMs - LATENCY_MS.high);
        throw new TransportError('timeout', `no connection to ${address} within ${headersTimeoutMs / 1000} s`);
      }
      if (door.faults.authorityExchangedAt !== null) throw new TransportError('untrusted', notSignedByOurs(address));
      return say(node, path);
    } finally {
      release();
    }
  }

  return { request, forget: () => {}, close: () => signals.abortAll() };
}

/** What Prometheus would ask for: a little of all that a kubelet counts, and what k3s adds to it. */
function kubeletMetrics(node: string, store: ObjectStore, k3s: K3sLife): string {
  const running = store.list('pods').filter(({ spec, status }) => spec.nodeName === node && status.phase === 'Running');
  return `${[
    '# HELP go_goroutines [ALPHA] Number of goroutines that currently exist.',
    '# TYPE go_goroutines gauge',
    'go_goroutines 612',
    k3s.metrics(node),
    '# HELP kubelet_running_pods [BETA] Number of pods that have a running pod sandbox',
    '# TYPE kubelet_running_pods gauge',
    `kubelet_running_pods ${running.length}`,
  ].join('\n')}\n`;
}

function answer(status: number, text: string): TransportResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield Buffer.from(text);
  }
  return { status, headers: {}, body: body(), onAlive: () => () => {} };
}
