import { afterEach, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { until } from '../until.ts';

let plane: ControlPlane | undefined;
let wall: WallProcess | undefined;

afterEach(async () => {
  await wall?.stop();
  await plane?.stop();
  wall = undefined;
  plane = undefined;
});

const fine = (board: Board) => {
  return tileOf(board, 'nodes').level === 'ok' && tileOf(board, 'control-plane').level === 'ok';
};
const stateOf = (board: Board, source: string) => board.sources.find(({ name }) => name === source);

describe('moods of a real API server that nobody should notice', () => {
  test('410 Gone: what was compacted away while the line was cut is listed anew, by itself', async () => {
    plane = await startControlPlane({ nodes: 2, apiServerFlags: ['--etcd-compaction-interval=5s'] });
    const proxy = await startFaultProxy({ targetPort: plane.port });
    const seen = (wall = await startWall(plane.kubeconfig({ server: `https://127.0.0.1:${proxy.port}` })));
    await seen.sees('all is fine', fine, 30_000);
    await proxy.setMode('refuse');
    // Versions that the watches know of are compacted away; a restart empties the API server's own cache of them.
    await plane.addNode('nuc9');
    const churn = (i: number) =>
      plane!.request('PATCH', '/api/v1/nodes/nuc9', { metadata: { labels: { turn: `${i}` } } });
    const startedAt = Date.now();
    for (let i = 0; Date.now() - startedAt < 12_000; i += 1) {
      await churn(i);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await plane.component('kube-apiserver').restart();
    await proxy.setMode('pass');
    await seen.sees('the third node', (board) => tileOf(board, 'nodes').figure.value === '3', 20_000);
    await seen.sees('all is fine', fine, 30_000);
    const restarts = (await seen.board()).sources.flatMap((source) => Object.keys(source.restarts ?? {}));
    expect(
      restarts.some((reason) => reason.includes('410')),
      restarts.join(),
    ).toBe(true);
    await proxy.close();
  });

  test('429 Too Many Requests: it waits as told and gets there', async () => {
    const flags = [
      '--max-requests-inflight=1',
      '--max-mutating-requests-inflight=1',
      '--enable-priority-and-fairness=false',
    ];
    plane = await startControlPlane({ nodes: 2 });
    await plane.component('kube-apiserver').restart({ flags });
    const credential = await plane.issueClientCertificate({ commonName: 'anna' });
    await plane.grant('anna', { user: 'anna' }, [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
    ]);
    const crowd = plane.connectAs(credential);
    let refused = 0;
    let going = true;
    const crowding = Array.from({ length: 12 }, async () => {
      while (going) {
        await crowd.request('GET', '/api/v1/pods?limit=500').catch((error: unknown) => {
          if (String(error).includes('429')) refused += 1;
        });
      }
    });
    wall = await startWall(plane.kubeconfig({ credential }));
    await until('the API server refuses some with 429', () => refused > 20, { withinMs: 20_000 });
    await wall.sees(
      'all is synced in the crowd',
      (board) => ['nodes', 'leases'].every((name) => stateOf(board, name)?.state === 'synced'),
      60_000,
    );
    going = false;
    await Promise.all(crowding);
    crowd.close();
    await wall.sees('all is fine', fine, 30_000);
  });

  test('GOAWAY now and then changes nothing', async () => {
    plane = await startControlPlane({ nodes: 2, apiServerFlags: ['--goaway-chance=0.02'] });
    wall = await startWall(plane.kubeconfig());
    await wall.sees('all is fine', fine, 30_000);
    await wall.keeps('it stays so', fine, 30_000);
  });
});
