import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { until } from '../until.ts';
import { apiSources, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let wall: WallProcess;

const refusalBar = 5_000;
const silenceBar = 15_000;
const recoveryBar = 15_000;

const apiBad = (board: Board) => tileOf(board, 'control-plane').level === 'bad';
const words = (board: Board) =>
  findingsOf(board, 'control-plane/api-answers')
    .map(({ sentence }) => sentence)
    .join(' ');
const nodesGreen = (board: Board) => tileOf(board, 'nodes').level === 'ok';
const fine = (board: Board) => nodesGreen(board) && tileOf(board, 'control-plane').level === 'ok';
/** After a control-plane outage nodes may be NotReady for a moment: the wall has recovered once it sees again. */
const sees = (board: Board) => {
  return tileOf(board, 'control-plane').level === 'ok' && apiSources(board).every(({ state }) => state === 'synced');
};

async function recovers(): Promise<void> {
  seenAfter('recovered', await wall.sees('the wall sees again', sees, recoveryBar), recoveryBar);
  await wall.sees('all is fine again', fine, 60_000);
}

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 2 });
  wall = await startWall(plane.kubeconfig());
  await wall.sees('all is fine', fine, 30_000);
});
afterEach(async () => {
  // A test that fails half-way must not take the others along.
  plane.component('kube-apiserver').resume();
  for (const part of ['etcd', 'kube-apiserver'] as const) {
    if (!plane.component(part).running) await plane.component(part).start();
  }
});
beforeEach(async () => {
  await wall.sees('all is fine before it begins', fine, 60_000);
});
afterAll(async () => {
  await wall?.stop();
  await plane?.stop();
});

describe('the API server fails for real', () => {
  test('killed: red within 5 s, in words that say refused; last figures stay, nothing is green; recovers', async () => {
    await plane.component('kube-apiserver').kill();
    const red = await wall.sees('the control plane is bad', apiBad, refusalBar);
    seenAfter('API server killed: red', red, refusalBar);
    expect(words(await wall.board())).toMatch(/refuse/i);
    seenAfter('nodes not green', red + (await wall.sees('nodes not green', (b) => !nodesGreen(b), 15_000)), 15_000);
    // Heartbeats and nodes are streams of their own: which of them is given up first is chance.
    await wall.sees(
      'the figure of nodes is the last known',
      (b) => tileOf(b, 'nodes').figure.asOf !== undefined,
      15_000,
    );
    const board = await wall.board();
    expect(tileOf(board, 'nodes')).toMatchObject({ level: 'unknown', figure: { value: '2' } });
    expect(tileOf(board, 'nodes').figure.asOf).toBeTypeOf('number');
    expect(tileOf(board, 'nodes').unknownCount).toBeGreaterThan(0);
    const unseen = findingsOf(board, 'nodes/unseen');
    expect(unseen.length).toBeGreaterThan(0);
    const root = findingsOf(board, 'control-plane/api-answers')[0]!;
    expect(
      unseen.every(({ cause }) => cause === root.id),
      'API blind explains every unknown',
    ).toBe(true);
    await wall.keeps('nothing is green', (b) => !nodesGreen(b) && apiBad(b), 3_000);
    await plane.component('kube-apiserver').start();
    await recovers();
  });

  test('stopped in its tracks (SIGSTOP): red within 15 s, in words that say it does not answer; recovers', async () => {
    plane.component('kube-apiserver').pause();
    seenAfter('API server stopped: red', await wall.sees('bad', apiBad, silenceBar), silenceBar);
    expect(words(await wall.board())).toMatch(/answer/i);
    seenAfter('nodes not green', await wall.sees('nodes not green', (b) => !nodesGreen(b), 10_000), 10_000);
    plane.component('kube-apiserver').resume();
    await recovers();
  });

  test('etcd dead: the control plane is bad and names etcd, and the nodes are not blamed', async () => {
    await plane.component('etcd').kill();
    const named = (board: Board) =>
      board.findings.some(({ check, sentence }) => check === 'control-plane/api-ready' && /etcd/.test(sentence));
    seenAfter('etcd dead: named', await wall.sees('etcd is named', named, silenceBar), silenceBar);
    await wall.keeps(
      'no node is blamed',
      (b) => findingsOf(b, 'nodes/no-heartbeat').every(({ level }) => level !== 'bad'),
      40_000,
    );
    await plane.component('etcd').start();
    // The API server itself takes its time to find its storage again: healed is when it says so.
    await until('the API server is ready again', () => plane.request('GET', '/readyz'), { withinMs: 120_000 });
    await recovers();
  });

  test('the serving certificate is exchanged for an expired one: said within 15 s although old connections live', async () => {
    const yesterday = new Date(Date.now() - 86_400_000);
    await plane.exchangeServingCertificate({ notBefore: new Date(Date.now() - 10 * 86_400_000), notAfter: yesterday });
    const seen = await wall.sees(
      'an expired certificate',
      (b) => apiBad(b) && /certificate/.test(words(b)) && /expired/.test(words(b)),
      silenceBar,
    );
    seenAfter('expired serving certificate', seen, silenceBar);
    await plane.exchangeServingCertificate();
    await recovers();
  });

  test('etcd wiped: another cluster behind the same address is a finding that stays until acknowledged', async () => {
    const before = await plane.identity();
    await plane.wipeEtcd();
    const found = (board: Board) => findingsOf(board, 'control-plane/other-cluster')[0];
    seenAfter('another cluster', await wall.sees('another cluster', found, 30_000), 30_000);
    const board = await wall.board();
    expect(board.cluster.id).not.toBe(before);
    expect(board.cluster.id).toBe(await plane.identity());
    await wall.sees('no node is left', (b) => tileOf(b, 'nodes').figure.value === '0', 20_000);
    expect(tileOf(await wall.board(), 'nodes').level, 'a cluster without nodes is not fine').toBe('bad');
    const body = JSON.stringify({ finding: found(await wall.board())!.id, meaning: 'mine' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${wall.url}/api/acknowledgements`, { method: 'POST', headers, body })).ok).toBe(true);
    await wall.sees('it ends', (b) => found(b) === undefined, 5_000);
  });
});
