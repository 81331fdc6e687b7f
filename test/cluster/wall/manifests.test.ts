import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { applyManifests, manifests } from '../outside-kubeconfig.ts';
import { until } from '../until.ts';
import { apiSources, findingsOf, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const clusterRole = '/apis/rbac.authorization.k8s.io/v1/clusterroles/clusterwall';

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  verbs: string[];
}

/** The board shows a few lines of each; this is all that is known. */
async function wholeFinding({ url }: WallProcess, id: string): Promise<Finding | null> {
  const answer = await fetch(`${url}/api/findings/${encodeURIComponent(id)}`);
  return answer.ok ? ((await answer.json()) as Finding) : null;
}

let plane: ControlPlane;
let wall: WallProcess;

const missing = (board: Board) => findingsOf(board, 'control-plane/rights-missing');
const sourcesThat = (board: Board, state: string) =>
  board.sources.filter((source) => source.state === state).map(({ name }) => name);
const notInstalled = [
  ...['gateways', 'gatewayclasses', 'httproutes', 'ingressroutes', 'certificates'],
  ...['volumesnapshots', 'etcdsnapshotfiles', 'cephclusters', 'cephblockpools', 'volsync-sources'],
  ...['volumes', 'replicas', 'nodes', 'backups', 'backupvolumes', 'backuptargets', 'recurringjobs'].map(
    (name) => `longhorn-${name}`,
  ),
  ...['backups', 'schedules', 'locations'].map((name) => `velero-${name}`),
  ...['backups', 'schedules', 'snapshots'].map((name) => `k8up-${name}`),
];
const allSeen = (board: Board) =>
  board.sources.length > 0 &&
  missing(board).length === 0 &&
  apiSources(board).every(({ state }) => state === 'synced') &&
  // What is not installed is absent: a missing right would say so even then.
  notInstalled.every((name) => sourcesThat(board, 'absent').includes(name)) &&
  tileOf(board, 'nodes').level === 'ok';

/** The rules of our ClusterRole that deploy/base does not call optional. */
function requiredRules(): Rule[] {
  const text = readFileSync(join(manifests, 'rbac.yaml'), 'utf8');
  const documents = parseAllDocuments(text).map((document) => document.toJS() as { kind: string; rules?: Rule[] });
  const rules = documents.find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
  const comments = [...text.matchAll(/^ {2}# (.+)(?:\n {2}#.*)*\n {2}- /gm)].map(([, comment]) => comment);
  expect(comments, 'every rule says what it buys').toHaveLength(rules.length);
  return rules.filter((_, i) => !comments[i]?.startsWith('Optional'));
}

describe('the manifests, applied to a real API server', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 2 });
    wall = await startWall(await applyManifests(plane));
  });
  afterAll(async () => {
    await wall?.stop();
    await plane?.stop();
  });

  test('let the wall see all that it watches, as their ServiceAccount', async () => {
    await wall.sees('every source synced, no right missing', allSeen, 30_000);
  });

  test('without the optional rights it goes on and names each thing that is not seen', async () => {
    const { rules } = await plane.request<{ rules: Rule[] }>('GET', clusterRole);
    const required = requiredRules();
    expect(required.length).toBeLessThan(rules.length);
    await plane.request('PATCH', clusterRole, { rules: required });
    const optional = rules
      .filter((rule) => !required.some(({ resources }) => resources?.join() === rule.resources?.join()))
      .flatMap(({ resources = [] }) => resources)
      // Those a kubelet refuses, and pretended nodes have none.
      .filter((resource) => !['nodes/stats', 'nodes/metrics'].includes(resource));
    // Open watches outlive the right that they were opened with: a wall that starts now has never had it.
    await wall.restart('SIGTERM');
    const told = async () => {
      const [finding] = missing(await wall.board());
      return finding === undefined ? null : wholeFinding(wall, finding.id);
    };
    const isNamed = ({ evidence }: Finding) => {
      const named = evidence.map(({ text }) => text.split(':')[0]?.split('.')[0]);
      return optional.every((resource) => named.includes(resource));
    };
    const whole = await until(
      `each of ${optional.join(', ')} is missed`,
      async () => {
        const finding = await told();
        return finding !== null && isNamed(finding) && finding;
      },
      { withinMs: 30_000 },
    );
    expect(whole.sentence).toMatch(/^\d+ optional rights are missing: we may not see .+ and \d+ more$/);
    expect(whole.steps[0]?.command).toBe('kubectl apply -f deploy/base/rbac.yaml');
    const board = await wall.board();
    expect(sourcesThat(board, 'synced')).toEqual(expect.arrayContaining(['nodes', 'leases', 'pods']));
    expect(missing(board).map(({ level }) => level)).toEqual(['notice']);
    expect(tileOf(board, 'nodes').level).toBe('ok');
    // The identity of the cluster is only asked for, not watched: without it the wall keeps history by the CA's hash.
    await plane.request('PATCH', clusterRole, { rules });
  });
});
