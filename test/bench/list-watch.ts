import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';
import { until } from '#test/cluster/until.ts';
import { startMeasured, type MeasuredProcess } from './measured-process.ts';
import { row, table } from './report.ts';

const pods = 5_000;
const perSecond = 500;
const seconds = 20;

/** Transport, list-watch and store alone, against a server that has all bodies ready: what of the bars is left to the rest. */
export async function benchListWatch(): Promise<void> {
  const api = await startPodServer();
  const measured = startMeasured(
    ['--max-semi-space-size=2', '--max-old-space-size=128', await bundled(api.directory)],
    { KUBECONFIG: api.kubeconfig, EXPECTED_PODS: String(pods) },
    true,
  );
  const exit = new Promise<number | null>((resolve) => measured.child.once('exit', resolve));
  try {
    await until('all pods have been sent', () => api.told(), { withinMs: 60_000 });
    await measure(measured, api);
  } finally {
    await measured.stop();
    api.close();
  }
  if ((await exit) !== 0) throw new Error('the process did not hold all pods in the end');
}

/** The measured program in one minified file, as the server is: unbundled it takes 28 MB more. */
async function bundled(directory: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'list-watch-client.ts'),
      outDir: join(directory, 'bundle'),
      target: 'node24',
      minify: true,
      rollupOptions: { output: { entryFileNames: 'client.mjs', codeSplitting: false } },
    },
  });
  return join(directory, 'bundle', 'client.mjs');
}

async function measure(measured: MeasuredProcess, api: { change(index: number): void }): Promise<void> {
  await sleep(1_500);
  const synced = measured.usage();
  const firstBlockMs = await measured.longestBlockMs();
  const startedAt = performance.now();
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, ((performance.now() - startedAt) / 1_000) * perSecond);
    for (; sent < due; sent += 1) api.change(sent);
    await sleep(10);
  }
  await sleep(1_000);
  const after = measured.usage();
  table(`List-watch alone: ${pods} pods, then ${perSecond} changes/s for ${seconds} s`, [
    row('peak memory after the first state', '-', synced.peakRssMb, null, 'MB'),
    row('CPU with start', '-', synced.cpuSeconds, null, 's'),
    row('longest block until then', '-', firstBlockMs, null, 'ms'),
    row('peak memory', '135', after.peakRssMb, null, 'MB'),
    row('CPU of 10,000 changes', '1.3', after.cpuSeconds - synced.cpuSeconds, null, 's'),
    row('longest block', '20', await measured.longestBlockMs(), null, 'ms'),
  ]);
}

/** A TLS server that streams all pods to whoever watches, and changes to all watches. */
async function startPodServer() {
  const watches = new Set<Http2ServerResponse>();
  let told = false;
  const authority = await createCertificateAuthority('bench');
  const { certificate: cert, key } = await authority.issue({
    commonName: 'api',
    names: ['127.0.0.1'],
    usage: 'server',
  });
  const server = createSecureServer({ cert, key }, (request, answer) => {
    if (process.env['PAGES'] !== undefined && request.url.includes('sendInitialEvents')) {
      answer.writeHead(422);
      answer.end();
    } else if (request.url.includes('watch=true')) {
      answer.writeHead(200);
      watches.add(answer);
      const initial = request.url.includes('sendInitialEvents');
      void (initial ? tellAll(answer) : Promise.resolve()).then(() => (told = true));
    } else {
      answer.end(page(new URL(request.url, 'http://api').searchParams));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-bench-'));
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, kubeconfigOf((server.address() as AddressInfo).port, authority.certificate));
  return {
    directory,
    kubeconfig,
    told: () => told,
    change(index: number): void {
      const line = eventLine('MODIFIED', pod(index % pods, pods + index));
      for (const watch of watches) watch.write(line);
    },
    close(): void {
      for (const watch of watches) watch.stream.close();
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function tellAll(answer: Http2ServerResponse): Promise<void> {
  for (let index = 0; index < pods; index += 1) {
    if (answer.write(eventLine('ADDED', pod(index, index)))) continue;
    await new Promise<void>((resolve) => answer.once('drain', () => resolve()));
  }
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  answer.write(eventLine('BOOKMARK', { metadata: { resourceVersion: String(pods), annotations } }));
}

function page(query: URLSearchParams): string {
  const start = Number(query.get('continue') ?? 0);
  const end = Math.min(pods, start + Number(query.get('limit') ?? pods));
  const items = Array.from({ length: end - start }, (_, i) => pod(start + i, start + i));
  return JSON.stringify({
    metadata: { resourceVersion: String(pods), ...(end < pods && { continue: String(end) }) },
    items,
  });
}

function eventLine(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A pod of about 12 KB, 38 % of it managedFields. */
function pod(index: number, version: number): object {
  const env = Array.from({ length: 18 }, (_, n) => ({
    name: `SETTING_${n}`,
    value: `value-${n}-of-${index}-${'x'.repeat(60)}`,
  }));
  const fields = Object.fromEntries(
    env.map(({ name }) => [`k:{"name":"${name}"}`, { '.': {}, 'f:name': {}, 'f:value': {} }]),
  );
  const container = (name: string) => ({ name, image: `registry.example/${name}:1.${index % 7}`, env });
  const state = { running: { startedAt: '2026-11-21T03:08:00Z' } };
  return {
    metadata: {
      name: `pod-${index}-${(index * 7919).toString(36)}`,
      namespace: `namespace-of-team-${index % 20}`,
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-11-21T03:08:00Z',
      labels: { app: `app-${index % 50}`, round: String(version) },
      annotations: Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`example.com/${n}`, 'padding '.repeat(30)])),
      ownerReferences: [{ kind: 'ReplicaSet', name: `replica-set-${index % 500}-of-app`, controller: true }],
      managedFields: Array.from({ length: 4 }, () => ({
        manager: 'k3s',
        operation: 'Update',
        fieldsV1: { 'f:env': fields },
      })),
    },
    spec: { nodeName: `node-with-some-name-${index % 40}`, containers: ['web', 'sidecar'].map(container) },
    status: {
      phase: 'Running',
      conditions: ['Initialized', 'Ready', 'PodScheduled'].map((type) => ({ type, status: 'True' })),
      containerStatuses: ['web', 'sidecar'].map((name) => ({ name, state, restartCount: version % 3 })),
    },
  };
}

function kubeconfigOf(port: number, authority: string): string {
  const ca = Buffer.from(authority).toString('base64');
  return JSON.stringify({
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
  });
}

if (import.meta.main) await benchListWatch();
