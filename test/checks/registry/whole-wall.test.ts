import { describe, expect, test } from 'vitest';
import registry from '#server/checks/registry/tile.ts';
import services from '#server/checks/services/tile.ts';
import workloads from '#server/checks/workloads/tile.ts';
import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import { sourceOfKind } from '#server/facts/fact.ts';
import { anIngressClass, aRegistryImages, aRegistryProbe, aService } from '#test/builders/services.ts';
import { anIngress } from '#test/builders/routes.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import { noon, second } from '#test/builders/time.ts';
import { aNode } from '#test/builders/node.ts';
import { smallWall, type SmallWall } from '#test/engine/small-wall.ts';
import { all, notFound, played, refused, type Played } from './pulling.ts';

const feeds: FactKind[] = [
  ...(['pod', 'node', 'deployment', 'statefulSet', 'daemonSet', 'replicaSet', 'event', 'service'] as const),
  ...(['ingress', 'httpRoute', 'ingressRoute', 'ingressClass'] as const),
];
const probes: FactKind[] = ['registryProbe', 'registryImages'];

function wallOf(...more: TileDefinition[]): SmallWall {
  const wall = smallWall({ tiles: [workloads, registry, ...more], at: noon });
  for (const kind of feeds) {
    if (kind === 'node') continue;
    wall.store.declare({ name: sourceOfKind[kind], role: 'feed', staleAfterMs: 15_000, kinds: [kind] });
  }
  for (const kind of probes) {
    wall.store.declare({ name: sourceOfKind[kind], role: 'probe', staleAfterMs: 60_000, kinds: [kind] });
  }
  return wall;
}

type Seen = { [K in FactKind]?: FactTypes[K][] };

/** All that is there at present; what is not named is empty. */
function see(wall: SmallWall, seen: Seen): void {
  for (const kind of [...feeds, ...probes]) {
    wall.store.replace(sourceOfKind[kind], kind, (seen[kind] ?? []) as FactTypes[typeof kind][]);
    wall.store.state(sourceOfKind[kind], 'synced');
    wall.store.fresh(sourceOfKind[kind], wall.now());
  }
  wall.judge();
}

function seen(plays: Played[], more: Seen = {}): Seen {
  const { deployments, pods } = all(...plays);
  return { deployment: deployments, pod: pods, node: [aNode(), aNode({ name: 'nuc1' })], ...more };
}

