import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import { lacks } from '../capabilities.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { freeHttpsPlace } from '../free-port.ts';
import { startNginx, type Nginx } from '../nginx.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace, podsOf } from '../workload.ts';

// 30 s period, 10 s limit, tried again after 5 s: what the wall promises of services.
const redBar = 60_000;
// One period and the recovery's own time.
const greenBar = 40_000;
const hosts = ['git.example', 'shop.example', 'wiki.example'] as const;

let plane: ControlPlane;
let wall: WallProcess;
let nginx: Nginx;
const behind: Record<string, App> = {};

/** What stands behind a host, and what it answers. */
interface App {
  server: Server;
  answer: (answering: ServerResponse) => void;
}

const page = (title: string) => (answering: ServerResponse) =>
  void answering.setHeader('content-type', 'text/html').end(`<title>${title}</title><p>explore</p>`);

async function startApp(title: string): Promise<App> {
  const app: App = { server: createServer((_, answering) => app.answer(answering)), answer: page(title) };
  app.server.listen(0, '127.0.0.1');
  await once(app.server, 'listening');
  return app;
}

function ingress(host: string): object {
  const name = host.split('.')[0]!;
  const backend = { service: { name, port: { number: 80 } } };
  const annotations = host === 'git.example' ? { 'clusterwall.dev/text': 'explore' } : {};
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'apps', name, annotations },
    spec: {
      ingressClassName: 'nginx',
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

function service(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'apps', name },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  };
}

/** The Ingress controller as its chart installs it. */
const controller = [
  namespace('ingress-nginx'),
  deployment({
    namespace: 'ingress-nginx',
    name: 'ingress-nginx-controller',
    container: { image: 'registry.k8s.io/ingress-nginx/controller:v1.15.0' },
  }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  },
];

const about = (board: Board, host: string) =>
  board.findings.filter(({ subject, area }) => area === 'services' && subject.name === host);
const allUp = (board: Board) =>
  tileOf(board, 'services').level === 'ok' && tileOf(board, 'services').figure.value === String(hosts.length);

/** Gives all pods of a Deployment this readiness, as their kubelet would. */
async function setReady(inNamespace: string, name: string, ready: boolean): Promise<void> {
  const status = ready ? 'True' : 'False';
  const now = new Date().toISOString();
  for (const pod of await podsOf(plane, inNamespace)) {
    if (!pod.metadata.name.startsWith(name)) continue;
    const types = ['Ready', 'ContainersReady'];
    const conditions = types.map((type) => ({ type, status, lastTransitionTime: now }));
    const path = `/api/v1/namespaces/${inNamespace}/pods/${pod.metadata.name}/status`;
    const containers = (pod.status.containerStatuses ?? []).map((each) => ({ ...each, ready }));
    await plane.request('PATCH', path, { status: { conditions, containerStatuses: containers } });
  }
}

const skipped = lacks('services behind a real nginx', ['root', 'nginx']);

beforeAll(async () => {
  if (skipped) return;
  plane = await startControlPlane({ nodes: 2 });
  for (const host of hosts) behind[host] = await startApp(host);
  const places = Object.fromEntries(
    hosts.map((host) => [host, { host: '127.0.0.1', port: (behind[host]!.server.address() as AddressInfo).port }]),
  );
  const { host: address } = await freeHttpsPlace();
  nginx = await startNginx(address, places, plane.directory);
  const names = hosts.map((host) => host.split('.')[0]!);
  const apps = names.flatMap((name) => [
    deployment({ namespace: 'apps', name, container: { image: 'registry.example/app:1' } }),
    service(name),
  ]);
  await plane.apply([...controller, namespace('apps'), ...apps, ...hosts.map(ingress)]);
  const file = join(plane.directory, 'clusterwall.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      certificates: { addresses: { '*.example': address } },
      registry: { discover: false },
    }),
  );
  wall = await startWall(plane.kubeconfig(), { CLUSTERWALL_CONFIG: file });
});

afterAll(async () => {
  await wall?.stop();
  await nginx?.kill();
  for (const { server } of Object.values(behind)) server.close().closeAllConnections();
  await plane?.stop();
});

/** The sentence of a finding's root, and how many steps away it is. */
function rootOf(board: Board, id: string): string {
  let finding = board.findings.find((each) => each.id === id);
  for (let steps = 0; finding?.cause && steps < 10; steps += 1) {
    const { cause } = finding;
    finding = board.findings.find((each) => each.id === cause);
  }
  return finding?.id ?? '';
}

