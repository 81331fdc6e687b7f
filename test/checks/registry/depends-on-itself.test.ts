import { describe, expect, test } from 'vitest';
import dependsOnItself from '#server/checks/registry/depends-on-itself.ts';
import { originOf } from '#server/checks/registry-rescue.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aPodTemplate, aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { all, notFound, played, refused, type Played } from './pulling.ts';
import { servedAt } from './served.ts';

const host = 'registry.example';
const behind = servedAt(host, { namespace: 'registry', name: 'registry' });
const down: Partial<RegistryProbeFact> = {
  outcome: 'down',
  outcomeSince: noon - minute,
  trouble: 'refused',
  misses: 2,
};

const own = (image: string, failing?: string) =>
  played('registry', { namespace: 'registry', image, ...(failing === undefined ? {} : { failing }) });

function snapshotOf(plays: Played[], probe: Partial<RegistryProbeFact> = {}, osImage = 'Debian') {
  const nodes = [aNode({ osImage, ...(osImage.startsWith('Talos') ? { kubeletVersion: 'v1.36.4' } : {}) })];
  return aSnapshot({ ...all(...plays), ...behind, nodes, registryProbes: [aRegistryProbe(probe)] });
}
const judgedOf = (...given: Parameters<typeof snapshotOf>) => theVerdict(dependsOnItself, snapshotOf(...given));

describe('a registry', () => {
  test('whose image comes from elsewhere is fine', () => {
    const verdict = judgedOf([own('docker.io/library/registry:3')]);
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'registry home takes no image from itself to start']);
  });

  test('whose image comes from itself is a standing warning', () => {
    const verdict = judgedOf([own(`${host}/library/registry:3`)]);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'registry home depends on itself: registry takes its image from it',
    ]);
    expect(evidenceOf(verdict)).toEqual([`registry: ${host}/library/registry:3`]);
    expect(commandsOf(verdict)).toEqual([
      "kubectl -n registry get deployment/registry -o 'jsonpath={.spec.template.spec..image}'",
    ]);
  });

  test('whose image comes through itself as a mirror is, too', () => {
    const image = 'docker.io/library/registry:3';
    expect(judgedOf([own(image)], { mirrors: ['docker.io'] }).level).toBe('warn');
    expect(judgedOf([own(image)], { mirrors: ['ghcr.io'] }).level).toBe('ok');
  });

  test('that runs nowhere in the cluster is not judged', () => {
    expect(judged(dependsOnItself, snapshotOf([played('web')]))).toEqual([]);
  });
});

describe('what it needs', () => {
  const registry = own('docker.io/library/registry:3');
  const beside = (name: string, image: string, part: Parameters<typeof played>[1] = {}) =>
    played(name, { namespace: 'registry', image, ...part });
  const dependents = (...plays: Played[]) => evidenceOf(judgedOf([registry, ...plays]));

  test('is its database in the same namespace, by its image', () => {
    expect(dependents(beside('store', `${host}/mirror/postgres:17`))).toEqual([`store: ${host}/mirror/postgres:17`]);
    expect(dependents(played('store', { image: `${host}/mirror/postgres:17` }))).toEqual([]);
  });

  test('is all of a namespace that is named after it, and nothing of one that only holds it', () => {
    expect(dependents(beside('page', `${host}/page:1`))).toEqual([`page: ${host}/page:1`]);
    const shared = (plays: Played[]) =>
      theVerdict(
        dependsOnItself,
        aSnapshot({
          ...all(played('images', { namespace: 'apps', image: 'docker.io/library/registry:3' }), ...plays),
          ...servedAt(host, { namespace: 'apps', name: 'images' }),
          registryProbes: [aRegistryProbe()],
        }),
      );
    expect(shared([played('web', { namespace: 'apps' })]).level).toBe('ok');
    expect(shared([played('images-cache', { namespace: 'apps' })]).level).toBe('warn');
  });

  test('is what a chart installed with it', () => {
    const release = { 'app.kubernetes.io/instance': 'hub' };
    const found = theVerdict(
      dependsOnItself,
      aSnapshot({
        ...all(
          played('images', { namespace: 'apps', image: 'registry:3', labels: { app: 'images', ...release } }),
          played('janitor', { namespace: 'apps', labels: { app: 'janitor', ...release } }),
          played('web', { namespace: 'apps' }),
        ),
        ...servedAt(host, { namespace: 'apps', name: 'images' }),
        registryProbes: [aRegistryProbe()],
      }),
    );
    expect(evidenceOf(found)).toEqual([`janitor: ${host}/janitor:1.4`]);
  });

  test('is the storage of the cluster, where it stores on a claim', () => {
    const rook = played('rook-ceph-operator', { namespace: 'rook-ceph', image: `${host}/rook/ceph:v1.18.0` });
    const containers = [{ name: 'registry', image: 'registry:3', variables: [], mounts: [] }];
    const withVolumes = (is: 'claim' | 'empty') =>
      own('registry:3').deployment && {
        ...own('registry:3'),
        deployment: {
          ...own('registry:3').deployment,
          template: aPodTemplate({
            labels: { app: 'registry' },
            containers,
            volumes: [{ name: 'data', is, what: 'data' }],
          }),
        },
      };
    expect(evidenceOf(judgedOf([withVolumes('claim'), rook]))).toEqual([
      `rook-ceph-operator: ${host}/rook/ceph:v1.18.0`,
    ]);
    expect(evidenceOf(judgedOf([withVolumes('empty'), rook]))).toEqual([]);
  });
});