/** Ids of findings with those of their causes, notices left out. */
function told(wall: SmallWall): [string, string | null][] {
  expect(wall.failures).toEqual([]);
  const { findings } = wall.engine.board();
  return findings
    .filter(({ level, check }) => level !== 'notice' && !check.endsWith('/unseen'))
    .map(({ id, cause }): [string, string | null] => [id, cause])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const names = ['api', 'wiki', 'shop', 'mail'];
const well = (name: string, pods: number) => played(name, { pods });
const ill = (name: string, pods: number, reason: 'ErrImagePull' | 'ImagePullBackOff' = 'ErrImagePull') =>
  played(name, { pods, failing: refused(`registry.example/${name}:1.4`), reason });
const counts = [2, 2, 2, 1];
const wellAll = names.map((name, i) => well(name, counts[i]!));
const illAll = names.map((name, i) => ill(name, counts[i]!));

const up = aRegistryProbe();
const down = aRegistryProbe({
  ...{ outcome: 'down', outcomeSince: noon, trouble: 'refused', message: 'refused the connection', misses: 2 },
  ...{ status: null, upAt: noon - 10 * second, address: '' },
});
const pulls = 'registry/pull-failing|Registry/home|unreachable';
const cannot = (name: string) => `workloads/image-cannot-be-pulled|Deployment/default/${name}`;

/** The findings of all four workloads below this one. */
const below = (cause: string) => names.toSorted().map((name): [string, string] => [cannot(name), cause]);

describe('a registry that dies', () => {
  test('is red before the first pull fails, and says who needs it', () => {
    const wall = wallOf();
    see(wall, seen(wellAll, { registryProbe: [up] }));
    expect(told(wall)).toEqual([]);
    wall.later(10 * second);
    see(wall, seen(wellAll, { registryProbe: [down] }));
    expect(told(wall)).toEqual([['registry/down|Registry/home', null]]);
    const { headline, findings } = wall.engine.board();
    expect(headline.text).toBe('registry home is down: registry.example refused the connection');
    expect(findings[0]!.evidence[0]!.text).toBe('4 workloads take images from it: api, mail, shop and 1 more');
  });

  test('is the headline above seven pods of four workloads that cannot pull, which are one finding', () => {
    const wall = wallOf();
    see(wall, seen(wellAll, { registryProbe: [up] }));
    wall.later(10 * second);
    see(wall, seen(illAll, { registryProbe: [down] }));
    expect(told(wall)).toEqual([
      ['registry/down|Registry/home', null],
      [pulls, 'registry/down|Registry/home'],
      ...below(pulls),
    ]);
    const { headline, findings } = wall.engine.board();
    expect(headline.text).toBe(
      'registry home is down: registry.example refused the connection, and 5 more because of it',
    );
    expect(findings.find(({ id }) => id === pulls)?.sentence).toBe(
      '7 pods cannot pull from registry.example: it refuses connections',
    );
    const { tiles } = wall.engine.board();
    expect(tiles.find(({ area }) => area === 'registry')?.figure).toMatchObject({ value: '0', rest: 'of 1 up' });
  });

  test('stays one finding while containers only wait for their next try', () => {
    const wall = wallOf();
    see(wall, seen(illAll, { registryProbe: [down] }));
    const first = wall.engine.board().findings.find(({ id }) => id === pulls)!;
    wall.later(10 * second);
    const resting = names.map((name, i) => ill(name, counts[i]!, 'ImagePullBackOff'));
    see(wall, seen(resting, { registryProbe: [down] }));
    const again = wall.engine.board().findings.find(({ id }) => id === pulls)!;
    expect([again.episode, again.sentence]).toEqual([first.episode, first.sentence]);
    expect(told(wall).filter(([, cause]) => cause === null)).toEqual([['registry/down|Registry/home', null]]);
  });

  test('leaves one pod whose tag does not exist a finding of its own', () => {
    const wall = wallOf();
    const odd = played('odd', { failing: notFound('registry.example/odd:1.4') });
    see(wall, seen([...illAll, odd], { registryProbe: [down] }));
    const roots = told(wall).filter(([, cause]) => cause === null);
    expect(roots).toEqual([
      ['registry/down|Registry/home', null],
      [cannot('odd'), null],
    ]);
    expect(wall.engine.board().findings.find(({ id }) => id === pulls)?.sentence).toContain('7 pods');
  });

  test('is the root too where it is only a mirror of what cannot be pulled', () => {
    const wall = wallOf();
    const hub = names.map((name) => {
      const image = `docker.io/library/${name}:1`;
      return played(name, { image, failing: refused(image, 'registry-1.docker.io') });
    });
    see(wall, seen(hub, { registryProbe: [{ ...down, mirrors: ['docker.io'] }] }));
    const ofHub = 'registry/pull-failing|Registry/docker.io|unreachable';
    expect(told(wall)).toEqual([
      ['registry/down|Registry/home', null],
      [ofHub, 'registry/down|Registry/home'],
      ...below(ofHub),
    ]);
  });

  test('and all is green again once it answers and the pods run', () => {
    const wall = wallOf();
    see(wall, seen(illAll, { registryProbe: [down] }));
    wall.later(60 * second);
    see(wall, seen(wellAll, { registryProbe: [{ ...up, outcomeSince: wall.now() }] }));
    wall.pass(10 * second, ...[...feeds, ...probes].map((kind) => sourceOfKind[kind]));
    expect(told(wall)).toEqual([]);
    expect(wall.engine.board().headline.level).toBe('ok');
  });
});

describe('nodes that cannot pull while the wall can', () => {
  test('are one finding that says so, with the workloads below', () => {
    const wall = wallOf();
    see(wall, seen(illAll, { registryProbe: [up] }));
    expect(told(wall)).toEqual([[pulls, null], ...below(pulls)]);
    const { headline, findings } = wall.engine.board();
    expect(headline.text).toBe(
      '7 pods cannot pull from registry.example: it refuses connections, and 4 more because of it',
    );
    expect(findings.find(({ id }) => id === pulls)?.evidence[0]?.text).toBe('the wall reaches it, nodes do not');
  });
});

describe('a registry that pulls its own images through itself', () => {
  const hub = { mirrors: ['docker.io'] };
  const behind = {
    service: [aService({ namespace: 'harbor', name: 'harbor-core', selector: { component: 'core' } })],
    ingress: [
      anIngress({
        ...{ namespace: 'harbor', name: 'harbor', hosts: ['registry.example'] },
        backends: [{ host: 'registry.example', path: '/', service: 'harbor-core' }],
      }),
    ],
  };
  const parts = (failing?: (image: string) => string) => {
    const part = (name: string, image: string, component: string) =>
      played(name, {
        ...{ namespace: 'harbor', image, labels: { component } },
        ...(failing === undefined ? {} : { failing: failing(image) }),
      });
    return [
      part('harbor-core', 'docker.io/goharbor/harbor-core:v2.14.0', 'core'),
      part('harbor-database', 'docker.io/goharbor/harbor-db:v2.14.0', 'database'),
    ];
  };
  const root = 'registry/depends-on-itself|Registry/home';

  test('is warned of while all is well', () => {
    const wall = wallOf();
    see(wall, seen([...parts(), ...wellAll], { registryProbe: [{ ...up, ...hub }], ...behind }));
    const finding = wall.engine.board().findings.find(({ id }) => id === root);
    expect([finding?.level, finding?.sentence]).toEqual([
      'warn',
      'registry home depends on itself: harbor-core and harbor-database take their images from it',
    ]);
  });

  test('is the root of all once it is down and its own pods wait for its images', () => {
    const wall = wallOf();
    const stuck = parts((image) => refused(image));
    see(wall, seen([...stuck, ...illAll], { registryProbe: [{ ...down, ...hub }], ...behind }));
    const all = told(wall);
    // Its other findings are its standing warnings.
    const standing = all.filter(
      ([id]) => id.startsWith('registry/single-replica') || id.startsWith('registry/ephemeral'),
    );
    const roots = all.filter(([id, cause]) => cause === null && !standing.some(([each]) => each === id));
    expect(roots).toEqual([[root, null]]);
    expect(all).toContainEqual(['registry/down|Registry/home', root]);
    const { headline, findings } = wall.engine.board();
    expect(headline.finding).toBe(root);
    expect(headline.text).toBe(
      'registry home depends on itself and cannot come back: harbor-core and harbor-database wait for images from it, and 8 more because of it',
    );
    expect(findings.find(({ id }) => id === pulls)?.sentence).toBe(
      '9 pods cannot pull from registry.example: it refuses connections',
    );
    for (const name of names) expect(all.map(([id]) => id)).toContain(cannot(name));
  });
});

describe('a registry whose own pod fails', () => {
  test('is explained by that, and explains the pulls', () => {
    const wall = wallOf();
    const own = played('registry', { namespace: 'registry', image: 'docker.io/library/registry:3' });
    const crash = played('registry', {
      ...{ namespace: 'registry', image: 'docker.io/library/registry:3' },
      failing: notFound('docker.io/library/registry:3'),
    });
    const behind = {
      service: [aService({ namespace: 'registry', name: 'registry' })],
      ingress: [
        anIngress({
          ...{ namespace: 'registry', name: 'registry', hosts: ['registry.example'] },
          backends: [{ host: 'registry.example', path: '/', service: 'registry' }],
        }),
      ],
    };
    see(wall, seen([own, ...wellAll], { registryProbe: [up], ...behind }));
    wall.later(10 * second);
    see(wall, seen([crash, ...illAll], { registryProbe: [down], ...behind }));
    const own1 = 'workloads/image-cannot-be-pulled|Deployment/registry/registry';
    expect(told(wall)).toContainEqual(['registry/down|Registry/home', own1]);
    expect(told(wall)).toContainEqual([pulls, 'registry/down|Registry/home']);
    expect(wall.engine.board().headline.finding).toBe(own1);
  });
});

describe('an Ingress controller that cannot pull its image', () => {
  const image = 'registry.example/library/traefik:3';
  const failing = refused(image);
  const traefik = (host: string) => {
    const labels = { 'app.kubernetes.io/name': 'traefik' };
    const behind = {
      ingressClass: [anIngressClass()],
      ingress: [anIngress({ name: 'web', hosts: [host], backends: [{ host, path: '/', service: 'web' }] })],
    };
    return seen([played('traefik', { namespace: 'kube-system', image, labels, failing }), ...illAll], {
      ...{ registryProbe: [down], ...behind },
    });
  };
  const controller = 'services/controller-down|Deployment/kube-system/traefik';
  const told1 = (host: string) => {
    const wall = wallOf(services);
    see(wall, traefik(host));
    wall.pass(15 * second, ...[...feeds, ...probes].map((kind) => sourceOfKind[kind]));
    return told(wall);
  };

  test('is down because of the registry, which is the one root', () => {
    const all = told1('web.example');
    expect(all).toContainEqual([controller, pulls]);
    expect(all.filter(([, cause]) => cause === null)).toEqual([['registry/down|Registry/home', null]]);
    expect(all.map(([id]) => id)).toContain('workloads/image-cannot-be-pulled|Deployment/kube-system/traefik');
  });

  test('is itself the root where the registry is behind it', () => {
    const all = told1('registry.example');
    expect(all).toContainEqual(['registry/down|Registry/home', controller]);
    expect(all.filter(([, cause]) => cause === null)).toEqual([[controller, null]]);
  });
});

describe('a tag that does not exist', () => {
  const gone = (...missing: string[]) =>
    aRegistryImages({
      images: [...names, 'odd'].map((name) => ({
        ...{ image: `registry.example/${name}:1.4`, askedAt: noon },
        held: missing.includes(name) ? ('missing' as const) : ('held' as const),
      })),
    });
  const lacking = (name: string) => played(name, { failing: notFound(`registry.example/${name}:1.4`) });
  const ofRegistry = 'registry/images-missing|Registry/home';

  test('of one workload is its own, also where the registry was asked for it', () => {
    const wall = wallOf();
    see(wall, seen([...wellAll, lacking('odd')], { registryProbe: [up], registryImages: [gone('odd')] }));
    expect(told(wall)).toEqual([
      [ofRegistry, cannot('odd')],
      [cannot('odd'), null],
    ]);
  });

  test('of several is the loss of the registry', () => {
    const wall = wallOf();
    const plays = [...names, 'odd'].map(lacking);
    see(wall, seen(plays, { registryProbe: [up], registryImages: [gone(...names, 'odd')] }));
    expect(told(wall)).toEqual([
      [ofRegistry, null],
      ...[...names, 'odd'].toSorted().map((name) => [cannot(name), ofRegistry]),
    ]);
  });
});

describe('a registry that comes back', () => {
  /** Its two images, asked for at these times. */
  const images = (askedAt: [number, number], sureSince: number | null, roundAt: number) =>
    aRegistryImages({
      images: askedAt.map((at, i) => ({
        image: `registry.example/${names[i]}:1.4`,
        held: 'held' as const,
        askedAt: at,
      })),
      ...{ sureSince, roundAt },
    });
  const tileOf = (wall: SmallWall) => wall.engine.board().tiles.find(({ area }) => area === 'registry');

  test('is not green before all its images were asked for again', () => {
    const wall = wallOf();
    const before = noon - 60 * second;
    const look = (registryProbe: typeof up, fact: ReturnType<typeof images>) => {
      see(wall, seen(wellAll, { registryProbe: [registryProbe], registryImages: [fact] }));
      expect(wall.failures).toEqual([]);
    };
    look(up, images([before, before], null, before));
    expect(tileOf(wall)).toMatchObject({ level: 'ok', detail: 'all images there' });
    look(down, images([before, before], noon, before));
    expect(tileOf(wall)?.level).not.toBe('ok');
    look(up, images([before, before], noon, before));
    expect(tileOf(wall)).toMatchObject({ level: 'unknown', detail: expect.stringContaining('again: 0 of 2 so far') });
    expect(wall.engine.board().headline.text).not.toMatch(/All good/);
    look(up, images([noon, before], noon, before));
    expect(tileOf(wall)).toMatchObject({ level: 'unknown', detail: expect.stringContaining('again: 1 of 2 so far') });
    look(up, images([noon, noon], noon, noon));
    expect(tileOf(wall)).toMatchObject({ level: 'ok', detail: 'all images there' });
  });
});
