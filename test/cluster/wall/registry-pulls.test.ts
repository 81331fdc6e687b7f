import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { createSelfSigned } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { busyboxImage } from '../real-node/busybox-image.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { knownLogin, type Registry } from '../real-node/registry.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace } from '../workload.ts';

const second = 1_000;
/** From the moment it dies or hangs. */
const downBar = 20 * second;
/** From the moment it answers again: one period, and what a slow machine adds. */
const upBar = 13 * second;
const kept = ['team/a:1', 'team/b:1', 'c:1'];

let plane: ControlPlane;
let node: RealNode;
let wall: WallProcess;
/** The one that the owner has told the wall of. */
let house: Registry;
let limiting: Server;

/** Why an image does not come, by the namespace in which a pod waits for it: the image, and what the wall makes of containerd's words. */
let causes: Record<string, { image: string; words: RegExp }>;

const noNode = lacks('registries that a real node pulls from', REAL_NODE);

describe.skipIf(noNode)('a registry that a real node pulls from', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 1 });
    node = await startRealNode(plane);
    ({ registry: house } = await node.addRegistry());
    for (const name of kept) await house.push(name.slice(0, -2), '1', busyboxImage());
    causes = await makeCauses();
    const config = join(plane.directory, 'clusterwall.yaml');
    writeFileSync(config, JSON.stringify({ registries: [{ name: 'house', url: `http://${house.host}` }] }));
    wall = await startWall(plane.kubeconfig(), { CLUSTERWALL_CONFIG: config });
    await plane.apply([namespace('home'), ...kept.map((image, i) => runs(`kept-${i}`, `${house.host}/${image}`))]);
  });
  afterAll(async () => {
    await wall?.stop();
    limiting?.close();
    await node?.stop();
    await plane?.stop();
  });

  test('is green, with all images that workloads refer to', async () => {
    const sentence = 'registry house holds all 3 images that workloads refer to';
    await until('the registry holds all images', async () => (await saidOfHouse()).includes(sentence), {
      withinMs: 60 * second,
    });
    expect(tileOf(await wall.board(), 'registry')).toMatchObject({ level: 'ok', figure: { value: '1' } });
    for (const [cause, { image }] of Object.entries(causes)) {
      await plane.apply([namespace(cause), runs(cause, image, { namespace: cause })]);
    }
  });

  test('that dies is red before a pull fails; seven pods are one finding then, and a wrong tag is another', async () => {
    await house.kill();
    const ms = await wall.sees('the registry is down', (board) => downOf(board)?.level === 'bad', downBar + 5 * second);
    seenAfter('a registry that was killed is down', ms, downBar);
    expect(ms).toBeLessThan(downBar);
    const board = await wall.board();
    expect(downOf(board)?.sentence).toMatch(/^registry house is down: .*refused the connection/);
    expect(failing(board), 'no pull has failed yet').toEqual([]);

    const wanting = { d: 3, e: 2, f: 2 };
    const pods = Object.entries(wanting).map(([name, replicas]) =>
      runs(name, `${house.host}/new/${name}:1`, { replicas }),
    );
    await plane.apply(pods);
    const sentence = `7 pods cannot pull from ${house.host}: it refuses connections`;
    await wall.sees('one finding for seven pods', (seen) => failing(seen)[0]?.sentence === sentence, 60 * second);
    const isTold = (seen: Board) => {
      const [one, ...others] = failing(seen);
      const effects = findingsOf(seen, 'workloads/image-cannot-be-pulled').filter(
        ({ subject }) => subject.name in wanting,
      );
      return (
        one?.sentence === sentence &&
        others.length === 0 &&
        one.cause === downOf(seen)?.id &&
        effects.length === 3 &&
        effects.every(({ cause }) => cause === one.id) &&
        pullOf(seen, 'not-found')?.cause === null
      );
    };
    await wall.sees('it explains the workloads, and the wrong tag stands for itself', isTold, 10 * second);
    for (const name of Object.keys(wanting)) {
      await plane.request('DELETE', `/apis/apps/v1/namespaces/home/deployments/${name}`);
    }
    await wall.sees('nobody waits for it any more', (seen) => failing(seen).length === 0, 20 * second);
  });

  test('that comes back empty is green, and lists what must be built again until it is pushed', async () => {
    house.wipe();
    await house.start();
    const ms = await wall.sees('it is up', (board) => downOf(board) === undefined, upBar + 5 * second);
    seenAfter('a registry that was started again is up', ms, upBar);
    expect(ms).toBeLessThan(upBar);
    const isEmpty = (board: Board) => {
      const [found] = findingsOf(board, 'registry/images-missing');
      const listed = (found?.evidence ?? []).map(({ text }) => text).join('\n');
      return found?.level === 'bad' && kept.every((image) => listed.includes(`${house.host}/${image}`));
    };
    await wall.sees('exactly the three images are missing', isEmpty, 20 * second);
    const found = missingOf(await wall.board());
    expect(found?.sentence).toBe('registry house is empty: it lacks all 3 images that workloads refer to');
    for (const name of kept) await house.push(name.slice(0, -2), '1', busyboxImage());
    const gone = (board: Board) => missingOf(board) === undefined;
    seenAfter('images that were pushed are there', await wall.sees('none is missing', gone, 45 * second), 45 * second);
  });

  test('that hangs is red, and green again once it goes on', async () => {
    house.pause();
    const ms = await wall.sees('the registry is down', (board) => downOf(board)?.level === 'bad', downBar + 5 * second);
    seenAfter('a registry that hangs is down', ms, downBar);
    expect(ms).toBeLessThan(downBar);
    house.resume();
    const upMs = await wall.sees('it is up', (board) => downOf(board) === undefined, upBar + 5 * second);
    expect(upMs).toBeLessThan(upBar);
  });

  test.for(['refused', 'no-such-host', 'not-found', 'no-login', 'unknown-authority', 'speaks-http', 'limited'])(
    'says of a pod that waits why, by the words of the real containerd: %s',
    async (cause) => {
      const { words } = causes[cause]!;
      await wall.sees(
        `the words for ${cause}`,
        (board) => words.test(pullOf(board, cause)?.sentence ?? ''),
        60 * second,
      );
    },
  );
});