describe.skipIf(skipped)('services behind an Ingress controller, as their users see them', () => {
  test('are found and probed as soon as they are there', async () => {
    seenAfter('all are up', await wall.sees('all are up', allUp, 30_000), 30_000);
    const { rows } = (await (await fetch(`${wall.url}/api/areas/services`)).json()) as AreaAnswer;
    expect(rows.filter(({ subject }) => subject.kind === 'Host').map(({ subject }) => subject.name)).toEqual(
      expect.arrayContaining(hosts.map((host) => `${host}:80`)),
    );
    await wall.keeps('nothing is said of them', (board) => findingsOf(board, 'services/down').length === 0, 3_000);
  });

  test('one that fails, one that shows another page and one that hangs are told apart within 60 s, and are green within a period', async () => {
    behind['shop.example']!.answer = (answering) => void answering.writeHead(503).end('no');
    behind['git.example']!.answer = (answering) => {
      answering.setHeader('content-type', 'text/html').end('<title>Installation</title>Initial configuration');
    };
    behind['wiki.example']!.answer = () => undefined;
    await setReady('apps', 'wiki', false);
    const brokenAt = Date.now();
    const told = {
      shop: (board: Board) => about(board, 'shop.example:80').some(({ check }) => check === 'services/down'),
      git: (board: Board) => about(board, 'git.example:80').some(({ check }) => check === 'services/wrong-content'),
      wiki: (board: Board) => about(board, 'wiki.example:80').some(({ check }) => check === 'services/down'),
    };
    for (const [what, isTold] of Object.entries(told)) {
      await wall.sees(`${what} is told`, isTold, Math.max(brokenAt + redBar - Date.now(), 500));
      seenAfter(`${what} is red`, Date.now() - brokenAt, redBar);
    }
    const board = await wall.board();
    const sentence = (host: string) =>
      about(board, host)
        .map((finding) => finding.sentence)
        .join('; ');
    expect(sentence('shop.example:80')).toMatch(/shop\.example.* 503/);
    expect(sentence('git.example:80')).toMatch(/git\.example.*explore/);
    expect(sentence('wiki.example:80')).toMatch(/wiki\.example/);
    expect(rootOf(board, 'services/down|Host/shop.example:80'), 'its pods are fine').toBe(
      'services/down|Host/shop.example:80',
    );
    expect(rootOf(board, 'services/down|Host/wiki.example:80'), 'nobody is ready behind it').toMatch(/wiki$/);
    for (const finding of about(board, 'shop.example:80')) expect(finding.steps.length).toBeGreaterThan(0);
    for (const [host, app] of Object.entries(behind)) app.answer = page(host);
    await setReady('apps', 'wiki', true);
    seenAfter('all are up again', await wall.sees('all are up', allUp, greenBar), greenBar);
  });

  test('the controller itself is down: it is the one cause, above all that is behind it', async () => {
    await nginx.kill();
    await setReady('ingress-nginx', 'ingress-nginx-controller', false);
    const brokenAt = Date.now();
    const headline = (board: Board) => /ingress-nginx.*3 services/i.test(board.headline.text);
    seenAfter('the controller is the headline', await wall.sees('the headline', headline, redBar), redBar);
    const allDown = (board: Board) => hosts.every((host) => about(board, `${host}:80`).length > 0);
    await wall.sees('all are down', allDown, Math.max(brokenAt + redBar - Date.now(), 500));
    seenAfter('all are red', Date.now() - brokenAt, redBar);
    const board = await wall.board();
    for (const host of hosts) {
      expect(rootOf(board, `services/down|Host/${host}:80`)).toMatch(/^services\/controller-down/);
    }
    expect(headline(board), 'it stays the headline').toBe(true);
    await nginx.start();
    await setReady('ingress-nginx', 'ingress-nginx-controller', true);
    seenAfter('all are up again', await wall.sees('all are up', allUp, greenBar), greenBar);
  });

  test('while the API is away they go on being probed, and the wall says so', async () => {
    await plane.component('kube-apiserver').kill();
    const still = /3 of 3 services still answer/;
    seenAfter(
      'said',
      await wall.sees('they still answer', (board) => still.test(JSON.stringify(board.headline)), 20_000),
      20_000,
    );
    await plane.component('kube-apiserver').start();
    await until('all is well again', async () => allUp(await wall.board()), { withinMs: 60_000 });
  });
});
