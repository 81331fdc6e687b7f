import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { AUTHORITY_NAME } from '../plane-files.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

let plane: ControlPlane;
let wall: WallProcess | undefined;

const answers = (board: Board) => findingsOf(board, 'control-plane/api-answers')[0];
const fine = (board: Board) =>
  ['control-plane', 'nodes'].every((area) => tileOf(board, area as 'nodes').level === 'ok');
const watchRules = [
  {
    apiGroups: [''],
    resources: ['nodes', 'pods', 'pods/log', 'events', 'resourcequotas', 'namespaces', 'services'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['list', 'watch'] },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
    verbs: ['list', 'watch'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['gateway.networking.k8s.io'],
    resources: ['gateways', 'httproutes', 'gatewayclasses'],
    verbs: ['list', 'watch'],
  },
  { apiGroups: ['traefik.io'], resources: ['ingressroutes'], verbs: ['list', 'watch'] },
  { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['persistentvolumes', 'persistentvolumeclaims'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['batch', 'storage.k8s.io', 'snapshot.storage.k8s.io', 'k3s.cattle.io', 'volsync.backube'],
    resources: ['*'],
    verbs: ['list', 'watch'],
  },
  {
    apiGroups: ['longhorn.io', 'ceph.rook.io', 'velero.io', 'k8up.io'],
    resources: ['*'],
    verbs: ['list', 'watch'],
  },
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

describe('what the owner puts in its place is taken up by itself, without a restart', () => {
  const recoveryBar = 15_000;
  const refused = (board: Board) => answers(board)?.level === 'bad';

  /** Takes a token that works, whose account can be deleted. */
  async function account(name: string): Promise<string> {
    const token = await plane.token(name, 'default');
    await plane.grant(name, { account: { name, namespace: 'default' } }, watchRules);
    return token;
  }

  /** Deletes the account: the API server goes on accepting its token for some 10 s. */
  async function revoked(name: string): Promise<void> {
    await plane.request('DELETE', `/api/v1/namespaces/default/serviceaccounts/${name}`);
    await wall!.sees('401', refused, 30_000);
    expect(answers(await wall!.board())!.sentence).toMatch(/token \(401\).*revoked, or its account deleted/);
  }

  test('a token file that is written anew', async () => {
    const tokenFile = join(plane.directory, 'wall-token');
    writeFileSync(tokenFile, await account('first'));
    wall = await startWall(plane.kubeconfig({ credential: { tokenFile } }));
    await wall.sees('all is fine', fine, 30_000);
    await revoked('first');
    writeFileSync(tokenFile, await account('second'));
    seenAfter('healed by a new token file', await wall.sees('fine', fine, recoveryBar), recoveryBar);
  });

  test('what a credential plugin gives now', async () => {
    const tokenFile = join(plane.directory, 'plugin-token');
    const plugin = join(plane.directory, 'plugin.sh');
    const begin = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"';
    writeFileSync(plugin, `#!/bin/sh\nprintf '%s%s"}}' '${begin}' "$(cat '${tokenFile}')"\n`, { mode: 0o755 });
    writeFileSync(tokenFile, await account('third'));
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    wall = await startWall(plane.kubeconfig({ credential: { exec } }));
    await wall.sees('all is fine', fine, 30_000);
    await plane.request('DELETE', '/api/v1/namespaces/default/serviceaccounts/third');
    await wall.sees('401', refused, 30_000);
    expect(answers(await wall.board())!.sentence).toMatch(/refuses the credential that .*plugin\.sh gives \(401\)/);
    writeFileSync(tokenFile, await account('fourth'));
    seenAfter('healed by what a plugin gives', await wall.sees('fine', fine, recoveryBar), recoveryBar);
  });

  test('a kubeconfig with the new authority of the cluster', async () => {
    const credential = await plane.issueClientCertificate({ commonName: 'wall', organizations: ['system:masters'] });
    const file = join(plane.directory, 'wall-authority.yaml');
    copyFileSync(plane.kubeconfig({ credential }), file);
    wall = await startWall(file);
    await wall.sees('all is fine', fine, 30_000);
    const authority = await createCertificateAuthority(AUTHORITY_NAME);
    await plane.exchangeServingCertificate({ authority });
    await wall.sees('a new authority', refused, 15_000);
    expect(answers(await wall.board())!.sentence).toMatch(/the cluster has a new authority, .*: our kubeconfig is old/);
    copyFileSync(plane.kubeconfig({ credential, certificateAuthority: authority.certificate }), file);
    seenAfter('healed by a kubeconfig with the new authority', await wall.sees('fine', fine, recoveryBar), recoveryBar);
    await plane.exchangeServingCertificate();
  });
});

describe('a kubeconfig that cannot be used', () => {
  test('is refused with exit code 2 and a sentence', async () => {
    const file = join(plane.directory, 'broken.yaml');
    writeFileSync(file, 'clusters: [');
    await expect(startWall(file)).rejects.toThrow(/exit code 2: .*broken\.yaml is not valid YAML/s);
  });
});
