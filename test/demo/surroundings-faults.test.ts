import { registryScenarios } from '#server/cluster/demo/registry-scenarios.ts';
import { serviceScenarios } from '#server/cluster/demo/service-scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';
import { createJudgingWall } from './judging-wall.ts';
import { portrait } from './portrait.ts';

// A look takes its time too, most of all where nobody answers.
const SEEN_MS = 110_000;
const OVER_MS = 250_000;

interface Expected {
  /** What the headline says. */
  headline: RegExp;
  root: [id: string, level: 'warn' | 'bad'];
  /** Ids of findings that lead to the root, at least. */
  explains: string[];
  /** Other roots that there may be. */
  beside?: string[];
  step?: RegExp;
}

const traefik = 'Deployment/kube-system/traefik';
const harbor = 'Registry/harbor.home.example';
const nas = 'Registry/registry.home.example';
const ownBuilds = ['fun/photo-frame', 'home/dashboard', 'home/doorbell', 'home/speech'];

const expected: Record<string, Expected> = {
  'traefik-down': {
    headline: /^Traefik is down: 12 services unreachable$/,
    root: [`services/controller-down|${traefik}`, 'bad'],
    explains: [
      ...['argocd', 'git', 'photos', 'zigbee'].map((label) => `services/down|Host/${label}.home.example`),
      ...[`workloads/crash-looping|${traefik}`, 'certificates/not-shown|Host/git.home.example'],
    ],
  },
  'service-down': {
    headline: /^mealie crashes: exit code 3, \d restarts, and \d more because of it$/,
    root: ['workloads/crash-looping|Deployment/mealie/mealie', 'bad'],
    explains: ['services/no-endpoints|Service/mealie/mealie', 'services/down|Host/recipes.home.example'],
  },
  'wrong-content': {
    headline: /^git\.home\.example does not show "Explore" \(its title: "Installation - Gitea: .*"\)$/,
    root: ['services/wrong-content|Host/git.home.example', 'bad'],
    explains: [],
  },
  'service-slow': {
    headline: /^recipes\.home\.example is slow: /,
    root: ['services/slow|Host/recipes.home.example', 'warn'],
    explains: [],
  },
  'names-not-found': {
    headline: /^DNS does not answer: none of 12 names can be resolved$/,
    root: ['services/names-not-found|Network/dns', 'bad'],
    explains: ['services/down|Host/git.home.example', `registry/down|${nas}`],
  },
  'registry-down': {
    headline: /^(registry )?registry\.home\.example is down: (it )?refused the connection, and \d more because of it$/,
    root: [`registry/down|${nas}`, 'bad'],
    explains: [
      `registry/pull-failing|${nas}|unreachable`,
      ...ownBuilds.map((name) => `workloads/image-cannot-be-pulled|Deployment/${name}`),
      'services/no-endpoints|Service/home/dashboard',
    ],
  },
  'registry-emptied': {
    headline: /^(registry )?registry\.home\.example is empty: it lacks all 4 images that workloads refer to/,
    root: [`registry/images-missing|${nas}`, 'bad'],
    explains: ['workloads/image-cannot-be-pulled|Deployment/home/doorbell'],
  },
  'registry-depends-on-itself': {
    headline:
      /^(registry )?harbor\.home\.example depends on itself and cannot come back: harbor-database waits for an image/,
    root: [`registry/depends-on-itself|${harbor}`, 'bad'],
    explains: [
      ...[`registry/down|${harbor}`, `registry/pull-failing|${harbor}|unreachable`],
      'workloads/image-cannot-be-pulled|StatefulSet/harbor/harbor-database',
      ...['workloads/crash-looping|Deployment/harbor/harbor-core', 'services/no-endpoints|Service/harbor/harbor-core'],
    ],
    beside: [`registry/single-replica-on-one-node|${harbor}`],
  },
  'harbor-unhealthy': {
    headline: /^Harbor's jobservice is unhealthy$/,
    root: [`registry/component-unhealthy|${harbor}`, 'warn'],
    explains: [],
  },
};

describe('the wall tells what is wrong with services and registries, and that it is over', () => {
  test('every scenario is told of', () => {
    const all = [...serviceScenarios, ...registryScenarios].map(({ name }) => name);
    expect(Object.keys(expected).toSorted()).toEqual(all.toSorted());
  });

  test.each(Object.entries(expected))(
    '%s',
    async (name, { headline, root: [id, level], explains, beside = [] }) => {
      const bench = createBench();
      const wall = createJudgingWall(bench);
      await wall.pass(20_000);
      expect(wall.engine.board().findings).toEqual([]);
      const before = await portrait(bench);
      bench.demo.player.play(name);
      await wall.pass(SEEN_MS);
      const board = wall.engine.board();
      expect(board.headline.text).toMatch(headline);
      expect(board.headline).toMatchObject({ level, finding: id });
      const roots = board.findings.filter(({ cause }) => cause === null).map((each) => each.id);
      expect(roots.filter((each) => !beside.includes(each))).toEqual([id]);
      for (const effect of explains) expect(rootOf(board.findings, effect), effect).toBe(id);
      await wall.pass(OVER_MS);
      expect(wall.engine.board().findings).toEqual([]);
      bench.demo.player.play('calm');
      expect(await portrait(bench)).toEqual(before);
      bench.demo.stop();
    },
    60_000,
  );

  test('a registry is red before the first pull fails, and the seven pods are one finding', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(20_000);
    bench.demo.player.play('registry-down');
    await wall.pass(20_000);
    expect(wall.findings().map(({ id }) => id)).toEqual([`registry/down|${nas}`]);
    await wall.pass(30_000);
    const pulls = wall.findings().find(({ id }) => id === `registry/pull-failing|${nas}|unreachable`);
    expect(pulls?.sentence).toBe('7 pods cannot pull from registry.home.example: it refuses connections');
    bench.demo.stop();
  }, 30_000);

  test('a registry that depends on itself is a warning while it still runs', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    bench.demo.player.play('registry-depends-on-itself');
    await wall.pass(40_000);
    expect(wall.findings()[0]).toMatchObject({
      ...{ id: `registry/depends-on-itself|${harbor}`, level: 'warn', cause: null },
      sentence: expect.stringMatching(
        /harbor\.home\.example depends on itself: harbor-database takes its image from it$/,
      ) as string,
    });
    bench.demo.stop();
  }, 30_000);
});

/** The finding at the end of its causes. */
function rootOf(findings: readonly { id: string; cause: string | null }[], id: string): string | undefined {
  const found = findings.find((each) => each.id === id);
  return found?.cause ? rootOf(findings, found.cause) : found?.id;
}
