import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { until } from '../until.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const recoveryBar = 15_000;
const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];

let plane: ControlPlane;
let wall: WallProcess | undefined;

const answers = (board: Board) => findingsOf(board, 'control-plane/api-answers')[0];
const fine = (board: Board) => tileOf(board, 'control-plane').level === 'ok' && tileOf(board, 'nodes').level === 'ok';

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 2 });
});
afterEach(async () => {
  await wall?.stop();
  wall = undefined;
});
afterAll(() => plane?.stop());

describe('an API server that is well and does not let us in', () => {
  test('a token that has time left and is refused: its account is gone, says the wall, and not that it expired', async () => {
    const token = await plane.token('watcher', 'default', 600);
    await plane.grant('watcher', { account: { name: 'watcher', namespace: 'default' } }, rules);
    const started = (wall = await startWall(plane.kubeconfig({ credential: { token } })));
    await started.sees('all is fine', fine, 30_000);
    await plane.request('DELETE', '/api/v1/namespaces/default/serviceaccounts/watcher');
    // The API server itself goes on accepting it for about 10 s, since it keeps token reviews that long.
    seenAfter('deleted account', await started.sees('401', (b) => answers(b)?.level === 'bad', 20_000), 16_000);
    const finding = answers(await started.board())!;
    expect(finding.sentence).toMatch(/token \(401\), which is valid until .*: it is revoked, or its account deleted/);
    expect(finding.steps.length).toBeGreaterThan(0);
    expect(JSON.stringify(await started.board())).not.toContain(token);
  });

  test('all rights are gone: 403 for everything is one finding that explains what is not seen, and it heals', async () => {
    const credential = await plane.issueClientCertificate({ commonName: 'anna' });
    const grant = await plane.grant('anna', { user: 'anna' }, rules);
    const started = (wall = await startWall(plane.kubeconfig({ credential })));
    await started.sees('all is fine', fine, 30_000);
    await grant.change([]);
    // Open watches outlive the right.
    await plane.component('kube-apiserver').restart();
    const forbidden = (board: Board) => (answers(board)?.level === 'bad' ? answers(board) : undefined);
    seenAfter('403 for everything', await started.sees('403 for everything', forbidden, 20_000), 15_000);
    await started.sees('the nodes are not known', (board) => tileOf(board, 'nodes').level === 'unknown', 20_000);
    const board = await started.board();
    const root = forbidden(board)!;
    expect(root.sentence).toMatch(/forbids us all that we ask for \(403\): anna has no rights/);
    expect(board.headline.finding).toBe(root.id);
    expect(tileOf(board, 'nodes').figure).toMatchObject({ value: '2', asOf: expect.any(Number) as number });
    const unseen = findingsOf(board, 'nodes/unseen');
    expect(unseen.length).toBeGreaterThan(0);
    expect(unseen.map(({ cause }) => cause)).toEqual(unseen.map(() => root.id));
    await grant.change(rules);
    seenAfter('allowed again', await started.sees('all is fine again', fine, 20_000), recoveryBar);
    const over = await until('the history knows its end', async () => {
      const [newest] = await episodesOf(started, root.id);
      return newest?.endedAt != null && newest;
    });
    expect(over.since).toBe(root.since);
  });
});
