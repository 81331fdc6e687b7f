import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer, AreaRow } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import type { MomentsAnswer } from '#shared/history.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { applyClaims, claimObjects, mounting } from '../claims.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { haveItAsked, kubeletFigures, type KubeletFigures } from '../kubelet-figures.ts';
import { applyManifests } from '../outside-kubeconfig.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { until } from '../until.ts';
import { createVolumePlace, type VolumePlace } from '../volume-place.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace, podsOf } from '../workload.ts';

const second = 1_000;
const home = 'home';
const source = 'kubelet/nuc0';
// A kubelet that measures each second, and is asked anew, tells it within this.
const toldBar = 15 * second;
/** From our reading of the first newer figures on. */
const redBar = 10 * second;
const clusterRole = '/apis/rbac.authorization.k8s.io/v1/clusterroles/clusterwall';

const places = new Map<string, VolumePlace>();
let plane: ControlPlane;
let node: RealNode;
let kubelet: KubeletFigures;
let wall: WallProcess;

const place = (name: string) => places.get(name)!;
const idOf = (check: string, claim: string) => `storage/${check}|PersistentVolumeClaim/${home}/${claim}`;
const finding = (board: Board, check: string, claim: string) =>
  board.findings.find(({ id }) => id === idOf(check, claim));
const emptied = (claim: string) => (board: Board) => finding(board, 'volume-emptied', claim)?.level === 'bad';
const fromKubelet = (board: Board) => board.sources.find(({ name }) => name === source);

/** Waits until the board is so, and has the kubelet asked every two seconds. */
async function seesSoon(what: string, condition: (board: Board) => unknown, withinMs: number): Promise<number> {
  const asking = setInterval(() => void haveItAsked(plane, node.name).catch(console.error), 2 * second);
  await haveItAsked(plane, node.name);
  try {
    return await wall.sees(what, condition, withinMs);
  } finally {
    clearInterval(asking);
  }
}

async function rowOf(claim: string): Promise<AreaRow | undefined> {
  const { rows } = (await (await fetch(`${wall.url}/api/areas/storage`)).json()) as AreaAnswer;
  return rows.find(({ subject }) => subject.kind === 'PersistentVolumeClaim' && subject.name === claim);
}

async function acknowledge(id: string, meaning: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ finding: id, meaning });
  const answer = await fetch(`${wall.url}/api/acknowledgements`, { method: 'POST', headers, body });
  expect(answer.ok, await answer.text()).toBe(true);
}

async function moments(): Promise<string[]> {
  const answer = await fetch(`${wall.url}/api/moments?from=0&to=${Date.now() + second}`);
  return ((await answer.json()) as MomentsAnswer).moments.map(({ kind, text }) => `${kind}: ${text}`);
}

/** The kubelet itself says that there is less than this in it. */
const untilTold = (claim: string, most: number) =>
  until(
    `the kubelet says that ${claim} is empty`,
    async () => {
      const told = await kubelet.of(home, claim);
      return told !== undefined && told.usedBytes < most;
    },
    { withinMs: toldBar },
  );

const noMounts = lacks('storage on the real node', [...REAL_NODE, 'mounts']);