function runs(name: string, image: string, more: Partial<Parameters<typeof deployment>[0]> = {}): object {
  return deployment({ namespace: 'home', name, node: node.name, container: { image }, ...more });
}

function downOf(board: Board): Finding | undefined {
  return findingsOf(board, 'registry/down').find(({ subject }) => subject.name === 'house');
}

/** All that is said of it, the fine too. */
async function saidOfHouse(): Promise<string[]> {
  const answer = (await (await fetch(`${wall.url}/api/areas/registry`)).json()) as AreaAnswer;
  const row = answer.rows.find(({ subject }) => subject.name === 'house');
  return row?.verdicts.map(({ sentence }) => sentence) ?? [];
}

function missingOf(board: Board): Finding | undefined {
  return findingsOf(board, 'registry/images-missing').find(({ subject }) => subject.name === 'house');
}

/** What is told of pulls from the house. */
function failing(board: Board): Finding[] {
  return findingsOf(board, 'registry/pull-failing').filter(({ subject }) => subject.name === 'house');
}

function pullOf(board: Board, name: string): Finding | undefined {
  return findingsOf(board, 'workloads/image-cannot-be-pulled').find(({ subject }) => subject.name === name);
}

async function makeCauses(): Promise<typeof causes> {
  const dead = await node.addRegistry();
  await dead.registry.kill();
  const locked = await node.addRegistry({ login: knownLogin });
  const tls = await createSelfSigned({ commonName: 'registry', names: ['127.0.0.1'] });
  const untrusted = await node.addRegistry({ tls });
  node.containerd.fetchFrom(untrusted.registry.host, `https://${untrusted.registry.host}`);
  const plain = await node.addRegistry();
  node.containerd.fetchFrom(plain.registry.host, `https://${plain.registry.host}`);
  limiting = createServer((_, answer) => answer.writeHead(429).end()).listen(0, '127.0.0.1');
  await once(limiting, 'listening');
  const limits = `127.0.0.1:${(limiting.address() as AddressInfo).port}`;
  const about = (host: string, words: string) =>
    new RegExp(`${host.replaceAll('.', '\\.')}.*${words}|${words}.*${host}`);
  return {
    refused: { image: dead.image, words: about(dead.registry.host, 'refuses connections') },
    'no-such-host': { image: 'registry.invalid/busybox:1', words: /registry\.invalid is not known to the node's DNS/ },
    'not-found': { image: `${node.registry.host}/busybox:no-such-tag`, words: /there is no such tag or repository/ },
    'no-login': { image: locked.image, words: about(locked.registry.host, 'wants a login') },
    'unknown-authority': {
      image: untrusted.image,
      words: new RegExp(`the node does not trust the certificate of ${untrusted.registry.host}`),
    },
    'speaks-http': { image: plain.image, words: about(plain.registry.host, 'speaks no HTTPS') },
    limited: { image: `${limits}/busybox:1`, words: about(limits, 'limit is used up') },
  };
}
