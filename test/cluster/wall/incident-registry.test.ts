import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openWatched, screens, type WatchedPage } from '#test/e2e/browser.ts';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { busyboxImage } from '../real-node/busybox-image.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import type { Registry } from '../real-node/registry.ts';
import { until } from '../until.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { podsOf } from '../workload.ts';
import { home, noDatabase, registryInCluster, repositories } from './registry-in-cluster.ts';

const second = 1_000;
const downBar = 20 * second;
/** One period and the registry's own start, and what a slow machine adds. */
const upBar = 13 * second;
const down = 'registry/down|Registry/home';
const root = 'registry/depends-on-itself|Registry/home';
const pulls = 'registry/pull-failing|Registry/home|unreachable';
const refused = `workloads/cannot-create-pods|StatefulSet/${home}/registry-database`;
const standing = [
  ...[root, 'registry/single-replica-on-one-node|Registry/home'],
  `registry/ephemeral|StatefulSet/${home}/registry`,
].sort();

let plane: ControlPlane;
let node: RealNode;
let house: Registry;
let wall: WallProcess;
let browser: Browser;
let watched: WatchedPage;

const noNode = lacks('the incident of the registry that pulls through itself', [...REAL_NODE, 'chromium']);

describe.skipIf(noNode)('a registry that pulls its own images through itself', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ nodes: ['nuc0'] });
    node = await startRealNode(plane);
    ({ registry: house } = await node.addRegistry());
    for (const repository of repositories) await house.push(repository, '1', busyboxImage());
    node.containerd.fetchFrom('docker.io', `http://${house.host}`);
    const config = join(plane.directory, 'clusterwall.yaml');
    const registry = { name: 'home', url: `http://${house.host}`, mirrors: ['docker.io'] };
    writeFileSync(config, JSON.stringify({ registries: [registry] }));
    await plane.apply(registryInCluster({ host: house.host, port: house.port, node, other: 'nuc0' }));
    const status = { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } };
    await plane.patchStatus(`/api/v1/namespaces/${home}/services/registry`, status);
    wall = await startWall(plane.kubeconfig(), { CLUSTERWALL_CONFIG: config });
    browser = await launchBrowser();
    watched = await openWatched(browser, wall.url, screens.wall);
  });
  afterAll(async () => {
    await browser?.close();
    await wall?.stop();
    await node?.stop();
    await plane?.stop();
  });

  test('before: all runs, and the wall warns that it depends on itself, on one node and on its pod', async () => {
    await wall.sees('the standing warnings alone', isStanding, 60 * second);
    const board = await wall.board();
    expect(byId(board, root)).toMatchObject({ level: 'warn', cause: null });
    expect(byId(board, root)?.sentence).toBe(
      'registry home depends on itself: registry-exporter, registry-portal, registry and 1 more take their images from it',
    );
    expect(await toldWholly(root)).toContain('registry-database: postgres:1');
    expect(tileOf(board, 'registry')).toMatchObject({ level: 'warn', figure: { value: '1', rest: 'of 1 up' } });
    await leaveLeftOver();
  });

  test('the registry dies: red before the first pull fails', async () => {
    await house.kill();
    const isDown = ({ headline }: Board) => headline.finding === down && headline.level === 'bad';
    seenAfter('the registry is down', await wall.sees('the registry is down', isDown, downBar), downBar);
    const board = await wall.board();
    expect(board.headline.text).toMatch(/^registry home is down: .*refused the connection/);
    expect(findingsOf(board, 'registry/pull-failing'), 'no pull has failed yet').toEqual([]);
    expect(byId(board, root)?.level, 'its pods still run').toBe('warn');
    await expect.poll(headline, { timeout: 5 * second }).toMatch(/^registry home is down/);
  });

  test('an aborted upgrade reschedules it: it cannot pull its own images, and that explains all but the pod that is refused', async () => {
    await plane.apply(noDatabase);
    await reschedule();
    const ms = await wall.sees('it depends on itself', isTold, 60 * second);
    seenAfter('the registry depends on itself, and what follows', ms, 60 * second);
    const board = await wall.board();
    expect(board.headline.text).toMatch(
      /^registry home depends on itself and cannot come back: registry-portal and registry wait for images from it/,
    );
    expect(await toldWholly(root)).toMatch(/ctr -n k8s\.io images import/);
    expect(byId(board, pulls)?.sentence).toBe(`4 pods cannot pull from ${house.host}: it refuses connections`);
    expect(byId(board, refused)).toMatchObject({ level: 'bad', cause: null });
    expect(byId(board, refused)?.sentence).toMatch(/^registry-database has no pod: quota databases allows no pods/);
    expect(await toldWholly(refused)).toMatch(/exceeded quota/);
    expect(board.findings.filter(({ subject }) => subject.name === 'registry-exporter')).toEqual([]);

    await expect.poll(headline, { timeout: 5 * second }).toBe(board.headline.text);
    const page = await watched.page.locator('main').first().innerText();
    expect(page).toMatch(/registry-database has no pod/);
    expect(await tile('registry').getAttribute('data-level')).toBe('bad');
    // The kubelet tries again and waits again meanwhile.
    await wall.keeps('it is the cause of all', isTold, 6 * second);
  });

  test('the registry is back: all is pulled, and what stays are the warnings', async () => {
    await house.start();
    // The kubelet waits for its next try, and what it was told before is not said any more.
    const isUp = (board: Board) =>
      byId(board, down) === undefined &&
      byId(board, root)?.level === 'warn' &&
      !/refuses/.test(byId(board, pulls)?.sentence ?? '');
    seenAfter('the registry is up', await wall.sees('the registry is up', isUp, upBar), upBar);
    await plane.request('DELETE', `/api/v1/namespaces/${home}/resourcequotas/databases`);
    // Controller and kubelet try again later and later: whoever heals it says so.
    await plane.kubectl([`--namespace=${home}`, 'annotate', 'statefulset/registry-database', 'healed=now']);
    await reschedule();
    await wall.sees('the standing warnings alone', isStanding, 60 * second);
    await expect.poll(() => tile('registry').getAttribute('data-level'), { timeout: 5 * second }).toBe('warn');
    await expect.poll(() => tile('workloads').getAttribute('data-level'), { timeout: 5 * second }).toBe('ok');
    expect(watched.complaints).toEqual([]);
    for (const id of [root, down, pulls]) expect(await episodesOf(wall, id), id).toHaveLength(1);
  });
});

