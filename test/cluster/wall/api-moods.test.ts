import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startApiFront, type ApiFront } from '../api-front.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFaultProxy } from '../fault-proxy.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
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

describe('somebody stands before the API server', () => {
  const refusalBar = 5_000;
  const recoveryBar = 15_000;
  let behind: ControlPlane;
  let front: ApiFront;
  let seen: WallProcess;

  const said = (board: Board) => findingsOf(board, 'control-plane/api-answers')[0];
  /** What nobody who knows has said to be gone. */
  const nothingMissing = (board: Board) =>
    findingsOf(board, 'nodes/not-ready').length === 0 &&
    tileOf(board, 'nodes').figure.value === '2' &&
    ['nodes', 'leases', 'pods', 'ingresses'].every((name) => stateOf(board, name)?.state !== 'absent');

  beforeAll(async () => {
    behind = await startControlPlane({ nodes: 2 });
    const pair = await behind.issueServerCertificate({ commonName: 'front', names: ['127.0.0.1'] });
    front = await startApiFront(behind, pair);
    const token = await behind.token('wall', 'default');
    await behind.grant('wall', { account: { name: 'wall', namespace: 'default' } }, [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
    ]);
    seen = await startWall(behind.kubeconfig({ server: front.server, credential: { token } }));
  });
  beforeEach(async () => {
    await seen.sees('all is fine before it begins', fine, 30_000);
  });
  afterEach(async () => {
    front.mood = 'pass';
    front.aheadMs = 0;
    await seen.sees('all is fine again', fine, 30_000);
  });
  afterAll(async () => {
    await seen?.stop();
    await front?.close();
    await behind?.stop();
  });

  test.for<[string, FrontAnswer, RegExp]>([
    [
      'a log-in that leads elsewhere',
      { status: 302, headers: { location: 'https://login.example/start?token=abc' } },
      /is not a Kubernetes API: it leads to https:\/\/login\.example\/start$/,
    ],
    [
      'a page of a router',
      { status: 200, headers: { 'content-type': 'text/html' }, text: '<html><title>FRITZ!Box</title></html>' },
      /is not a Kubernetes API, but a web page: "FRITZ!Box"$/,
    ],
    [
      'a load balancer without anybody behind it',
      { status: 503, headers: { 'content-type': 'text/html' }, text: '<h1>503 Service Unavailable</h1>' },
      /does not reach the API server behind it \(HTTP 503\)$/,
    ],
    [
      "a reverse proxy's plain 404",
      { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, text: '404 page not found\n' },
      /is not a Kubernetes API \(HTTP 404\)$/,
    ],
    [
      'JSON of another program',
      { status: 200, headers: {}, text: '{"status":"ok"}' },
      /is not a Kubernetes API \(HTTP 200\)$/,
    ],
    [
      'an error of its own',
      { status: 500, headers: {}, text: '{"kind":"Status","message":"no"}' },
      /answers with an error \(HTTP 500\)$/,
    ],
    [
      'too many requests, for minutes',
      { status: 429, headers: { 'retry-after': '2' }, text: 'Too many requests, please try again later.' },
      /has too much to do and turns us away \(429\)$/,
    ],
  ])(
    '%s: said within 5 s in its own words, and over within 15 s',
    async ([what, { status, headers, text = '' }, words]) => {
      front.mood = (_, answering) => void answering.writeHead(status, headers).end(text);
      // Before the door is asked again, every kind asks anew.
      front.cut();
      const level = status === 429 ? 'warn' : 'bad';
      const told = (board: Board) => said(board)?.level === level && words.test(said(board)!.sentence);
      seenAfter(what, await seen.sees(what, told, refusalBar), refusalBar);
      await seen.keeps('nothing is said to be missing', nothingMissing, 5_000);
      const finding = said(await seen.board())!;
      expect(finding.steps.length).toBeGreaterThan(0);
      expect(JSON.stringify(finding)).not.toContain('token=abc');
      front.mood = 'pass';
      seenAfter(`${what}: over`, await seen.sees('all is fine again', fine, recoveryBar), recoveryBar);
    },
  );

  test('after a restart of ours while it refuses us, what was seen before is told with when and why not now', async () => {
    front.mood = (_, answering) => void answering.writeHead(401).end('Unauthorized');
    front.cut();
    await seen.sees('it refuses us', (board) => said(board)?.level === 'bad', refusalBar);
    // The figure is kept on disk every few seconds, and at the end.
    await seen.restart('SIGTERM');
    const nodes = (board: Board) => board.findings.find(({ id }) => id === 'nodes/unseen|Source/nodes')?.sentence ?? '';
    const told = /^nodes not seen since .*: the API refuses our credentials$/;
    seenAfter('blind start', await seen.sees('when and why', (b) => told.test(nodes(b)), recoveryBar), recoveryBar);
    expect(tileOf(await seen.board(), 'nodes').figure).toMatchObject({ value: '2', rest: 'of 2 ready' });
  });

  test('a clock that is 7 h off is told, and whose it is by the clocks of the nodes; theirs are right', async () => {
    const ownClock = (board: Board) => findingsOf(board, 'control-plane/clock-off')[0];
    front.aheadMs = 7 * 3_600_000;
    const told = (board: Board) => ownClock(board)?.level === 'bad';
    seenAfter('a clock that is off', await seen.sees('the clock is off', told, 15_000), 15_000);
    expect(ownClock(await seen.board())!.sentence).toBe("the API server's clock is 7 h ahead: 2 nodes agree with ours");
    front.aheadMs = 0;
    seenAfter('a clock that is right again', await seen.sees('it is over', fine, recoveryBar), recoveryBar);
  });

  test('a node whose clock is 42 s behind is told by what it writes into its heartbeats, the others not, until it is set', async () => {
    const offNodes = (board: Board) => findingsOf(board, 'nodes/clock-off');
    await behind.silenceNode('nuc1');
    let off = true;
    const renewing = (async () => {
      while (off) {
        const renewTime = new Date(Date.now() - 42_000).toISOString().replace('Z', '000Z');
        await behind.request('PATCH', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/nuc1', {
          spec: { renewTime },
        });
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      }
    })();
    seenAfter('a node with a clock that is off', await seen.sees('nuc1 is off', (b) => offNodes(b)[0], 30_000), 30_000);
    const [finding, ...others] = offNodes(await seen.board());
    expect(finding).toMatchObject({ id: 'nodes/clock-off|Node/nuc1', level: 'warn' });
    expect(finding!.sentence).toMatch(/^the clock of nuc1 is 4[1-4] s behind ours$/);
    expect(others).toEqual([]);
    off = false;
    await renewing;
    await behind.reviveNode('nuc1');
    await seen.sees('its clock is right again', (board) => offNodes(board).length === 0, 30_000);
    await seen.keeps('no clock is off', (board) => offNodes(board).length === 0, 15_000);
  });
});

interface FrontAnswer {
  status: number;
  headers: Record<string, string>;
  text?: string;
}