describe('once it is down', () => {
  const image = `${host}/library/registry:3`;
  const stuck = own(image, refused(image));

  test('and its own pods wait for its image it is bad, since it went down', () => {
    const verdict = judgedOf([stuck], down);
    expect(verdict).toMatchObject({ level: 'bad', startedAt: noon - minute });
    expect(sentence(verdict)).toBe(
      'registry home depends on itself and cannot come back: registry waits for an image from it',
    );
  });

  test('it stays a warning while its pods do not wait for that', () => {
    expect(judgedOf([own(image)], down).level).toBe('warn');
    expect(judgedOf([own(image, notFound(image))], down).level).toBe('warn');
    expect(judgedOf([stuck], {}).level).toBe('warn');
  });

  test('the steps bring the image past it, for what is installed', () => {
    const origin = 'docker.io/library/registry:3';
    expect(commandsOf(judgedOf([stuck], down))).toEqual([
      `k3s ctr images pull ${origin} && k3s ctr images tag ${origin} ${image}`,
      `k3s ctr images export image.tar ${image}`,
      'k3s ctr images import image.tar',
    ]);
    expect(commandsOf(judgedOf([stuck], down, 'Talos (v1.11.2)'))).toEqual([]);
  });

  test('the steps pull past a mirror by the name that the image has', () => {
    const mirrored = own('docker.io/library/registry:3', refused('docker.io/library/registry:3'));
    const mirror = { ...down, mirrors: ['docker.io'] };
    expect(commandsOf(judgedOf([mirrored], mirror))[0]).toBe('k3s ctr images pull docker.io/library/registry:3');
    expect(commandsOf(judgedOf([mirrored], mirror, 'Talos (v1.11.2)'))).toEqual([
      'talosctl -n 192.168.1.10 edit machineconfig',
    ]);
  });

  test('where an image comes from is guessed by its path, and not of what is built at home', () => {
    expect(originOf('harbor.example/hub/library/postgres:17.8')).toBe('docker.io/library/postgres:17.8');
    expect(originOf('harbor.example/ghcr/team/web:1')).toBe('ghcr.io/team/web:1');
    expect(originOf('harbor.example/team/web:1')).toBeNull();
    expect(originOf('harbor.example/web:1')).toBeNull();
  });

  test('it explains that, all pulls from it, and the workloads that wait', () => {
    const snapshot = snapshotOf([stuck, played('web', { failing: refused(`${host}/web:1.4`) })], {
      ...down,
      mirrors: ['docker.io'],
    });
    const cause = theVerdict(dependsOnItself, snapshot);
    const of = (check: Parameters<typeof anEffect>[0], kind: string, name: string, namespace?: string) =>
      explains(
        dependsOnItself,
        cause,
        anEffect(check, { subject: { kind, name, ...(namespace && { namespace }) }, level: 'bad' }),
        snapshot,
      );
    expect(of('registry/down', 'Registry', 'home')).toBe(true);
    expect(of('registry/down', 'Registry', 'other')).toBe(false);
    expect(of('registry/pull-failing', 'Registry', 'home')).toBe(true);
    expect(of('registry/pull-failing', 'Registry', 'docker.io')).toBe(true);
    expect(of('registry/pull-failing', 'Registry', 'ghcr.io')).toBe(false);
    expect(of('workloads/image-cannot-be-pulled', 'Deployment', 'registry', 'registry')).toBe(true);
    expect(of('workloads/image-cannot-be-pulled', 'Deployment', 'web', 'default')).toBe(false);
    // Refused by a quota it would be so with a registry that is up.
    expect(of('workloads/crash-looping', 'Deployment', 'registry', 'registry')).toBe(true);
    expect(of('workloads/cannot-create-pods', 'Deployment', 'registry', 'registry')).toBe(false);
    const standing = { ...cause, level: 'warn' as const };
    const effect = anEffect('registry/down', { subject: { kind: 'Registry', name: 'home' }, level: 'bad' });
    expect(explains(dependsOnItself, standing, effect, snapshot)).toBe(false);
  });
});
