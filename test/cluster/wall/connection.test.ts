import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFaultProxy, type FaultProxy } from '../fault-proxy.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let proxy: FaultProxy;
let wall: WallProcess | undefined;

const fine = (board: Board) => {
  return tileOf(board, 'nodes').level === 'ok' && tileOf(board, 'control-plane').level === 'ok';
};
const bad = (board: Board) => tileOf(board, 'control-plane').level === 'bad';
const nodesGreen = (board: Board) => tileOf(board, 'nodes').level === 'ok';

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 2 });
  proxy = await startFaultProxy({ targetPort: plane.port });
});
afterEach(async () => {
  await wall?.stop();
  wall = undefined;
  await proxy.setMode('pass');
});
afterAll(async () => {
  await proxy?.close();
  await plane?.stop();
});

async function startThroughProxy(): Promise<WallProcess> {
  const started = await startWall(plane.kubeconfig({ server: `https://127.0.0.1:${proxy.port}` }));
  await started.sees('all is fine', fine, 30_000);
  return started;
}

describe('the way to the API server breaks', () => {
  test('half-open (nothing goes through, nothing is closed): red within 20 s, not green, recovers within 15 s', async () => {
    wall = await startThroughProxy();
    await proxy.setMode('blackhole');
    const red = await wall.sees('the control plane is bad', bad, 20_000);
    seenAfter('half-open: red', red, 20_000);
    const grey = red + (await wall.sees('nodes are not green', (board) => !nodesGreen(board), 10_000));
    seenAfter('half-open: nodes not green', grey, 20_000);
    await wall.keeps('nothing is green', (board) => !nodesGreen(board) && bad(board), 5_000);
    await proxy.setMode('pass');
    seenAfter('half-open: recovered', await wall.sees('all is fine again', fine, 15_000), 15_000);
  });

  test('connection refused: red within 5 s, recovers within 15 s', async () => {
    wall = await startThroughProxy();
    await proxy.setMode('refuse');
    seenAfter('refused: red', await wall.sees('the control plane is bad', bad, 5_000), 5_000);
    expect(findingsOf(await wall.board(), 'control-plane/api-answers')[0]!.sentence).toMatch(/refuse/i);
    await proxy.setMode('pass');
    seenAfter('refused: recovered', await wall.sees('all is fine again', fine, 15_000), 15_000);
  });

  test('a reset of all connections once is healed before anybody sees it', async () => {
    wall = await startThroughProxy();
    proxy.cut();
    await wall.keeps('nothing turns red', (board) => !bad(board) && tileOf(board, 'nodes').level !== 'bad', 8_000);
    await wall.sees('all is fine', fine, 15_000);
  });
});
