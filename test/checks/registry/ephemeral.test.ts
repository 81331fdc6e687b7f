import { describe, expect, test } from 'vitest';
import ephemeral from '#server/checks/registry/ephemeral.ts';
import type { PodTemplate, TemplateContainer, TemplateVolume } from '#server/facts/pod-template.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aPodTemplate, aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aContainer, aDaemonSet, aDeployment, aStatefulSet } from '#test/builders/workloads.ts';
import { aPod } from '#test/builders/facts.ts';
import { servedAt } from './served.ts';

const volume = (is: TemplateVolume['is'], name = 'data'): TemplateVolume => ({
  name,
  is,
  what: is === 'host' ? '/srv' : '',
});
const mount = (path: string, name = 'data') => ({ volume: name, path, readOnly: false });

/** A template of one container with these mounts. */
function made(
  image: string,
  mounts: TemplateContainer['mounts'],
  volumes: TemplateVolume[],
  more: Partial<PodTemplate> & { variables?: string[] } = {},
): PodTemplate {
  const { variables = [], ...part } = more;
  return aPodTemplate({
    labels: { app: 'registry' },
    containers: [{ name: 'main', image, variables, mounts }],
    volumes,
    ...part,
  });
}

const three = ['nuc0', 'nuc1', 'nuc2'].map((name) => aNode({ name }));
const deployed = (template: PodTemplate, parts: SnapshotParts = {}) =>
  aSnapshot({ deployments: [aDeployment({ name: 'registry', template })], nodes: three, ...parts });
const told = (template: PodTemplate, parts?: SnapshotParts) => {
  return judged(ephemeral, deployed(template, parts)).map((each) => [each.level, sentence(each)]);
};
const store = '/var/lib/registry';

describe('a registry', () => {
  test('on an emptyDir is a standing warning', () => {
    const verdict = theVerdict(ephemeral, deployed(made('registry:3', [mount(store)], [volume('empty')])));
    expect(verdict).toMatchObject({
      ...{ level: 'warn', sources: ['deployments'] },
      subject: { kind: 'Deployment', namespace: 'default', name: 'registry' },
    });
    expect(sentence(verdict)).toBe('registry keeps its images in an emptyDir: they vanish with the pod');
    expect(evidenceOf(verdict)).toEqual(['container main: registry:3']);
    expect(commandsOf(verdict)).toEqual([
      "kubectl -n default get deployment/registry -o 'jsonpath={.spec.template.spec.volumes}'",
    ]);
  });

  test('without any volume is one, too', () => {
    expect(told(made('registry:3', [], []))).toEqual([
      ['warn', 'registry keeps its images in the container itself: they vanish with the pod'],
    ]);
    const certificates = made('registry:3', [mount('/certs', 'tls')], [volume('files', 'tls')]);
    expect(told(certificates)[0]?.[0]).toBe('warn');
  });

  test.for(['claim', 'other'] as const)('on a volume that stays is fine: %s', (is) => {
    expect(told(made('registry:3', [mount(store)], [volume(is)]))).toEqual([]);
    expect(told(made('registry:3', [mount(`${store}/`)], [volume(is)]))).toEqual([]);
    expect(told(made('registry:3', [mount('/elsewhere')], [volume(is)]))).toEqual([]);
  });

  test('on a read-only volume keeps nothing there', () => {
    const template = made('registry:3', [{ ...mount(store), readOnly: true }], [volume('claim')]);
    expect(told(template)[0]?.[0]).toBe('warn');
  });

  test('on the disk of whichever node is one, unless it is bound to a node or there is only one', () => {
    const template = made('registry:3', [mount(store)], [volume('host')]);
    expect(told(template)).toEqual([
      ['warn', 'registry keeps its images on whichever node it runs on: on another they are gone'],
    ]);
    expect(told({ ...template, pinned: true })).toEqual([]);
    expect(told(template, { nodes: [aNode()] })).toEqual([]);
    expect(judged(ephemeral, aSnapshot({ daemonSets: [aDaemonSet({ template })], nodes: three }))).toEqual([]);
  });

  test.for(['REGISTRY_STORAGE_S3_BUCKET', 'AWS_ACCESS_KEY_ID', 'REGISTRY_PROXY_REMOTEURL'])(
    'that stores elsewhere is fine: %s',
    (name) => {
      expect(told(made('registry:3', [], [], { variables: [name] }))).toEqual([]);
      expect(told(made('registry:3', [], [], { variables: ['REGISTRY_STORAGE_DELETE_ENABLED'] }))).toHaveLength(1);
    },
  );

  test('with settings in a file of its own may store elsewhere: a notice that says so', () => {
    const settings = { mounts: mount('/etc/distribution', 'config'), volumes: volume('files', 'config') };
    const none = made('registry:3', [settings.mounts], [settings.volumes]);
    expect(told(none)).toEqual([
      [
        'notice',
        'registry keeps its images in the container itself: they vanish with the pod, unless its configuration keeps them elsewhere',
      ],
    ]);
    const empty = made('registry:3', [settings.mounts, mount(store)], [settings.volumes, volume('empty')]);
    expect(told(empty)[0]?.[0]).toBe('warn');
  });

  test.for([
    ['ghcr.io/project-zot/zot-linux-amd64:v2.1', '/var/lib/registry'],
    ['docker.io/sonatype/nexus3:3.80', '/nexus-data'],
    ['goharbor/registry-photon:v2.14.0', '/storage'],
    ['registry.example/mirror/library/registry:2', '/var/lib/registry'],
  ] as const)('is known by its image: %s', ([image, path]) => {
    expect(told(made(image, [mount(path)], [volume('empty')]))[0]?.[0]).toBe('warn');
    expect(told(made(image, [mount(path)], [volume('claim')]))).toEqual([]);
  });

  test('is not every image with such a name', () => {
    for (const image of ['apicurio/apicurio-registry:3', 'joxit/docker-registry-ui:2', 'goharbor/harbor-core:v2'])
      expect(told(made(image, [], [])), image).toEqual([]);
  });

  test('is Gitea only where images come from it', () => {
    const template = made('gitea/gitea:1.25', [mount('/data')], [volume('empty')]);
    expect(told(template)).toEqual([]);
    const asked = {
      ...servedAt('git.example', { namespace: 'default', name: 'registry' }),
      registryProbes: [aRegistryProbe({ name: 'git', host: 'git.example' })],
    };
    expect(told(template, asked)[0]?.[0]).toBe('warn');
  });
});