/** Nothing is wrong but what was so all the time, and all pods run. */
function isStanding(board: Board): boolean {
  const wrong = board.findings.filter(({ level }) => level !== 'notice');
  return (
    JSON.stringify(wrong.map(({ id }) => id).sort()) === JSON.stringify(standing) &&
    wrong.every(({ level }) => level === 'warn') &&
    tileOf(board, 'workloads').level === 'ok' &&
    tileOf(board, 'workloads').figure.value === '5'
  );
}

/** All that is wrong leads to the registry that waits for itself, but the warnings and the pod that is refused. */
function isTold(board: Board): boolean {
  const byIds = new Map(board.findings.map((finding) => [finding.id, finding] as const));
  const rootOf = (finding: Finding): Finding => {
    const cause = finding.cause === null ? undefined : byIds.get(finding.cause);
    return cause === undefined ? finding : rootOf(cause);
  };
  const roots = new Set(board.findings.filter(({ level }) => level === 'bad').map((finding) => rootOf(finding).id));
  return (
    board.headline.finding === root &&
    byId(board, root)?.level === 'bad' &&
    [down, pulls].every((id) => byIds.get(id)?.level === 'bad') &&
    ['Deployment/registry/registry-portal', 'StatefulSet/registry/registry', 'Deployment/apps/wiki'].every((id) =>
      byIds.has(`workloads/image-cannot-be-pulled|${id}`),
    ) &&
    JSON.stringify([...roots].sort()) === JSON.stringify([root, refused].sort())
  );
}

function byId(board: Board, id: string): Finding | undefined {
  return board.findings.find((finding) => finding.id === id);
}

/** All evidence and steps of a finding, which the board shortens. */
async function toldWholly(id: string): Promise<string> {
  const answer = await fetch(`${wall.url}/api/findings/${encodeURIComponent(id)}`);
  const { evidence, steps } = (await answer.json()) as Finding;
  return [...evidence, ...steps].flatMap((part: object) => Object.values(part)).join('\n');
}

function headline(): Promise<string> {
  return watched.page.locator('header.headline h1').innerText();
}

function tile(area: string) {
  return watched.page.locator(`a[href="#/areas/${area}"]`).first();
}

/** All pods of the real node must start anew. */
async function reschedule(): Promise<void> {
  const onNode = `--field-selector=spec.nodeName=${node.name}`;
  for (const namespace of [home, 'apps']) {
    await plane.kubectl(['delete', 'pods', `--namespace=${namespace}`, onNode, '--grace-period=0', '--force']);
  }
}

/** A pod of the exporter is evicted: its controller makes another, and what is left over of it stays. */
async function leaveLeftOver(): Promise<void> {
  const ofExporter = async () =>
    (await podsOf(plane, home)).filter(({ metadata }) => metadata.name.startsWith('registry-exporter-'));
  const [pod] = await ofExporter();
  const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' };
  await plane.patchStatus(`/api/v1/namespaces/${home}/pods/${pod!.metadata.name}`, status);
  await until('another pod of the exporter runs', async () => {
    const phases = (await ofExporter()).map((each) => each.status.phase).sort();
    return phases.join() === 'Failed,Running';
  });
}
