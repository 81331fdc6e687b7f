import { workloadScenarios } from '#server/cluster/demo/workload-scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';
import { createJudgingWall } from './judging-wall.ts';

const FAULT_MS = 180_000;
// What was missing for 2 min must be there for 2 min before the wall believes it.
const BELIEVED_MS = 150_000;

/** The findings that each scenario is about: their ids, how bad they are, and their sentences. All others are explained by them. */
const roots: Record<string, [id: string, level: 'warn' | 'bad', sentence: RegExp][]> = {
  'crash-loop': [['crash-looping|StatefulSet/gitea/gitea-postgresql', 'bad', /crashes: exit code 1, 5 restarts/]],
  'out-of-memory': [['out-of-memory|Deployment/paperless/paperless-redis', 'bad', /more than its 16Mi of memory/]],
  'image-tag-missing': [
    ['image-cannot-be-pulled|StatefulSet/home/home-assistant', 'bad', /there is no such tag or repository/],
  ],
  'public-registry-down': [
    ['registry/pull-failing|Registry/ghcr.io|unreachable', 'bad', /^3 pods cannot pull from ghcr\.io: it refuses conn/],
  ],
  'registry-unknown': [
    ['registry/down|Registry/registry.invalid', 'bad', /registry\.invalid is down: it is not known/],
  ],
  'quota-used-up': [['cannot-create-pods|Deployment/paperless/paperless-ngx', 'bad', /has no pod: .*paperless-quota/]],
  'no-node-fits': [['not-starting|Deployment/media/jellyfin', 'bad', /4 have too little memory free/]],
  'config-missing': [['not-starting|Deployment/home/mosquitto', 'bad', /needs ConfigMap mosquitto-config/]],
  'not-ready': [['not-ready|Deployment/monitoring/grafana', 'bad', /its readiness probe gets status 503/]],
  'stuck-terminating': [['stuck-terminating|StatefulSet/monitoring/victoria-metrics', 'bad', /backup\.example\.com/]],
  'roll-out-stuck': [
    [
      'image-cannot-be-pulled|Deployment/argocd/argocd-server',
      'warn',
      /the new version cannot be pulled .*the old one goes on serving$/,
    ],
  ],
  'volume-not-mounted': [
    [
      'storage/mount-failing|PersistentVolumeClaim/paperless/data-paperless-postgres-0',
      'bad',
      /waits for data-paperless-postgres-0: its file system is damaged$/,
    ],
  ],
  'liveness-failing': [['crash-looping|Deployment/gitea/gitea', 'bad', /killed again and again: its liveness probe/]],
  'restarting-often': [['restarting-often|Deployment/home/mosquitto', 'warn', /restarted 4 times in the last hour/]],
};

describe('the wall tells each trouble, and that it is over', () => {
  test('every scenario is told of', () => {
    expect(Object.keys(roots).toSorted()).toEqual(workloadScenarios.map(({ name }) => name).toSorted());
  });

  test.each(Object.entries(roots))(
    '%s',
    async (name, expected) => {
      const bench = createBench();
      const wall = createJudgingWall(bench);
      await wall.pass(10_000);
      expect(wall.findings()).toEqual([]);
      bench.demo.player.play(name);
      await wall.pass(FAULT_MS - 10_000);
      const told = wall.findings().filter(({ cause }) => cause === null);
      const byId = told.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      expect(byId.map(({ id, level, sentence }) => [id, level, sentence])).toEqual(
        expected.map(([id, level, sentence]) => [
          /^(registry|storage)\//.test(id) ? id : `workloads/${id}`,
          level,
          expect.stringMatching(sentence),
        ]),
      );
      await wall.pass(10_000 + BELIEVED_MS);
      expect(wall.findings()).toEqual([]);
      bench.demo.stop();
    },
    30_000,
  );

  test('a node that is down explains its pods', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    bench.demo.player.play('node-down');
    await wall.pass(240_000);
    const told = wall.findings();
    const causes = new Set(told.filter(({ id }) => id.startsWith('workloads/')).map(({ cause }) => cause));
    expect(told[0]).toMatchObject({ level: 'bad', cause: null });
    expect([...causes]).toEqual([told[0]?.id]);
    bench.demo.player.play('calm');
    await wall.pass(BELIEVED_MS);
    expect(wall.findings()).toEqual([]);
    bench.demo.stop();
  }, 30_000);
});