describe('a database', () => {
  const stateful = (template: PodTemplate) =>
    judged(ephemeral, aSnapshot({ statefulSets: [aStatefulSet({ template })], nodes: three })).map((each) => [
      each.level,
      sentence(each),
    ]);

  test.for([
    ['postgres:17', '/var/lib/postgresql/data'],
    ['bitnami/postgresql:17', '/bitnami/postgresql'],
    ['mariadb:11', '/var/lib/mysql'],
    ['mongo:8', '/data/db'],
    ['influxdb:2.7', '/var/lib/influxdb2'],
    ['victoriametrics/victoria-metrics:v1.120', '/storage'],
  ] as const)('on an emptyDir is a warning, on a claim fine: %s', ([image, path]) => {
    expect(stateful(made(image, [mount(path)], [volume('empty')]))).toEqual([
      ['warn', 'database keeps its data in an emptyDir: they vanish with the pod'],
    ]);
    expect(stateful(made(image, [mount(path)], [volume('claim')]))).toEqual([]);
  });

  test('that is a cache is mostly meant to: a notice', () => {
    expect(stateful(made('redis:8', [mount('/data')], [volume('empty')]))[0]?.[0]).toBe('notice');
  });

  const caches = [
    'redis:8.2-alpine',
    'valkey/valkey:9',
    'memcached:1.6',
    'dragonflydb/dragonfly:v1.35',
    'eqalpha/keydb:6',
  ];
  test.for(caches)('that is a cache run as a Deployment is not told of: %s', (image) => {
    expect(told(made(image, [], []))).toEqual([]);
    expect(told(made(image, [mount('/data')], [volume('empty')]))).toEqual([]);
  });

  test('keeps its data by their place, not by its other volumes', () => {
    const template = made(
      'postgres:17',
      [mount('/var/run/postgresql', 'run'), mount('/var/lib/postgresql/data')],
      [volume('empty', 'run'), volume('claim')],
    );
    expect(stateful(template)).toEqual([]);
    const reversed = made('postgres:17', [mount('/var/lib/postgresql/data')], [volume('ephemeral')]);
    expect(stateful(reversed)[0]?.[1]).toContain('in an ephemeral volume');
  });

  test('is none where the image is there for its tools: beside others, or before they begin', () => {
    const container = { name: 'main', image: 'postgres:17', variables: [], mounts: [] };
    const beside = aPodTemplate({ containers: [{ ...container, name: 'web', image: 'web:1' }, container] });
    expect(told(beside)).toEqual([]);
    const init = aPod({
      ...{ owner: { kind: 'StatefulSet', name: 'database' }, name: 'database-0' },
      containers: [aContainer({ name: 'main', role: 'init', image: 'postgres:17' })],
    });
    const statefulSets = [aStatefulSet({ template: aPodTemplate({ containers: [container] }) })];
    expect(judged(ephemeral, aSnapshot({ statefulSets, pods: [init], nodes: three }))).toEqual([]);
  });
});

test('what has no template, or is any other program, is not judged', () => {
  expect(judged(ephemeral, aSnapshot({ deployments: [aDeployment()] }))).toEqual([]);
  expect(told(made('nginx:1.29', [mount('/data')], [volume('empty')]))).toEqual([]);
});
