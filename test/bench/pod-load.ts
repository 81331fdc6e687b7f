import type { ControlPlane } from '#test/cluster/control-plane.ts';

const namespace = 'load';

/** One pod of about 12 KB as JSON with what the API server adds (managedFields). */
function pod(index: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${index}`,
      namespace,
      labels: { app: `app-${index % 50}`, round: '0' },
      annotations: Object.fromEntries(
        Array.from({ length: 8 }, (_, part) => [`example.com/part-${part}`, `${index}-${'padding '.repeat(108)}`]),
      ),
    },
    spec: {
      // Bound to a node that does not exist, without controllers: nothing but us changes it.
      nodeName: `nuc${index % 4}`,
      automountServiceAccountToken: false,
      containers: ['web', 'sidecar'].map((name) => ({
        name,
        image: `registry.example/${name}:1.${index % 7}`,
        env: Array.from({ length: 10 }, (_, n) => ({ name: `SETTING_${n}`, value: `value-${n}-of-${index}` })),
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
      })),
    },
  };
}

/** Creates `count` pods over the connection's 8 sockets. Throws what the API server refuses. */
export async function createPods(plane: ControlPlane, count: number): Promise<void> {
  await plane.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await plane.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
  await inTurns(count, 16, (index) => plane.request('POST', `/api/v1/namespaces/${namespace}/pods`, pod(index)));
}

/** Changes pods at `perSecond` for `seconds`; returns how many the API server managed and how long it took (ms). */
export async function changePods(plane: ControlPlane, pods: number, perSecond: number, seconds: number) {
  const startedAt = performance.now();
  const wanted = perSecond * seconds;
  await inTurns(wanted, 16, async (index) => {
    const dueAt = startedAt + (index / perSecond) * 1000;
    const early = dueAt - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const body = { metadata: { labels: { round: String(index) } } };
    await plane.request('PATCH', `/api/v1/namespaces/${namespace}/pods/pod-${index % pods}`, body);
  });
  return { changes: wanted, tookMs: performance.now() - startedAt };
}

/** Size of one such pod as the API server sends it, in bytes. */
export async function podBytes(plane: ControlPlane): Promise<number> {
  return JSON.stringify(await plane.request('GET', `/api/v1/namespaces/${namespace}/pods/pod-1`)).length;
}

async function inTurns(count: number, lanes: number, task: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