describe.skipIf(noMounts)('volumes of a real node', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ withKwok: false });
    const webhook = { cacheAuthorizedTTL: '1s', cacheUnauthorizedTTL: '1s' };
    const configuration = { volumeStatsAggPeriod: '1s', authorization: { mode: 'Webhook', webhook } };
    node = await startRealNode(plane, { name: 'nuc0', configuration });
    kubelet = await kubeletFigures(plane, node);
    places.set('gitea-data', createVolumePlace({ type: 'tmpfs', megabytes: 300 }));
    places.set('ledger', createVolumePlace({ type: 'ext4', megabytes: 200 }));
    places.set('photos', createVolumePlace({ type: 'tmpfs', megabytes: 100 }));
    places.set('mail', createVolumePlace({ type: 'tmpfs', megabytes: 20, inodes: 400 }));
    places.set('music', createVolumePlace({ type: 'tmpfs', megabytes: 200 }));
    places.set('music-anew', createVolumePlace({ type: 'tmpfs', megabytes: 200 }));
    place('gitea-data').write('repositories', 190_000_000);
    place('ledger').write('database', 120_000_000);
    place('music').write('songs', 80_000_000);
    await plane.apply(namespace(home));
    const claims = ['gitea-data', 'ledger', 'photos', 'mail', 'music'];
    const onNode = (name: string) => ({ namespace: home, name, on: { place: place(name), node: node.name } });
    await applyClaims(plane, [...claims.map(onNode), { namespace: home, name: 'waiting' }]);
    const { image } = node;
    await plane.apply([
      deployment({ namespace: home, name: 'gitea', node: node.name, ...mounting(image, 'gitea-data') }),
      deployment({ namespace: home, name: 'jukebox', node: node.name, ...mounting(image, 'music') }),
      deployment({ namespace: home, name: 'others', node: node.name, ...mounting(image, 'ledger', 'photos', 'mail') }),
    ]);
    for (const claim of claims) await until(`${claim} is measured`, () => kubelet.of(home, claim));
    const config = join(plane.directory, 'clusterwall.yaml');
    const checks = {
      'storage/mount-failing': { after: '3s' },
      'storage/claim-pending': { warn: '5s', bad: '10s' },
      'storage/volume-filling': { for: '1s' },
      'storage/inodes-filling': { for: '1s' },
    };
    writeFileSync(config, JSON.stringify({ checks }));
    const kubeconfig = await applyManifests(plane);
    // It runs outside: what the manifests want in the cluster is of no use here.
    await plane.kubectl(['-n', 'clusterwall', 'delete', 'deployment,persistentvolumeclaim', '--all']);
    wall = await startWall(kubeconfig, { CLUSTERWALL_CONFIG: config });
  });
  afterAll(async () => {
    await wall?.stop();
    kubelet?.close();
    await node?.stop();
    for (const each of places.values()) each.remove();
    await plane?.stop();
  });

  test('each claim is there with the figures of its file system, and one that waits is told of', async () => {
    await wall.sees(
      'the claim that waits is bad',
      (board) => finding(board, 'claim-pending', 'waiting')?.level === 'bad',
      30 * second,
    );
    for (const claim of ['gitea-data', 'ledger', 'photos', 'mail', 'music']) {
      const row = await until(`${claim} has figures`, async () => {
        const found = await rowOf(claim);
        return typeof found?.cells['used'] === 'number' && found;
      });
      const { usedBytes, availableBytes, capacityBytes } = place(claim).figures();
      // Shown in steps, so that it does not tick.
      expect(row.cells['used'], claim).toBeGreaterThanOrEqual(usedBytes * 0.94);
      expect(row.cells['used'], claim).toBeLessThanOrEqual(usedBytes * 1.06);
      expect(row.cells['full'], claim).toBe(Math.floor(100 * (1 - availableBytes / capacityBytes)));
    }
    const board = await wall.board();
    expect(finding(board, 'claim-pending', 'waiting')?.sentence).toMatch(/^waiting gets no volume/);
    expect(tileOf(board, 'storage').figure).toMatchObject({ value: '5', rest: 'of 6 bound' });
    expect(findingsOf(board, 'control-plane/rights-missing')).toEqual([]);
    expect(findingsOf(board, 'storage/volume-emptied')).toEqual([]);
    await plane.request('DELETE', `/api/v1/namespaces/${home}/persistentvolumeclaims/waiting`);
  });

  test('one that fills warns at 90 % and is bad at 97 %; so is one whose inodes are used up, and both are fine again', async () => {
    place('photos').fillTo(90);
    place('mail').addFiles('cur', 350);
    const warns = (board: Board) =>
      finding(board, 'volume-filling', 'photos')?.level === 'warn' &&
      finding(board, 'inodes-filling', 'mail')?.level === 'warn';
    seenAfter('90 %', await seesSoon('both warn', warns, toldBar), toldBar);
    expect(finding(await wall.board(), 'volume-filling', 'photos')?.sentence).toMatch(
      /^photos is (89|90) % full, 10 MB free/,
    );
    place('photos').fillTo(97);
    place('mail').addFiles('new', place('mail').figures().inodesFree - 1);
    const areBad = (board: Board) =>
      finding(board, 'volume-filling', 'photos')?.level === 'bad' &&
      finding(board, 'inodes-filling', 'mail')?.level === 'bad';
    seenAfter('97 %', await seesSoon('both are bad', areBad, toldBar), toldBar);
    const board = await wall.board();
    expect(finding(board, 'inodes-filling', 'mail')?.sentence).toBe('mail has no inodes left');
    expect(tileOf(board, 'storage').level).toBe('bad');
    // A little at a time: what has filled is made room in, not emptied.
    place('photos').fillTo(40);
    for (let i = 0; i < 200; i += 1) place('mail').delete(`cur/file-${i}`);
    const areFine = (seen: Board) =>
      finding(seen, 'volume-filling', 'photos') === undefined && finding(seen, 'inodes-filling', 'mail') === undefined;
    await seesSoon('both are fine again', areFine, toldBar);
    expect(findingsOf(await wall.board(), 'storage/volume-emptied')).toEqual([]);
  });

  test('emptied: red with the first newer figures, and nothing but somebody’s word ends it', async () => {
    await haveItAsked(plane, node.name);
    place('gitea-data').empty();
    place('gitea-data').write('gitea.db', 4_000_000);
    await untilTold('gitea-data', 5_000_000);
    const asked = performance.now();
    await haveItAsked(plane, node.name);
    await wall.sees('gitea-data lost its data', emptied('gitea-data'), redBar);
    seenAfter('emptied, from our reading on', performance.now() - asked, redBar);
    const first = finding(await wall.board(), 'volume-emptied', 'gitea-data')!;
    expect(first.sentence).toMatch(/^gitea-data lost its data: 190 MB to 4(\.0)? MB at \d\d:\d\d/);
    expect(first.latch).toBe(true);
    expect((await wall.board()).headline.finding).toBe(first.id);

    await wall.restart('SIGKILL');
    await wall.sees('it is red after our own restart', emptied('gitea-data'), 15 * second);
    expect(finding(await wall.board(), 'volume-emptied', 'gitea-data')).toMatchObject({
      episode: first.episode,
      since: first.since,
    });

    const [pod] = (await podsOf(plane, home)).filter(({ metadata }) => metadata.name.startsWith('gitea-'));
    await plane.request('DELETE', `/api/v1/namespaces/${home}/pods/${pod!.metadata.name}`);
    await until('another pod runs', async () => {
      const now = (await podsOf(plane, home)).filter(({ metadata }) => metadata.name.startsWith('gitea-'));
      return now.some(({ metadata, status }) => metadata.name !== pod!.metadata.name && status.phase === 'Running');
    });
    await haveItAsked(plane, node.name);
    await wall.keeps('it is red', emptied('gitea-data'), 4 * second);

    await acknowledge(first.id, 'mine');
    const gone = (board: Board) => finding(board, 'volume-emptied', 'gitea-data') === undefined;
    await wall.sees('it is over', gone, 5 * second);
    await seesSoon('it stays over', gone, 5 * second);
    await wall.keeps('it stays over', gone, 4 * second);
    const told = (await moments()).filter((text) => text.includes('gitea-data lost its data'));
    expect(told.map((text) => text.split(':')[0])).toEqual(['incident-begin', 'acknowledged', 'incident-end']);
    const episodes = await episodesOf(wall, first.id);
    expect(episodes).toHaveLength(1);
    expect(episodes[0]!.endedAt).not.toBeNull();
  });

  test('emptied while the wall was off: red as soon as it is back', async () => {
    await wall.restart('SIGTERM', async () => {
      place('ledger').empty();
      await untilTold('ledger', 1_000_000);
    });
    seenAfter('emptied while we were off', await wall.sees('ledger lost its data', emptied('ledger'), redBar), redBar);
    expect(finding(await wall.board(), 'volume-emptied', 'ledger')?.sentence).toMatch(
      /^ledger lost its data: 120 MB to /,
    );
    await acknowledge(idOf('volume-emptied', 'ledger'), 'restored');
    await wall.sees('it is over', (board) => finding(board, 'volume-emptied', 'ledger') === undefined, 5 * second);
  });

  test('a first figure that the second does not confirm clears itself, and stays a moment', async () => {
    place('music').empty();
    await untilTold('music', 1_000_000);
    await haveItAsked(plane, node.name);
    await wall.sees('music lost its data', emptied('music'), redBar);
    place('music').write('songs', 80_000_000);
    await seesSoon('it is taken back', (board) => finding(board, 'volume-emptied', 'music') === undefined, toldBar);
    const told = (await moments()).filter((text) => text.includes('music lost its data'));
    expect(told.map((text) => text.split(':')[0])).toEqual(['incident-begin', 'incident-end']);
  });

  test('replaced: the claim is made anew on another volume, which is empty', async () => {
    await plane.kubectl(['-n', home, 'scale', 'deployment/jukebox', '--replicas=0']);
    const left = async () => (await podsOf(plane, home)).every(({ metadata }) => !metadata.name.startsWith('jukebox-'));
    await until('its pod is gone', left);
    await plane.request('DELETE', `/api/v1/namespaces/${home}/persistentvolumeclaims/music`);
    const again = { namespace: home, name: 'music', volume: 'music-anew' };
    const on = { place: place('music-anew'), node: node.name };
    await until('the claim can be made anew', () => plane.apply(claimObjects({ ...again, on })).then(() => true));
    await plane.kubectl(['-n', home, 'scale', 'deployment/jukebox', '--replicas=1']);
    const bar = 30 * second;
    seenAfter('replaced', await seesSoon('music lost its data', emptied('music'), bar), bar);
    const lost = finding(await wall.board(), 'volume-emptied', 'music')!;
    expect(lost.sentence).toMatch(/^music lost its data: 80 MB to /);
    await acknowledge(lost.id, 'mine');
    // As long as its data are lost, that is the news.
    const told = (board: Board) => finding(board, 'volume-replaced', 'music')?.level === 'warn';
    await wall.sees('it has another volume', told, 5 * second);
    const replaced = finding(await wall.board(), 'volume-replaced', 'music')!;
    expect(replaced.sentence).toBe('music has another volume than before: music-anew, not home-music');
    await acknowledge(replaced.id, 'mine');
    await wall.sees('it is over', ({ findings }) => !findings.some(({ id }) => id === lost.id), 5 * second);
  });

  test('a path that is not there: the pod waits, and why is told', async () => {
    const nowhere = { path: '/nowhere/at/all' };
    await applyClaims(plane, [{ namespace: home, name: 'lost-disk', on: { place: nowhere, node: node.name } }]);
    await plane.apply(
      deployment({ namespace: home, name: 'reader', node: node.name, ...mounting(node.image, 'lost-disk') }),
    );
    const failing = (board: Board) => findingsOf(board, 'storage/mount-failing')[0];
    seenAfter('a mount that fails', await wall.sees('a mount fails', failing, 30 * second), 30 * second);
    const told = JSON.stringify(failing(await wall.board()));
    expect(told).toContain('/nowhere/at/all');
    await plane.kubectl(['-n', home, 'delete', 'deployment/reader']);
  });

  test('forbidden figures are not known and say so, and alarm nobody when they are back', async () => {
    const { rules } = await plane.request<{ rules: { resources?: string[] }[] }>('GET', clusterRole);
    const without = rules.filter(({ resources }) => resources?.includes('nodes/stats') !== true);
    await plane.request('PATCH', clusterRole, { rules: without });
    await seesSoon('it is forbidden', (board) => fromKubelet(board)?.state === 'forbidden', toldBar);
    const row = await until('its figures are old', async () => (await rowOf('gitea-data')) ?? false);
    expect(row.cells['measuredAt'], 'the last figure stays, with its age').not.toBeNull();
    expect(row.level).not.toBe('ok');
    await plane.request('PATCH', clusterRole, { rules });
    await seesSoon('it is seen again', (board) => fromKubelet(board)?.state === 'synced', toldBar);
    expect(findingsOf(await wall.board(), 'storage/volume-emptied')).toEqual([]);
  });

  test('a dead kubelet: its figures are not known, and nothing is alarming about its return', async () => {
    await node.kubelet.kill();
    await wall.restart('SIGTERM');
    const unknown = async () => {
      const row = await rowOf('photos');
      return row?.level === 'unknown' && row;
    };
    await until('what is in photos is not known', unknown, { withinMs: 20 * second });
    expect(tileOf(await wall.board(), 'storage').level).toBe('unknown');
    await node.kubelet.start();
    await plane.untilReady(node.name);
    const fine = (board: Board) => tileOf(board, 'storage').level === 'ok';
    seenAfter('the kubelet is back', await seesSoon('all is fine', fine, 40 * second), 40 * second);
    await wall.keeps(
      'nobody lost anything',
      (board) => findingsOf(board, 'storage/volume-emptied').length === 0,
      4 * second,
    );
  });
});
