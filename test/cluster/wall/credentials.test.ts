import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let wall: WallProcess | undefined;

const answers = (board: Board) => findingsOf(board, 'control-plane/api-answers')[0];
const fine = (board: Board) =>
  ['control-plane', 'nodes'].every((area) => tileOf(board, area as 'nodes').level === 'ok');
const watchRules = [
  {
    apiGroups: [''],
    resources: ['nodes', 'pods', 'pods/log', 'events', 'resourcequotas', 'namespaces'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['list', 'watch'] },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
    verbs: ['list', 'watch'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'watch'] },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways', 'httproutes'], verbs: ['list', 'watch'] },
  { apiGroups: ['traefik.io'], resources: ['ingressroutes'], verbs: ['list', 'watch'] },
  { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: ['list', 'watch'] },
];

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 2 });
});
afterEach(async () => {
  await wall?.stop();
  wall = undefined;
});
afterAll(() => plane?.stop());

describe('credentials fail for real', () => {
  test('our client certificate expires: 401 in words within 5 s of its end; a new file heals it without restart', async () => {
    const notAfter = new Date(Date.now() + 25_000);
    const credential = await plane.issueClientCertificate({
      commonName: 'wall',
      organizations: ['system:masters'],
      notAfter,
    });
    const file = join(plane.directory, 'wall-kubeconfig.yaml');
    copyFileSync(plane.kubeconfig({ credential }), file);
    wall = await startWall(file);
    await wall.sees('all is fine', fine, 24_000);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, notAfter.getTime() - Date.now())));
    seenAfter('own certificate expired', await wall.sees('401', (b) => answers(b)?.level === 'bad', 6_000), 5_000);
    expect(answers(await wall.board())!.sentence).toMatch(/certificate expired/i);
    const fresh = await plane.issueClientCertificate({ commonName: 'wall', organizations: ['system:masters'] });
    copyFileSync(plane.kubeconfig({ credential: fresh }), file);
    seenAfter('healed by a new file', await wall.sees('fine', fine, 15_000), 15_000);
  });

  test('the account of our token is deleted: 401 in its own words', async () => {
    const token = await plane.token('wall', 'default');
    await plane.grant('wall', { account: { name: 'wall', namespace: 'default' } }, watchRules);
    wall = await startWall(plane.kubeconfig({ credential: { token } }));
    await wall.sees('all is fine', fine, 30_000);
    await plane.request('DELETE', '/api/v1/namespaces/default/serviceaccounts/wall');
    // The API server itself goes on accepting it for about 10 s, since it keeps token reviews that long.
    seenAfter('deleted account', await wall.sees('401', (b) => answers(b)?.level === 'bad', 20_000), 16_000);
    expect(answers(await wall.board())!.sentence).toMatch(/401|credentials/);
    expect(JSON.stringify(await wall.board())).not.toContain(token);
  });

  test('a right is taken away while we watch: that feed is not seen and the rule to add is named; the others go on', async () => {
    const credential = await plane.issueClientCertificate({ commonName: 'anna' });
    const leases = await plane.grant('anna-leases', { user: 'anna' }, [watchRules[1]!]);
    await plane.grant('anna', { user: 'anna' }, [watchRules[0]!, ...watchRules.slice(2)]);
    const file = plane.kubeconfig({ credential });
    wall = await startWall(file);
    await wall.sees('all is fine', fine, 30_000);
    await leases.revoke();
    // An open watch outlives the right: it is still true, and shows no fault until it ends.
    await wall.keeps('all stays fine', fine, 3_000);
    await plane.component('kube-apiserver').restart();
    const missing = (board: Board) => findingsOf(board, 'control-plane/rights-missing')[0];
    seenAfter('missing right', await wall.sees('the missing right', missing, 20_000), 15_000);
    const board = await wall.board();
    expect(missing(board)!.sentence).toMatch(/lease|heartbeat/i);
    expect(tileOf(board, 'nodes').level).not.toBe('ok');
    expect(board.sources.find(({ name }) => name === 'nodes')?.state).toBe('synced');
    expect(board.sources.find(({ name }) => name === 'leases')?.state).toBe('forbidden');
  });
});

describe('a kubeconfig that cannot be used', () => {
  test('is refused with exit code 2 and a sentence', async () => {
    const file = join(plane.directory, 'broken.yaml');
    writeFileSync(file, 'clusters: [');
    await expect(startWall(file)).rejects.toThrow(/exit code 2: .*broken\.yaml is not valid YAML/s);
  });
});
