import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let wall: WallProcess;

const allFine = (board: Board) =>
  tileOf(board, 'nodes').level === 'ok' &&
  tileOf(board, 'control-plane').level === 'ok' &&
  board.headline.level === 'ok';

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 4 });
  wall = await startWall(plane.kubeconfig());
});
afterAll(async () => {
  await wall?.stop();
  await plane?.stop();
});

describe('nodes of a real control plane, seen on the board', () => {
  test('four nodes that renew their leases are fine, once two renewals were seen and not before', async () => {
    const first = await wall.board();
    expect(tileOf(first, 'nodes').level, 'green is earned').not.toBe('ok');
    seenAfter('all good', await wall.sees('all is fine', allFine, 30_000), 30_000);
    const board = await wall.board();
    expect(tileOf(board, 'nodes').figure).toMatchObject({ value: '4', rest: 'of 4 ready' });
    expect(board.cluster.version).toContain('v1.36.4');
    expect(board.cluster.id).toBe(await plane.identity());
    expect(board.headline.text).toBe(`All good in the ${watchedAreas.length} areas watched`);
  });

  test('a node that loses its heartbeat warns by 25 s, is bad by 40 s, is NotReady by its controller, and comes back', async () => {
    await plane.silenceNode('nuc2');
    const finding = (board: Board) =>
      findingsOf(board, 'nodes/no-heartbeat').find(({ subject }) => subject.name === 'nuc2');
    const notReady = (board: Board) =>
      findingsOf(board, 'nodes/not-ready').find(({ subject }) => subject.name === 'nuc2');
    const warned = await wall.sees('a warning for nuc2', (board) => finding(board)?.level === 'warn', 30_000);
    seenAfter('no heartbeat: warning', warned, 25_000);
    const bad = warned + (await wall.sees('nuc2 is bad', (board) => finding(board)?.level === 'bad', 30_000));
    seenAfter('no heartbeat: bad', bad, 40_000);
    expect(bad).toBeLessThan(40_000);
    await wall.sees(
      'its NotReady is explained by it',
      (board) => notReady(board)?.cause === finding(board)?.id,
      30_000,
    );
    const board = await wall.board();
    expect(board.headline.finding).toBe(finding(board)!.id);
    expect(tileOf(board, 'nodes').figure.value).toBe('3');
    expect(
      board.findings.filter(({ check }) => check === 'nodes/no-heartbeat').map(({ subject }) => subject.name),
    ).toEqual(['nuc2']);
    await plane.reviveNode('nuc2');
    seenAfter('all good after it came back', await wall.sees('all is fine again', allFine, 30_000), 30_000);
  });

  test('a kubelet that says it is not ready is bad at once, with its own words', async () => {
    const message = 'container runtime network not ready: cni plugin not initialized';
    await plane.setNodeCondition('nuc1', { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message });
    const seen = await wall.sees(
      'nuc1 is not ready',
      (board) => findingsOf(board, 'nodes/not-ready').length === 1,
      10_000,
    );
    seenAfter('NotReady', seen, 10_000);
    const [finding] = findingsOf(await wall.board(), 'nodes/not-ready');
    expect(finding).toMatchObject({ level: 'bad', subject: { kind: 'Node', name: 'nuc1' } });
    expect(finding!.evidence.map(({ text }) => text).join(' ')).toContain('cni plugin not initialized');
    await plane.setNodeCondition('nuc1', { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' });
    await wall.sees('all is fine again', allFine, 15_000);
  });

  test('a cordoned node is a notice and colours nothing', async () => {
    await plane.cordon('nuc3');
    await wall.sees('a notice', (board) => findingsOf(board, 'nodes/cordoned')[0]?.level === 'notice', 10_000);
    expect(allFine(await wall.board())).toBe(true);
    await plane.uncordon('nuc3');
    await wall.sees('the notice goes', (board) => findingsOf(board, 'nodes/cordoned').length === 0, 10_000);
  });

  test.for(['DiskPressure', 'MemoryPressure', 'PIDPressure'])('%s is told apart', async (type) => {
    await plane.setNodeCondition('nuc0', {
      type,
      status: 'True',
      reason: 'KubeletHas',
      message: `kubelet has ${type}`,
    });
    const seen = await wall.sees(
      type,
      (board) => findingsOf(board, 'nodes/pressure')[0]?.id.endsWith(`|${type}`),
      10_000,
    );
    seenAfter(type, seen, 10_000);
    expect(['warn', 'bad']).toContain(tileOf(await wall.board(), 'nodes').level);
    await plane.setNodeCondition('nuc0', { type, status: 'False', reason: 'KubeletHasNo', message: '' });
    await wall.sees('all is fine again', allFine, 15_000);
  });

  test('a wall that is killed and started again keeps the beginning of an episode and its acknowledgement', async () => {
    await plane.setNodeCondition('nuc1', { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'x' });
    await wall.sees('nuc1 is not ready', (board) => findingsOf(board, 'nodes/not-ready').length === 1, 10_000);
    const [before] = findingsOf(await wall.board(), 'nodes/not-ready');
    const body = JSON.stringify({ finding: before!.id });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${wall.url}/api/acknowledgements`, { method: 'POST', headers, body });
    expect(answer.ok).toBe(true);
    await wall.sees('it is acknowledged', (board) => findingsOf(board, 'nodes/not-ready')[0]?.acknowledged, 5_000);
    await wall.restart('SIGKILL');
    await wall.sees('it is seen again', (board) => findingsOf(board, 'nodes/not-ready')[0]?.level === 'bad', 15_000);
    const [after] = findingsOf(await wall.board(), 'nodes/not-ready');
    expect(after).toMatchObject({ id: before!.id, episode: before!.episode, since: before!.since });
    expect(after!.acknowledged?.meaning).toBe('seen');
    await plane.setNodeCondition('nuc1', { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' });
    await wall.sees('all is fine again', allFine, 30_000);
  });
});
