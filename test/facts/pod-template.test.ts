import { describe, expect, test } from 'vitest';
import { podTemplateOf } from '#server/facts/pod-template.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { boundedFact } from './bounded-fact.ts';
import { rawDeployment, templateFact } from './raw-controllers.ts';

const of = (pod: object, spec: object = {}) => podTemplateOf({ ...spec, template: { spec: pod } }, asItIs);
const many = <T>(make: (i: number) => T, length = 1_000) => Array.from({ length }, (_, i) => make(i));
const long = (i: number) => `${i}.${'x'.repeat(2_000)}`;

describe('the template of pods', () => {
  test('becomes labels, images, volumes and names of telling variables', () => {
    expect(podTemplateOf(rawDeployment.spec, asItIs)).toEqual(templateFact);
  });

  test('holds no value of a variable, whatever it is called', () => {
    const env = [
      { name: 'REGISTRY_HTTP_SECRET', value: 's3cret' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 's3cret' },
      { name: 'DATABASE_PASSWORD', value: 's3cret' },
    ];
    const { containers } = of({ containers: [{ name: 'a', env }] });
    expect(containers[0]?.variables).toEqual(['REGISTRY_HTTP_SECRET', 'AWS_SECRET_ACCESS_KEY']);
    expect(JSON.stringify(containers)).not.toContain('s3cret');
  });

  test('that is none has nothing', () => {
    const nothing = { labels: {}, containers: [], volumes: [], pinned: false };
    for (const template of [undefined, null, 'x', [], {}, { spec: null, metadata: 3 }])
      expect(podTemplateOf({ template }, asItIs)).toEqual(nothing);
  });

  test.each([
    [{ emptyDir: {} }, 'empty', ''],
    [{ emptyDir: { medium: 'Memory' } }, 'empty', ''],
    [{ hostPath: { path: '/srv/images' } }, 'host', '/srv/images'],
    [{ persistentVolumeClaim: { claimName: 'images' } }, 'claim', 'images'],
    [{ ephemeral: { volumeClaimTemplate: {} } }, 'ephemeral', ''],
    [{ configMap: { name: 'a' } }, 'files', ''],
    [{ secret: { secretName: 'a' } }, 'files', ''],
    [{ projected: { sources: [] } }, 'files', ''],
    [{ downwardAPI: {} }, 'files', ''],
    [{ nfs: { server: 'nas', path: '/images' } }, 'other', ''],
    [{ csi: { driver: 'x' } }, 'other', ''],
    [{ emptyDir: null }, 'other', ''],
  ])('with a volume %j has one that is %s', (source, is, what) => {
    expect(of({ volumes: [{ name: 'data', ...source }] }).volumes).toEqual([{ name: 'data', is, what }]);
  });

  test("of a StatefulSet has the claims of its own, before a pod's volume of the same name", () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
    expect(of({ volumes: [{ name: 'data', emptyDir: {} }] }, { volumeClaimTemplates }).volumes).toEqual([
      { name: 'data', is: 'claim', what: 'data' },
      { name: 'data', is: 'empty', what: '' },
    ]);
  });

  const required = (...nodeSelectorTerms: object[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  const onDisk = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] };
  const onLinux = { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] };
  test.each([
    [{}, false],
    [{ nodeName: 'nuc0' }, true],
    [{ nodeSelector: { 'kubernetes.io/hostname': 'nuc0' } }, true],
    [{ nodeSelector: {} }, false],
    [{ nodeSelector: { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'arm64' } }, false],
    [{ nodeSelector: { 'kubernetes.io/os': 'linux', disk: 'ssd' } }, true],
    [required(onDisk), true],
    [required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['nuc0'] }] }), true],
    [required(onLinux), false],
    [required(onDisk, onLinux), false],
    [required(), false],
    [{ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } } }, false],
  ])('with %j is bound to nodes: %j', (pod, pinned) => {
    expect(of(pod).pinned).toBe(pinned);
  });

  test('with endless lists and texts is bounded', () => {
    const container = (i: number) => ({
      name: long(i),
      image: long(i),
      env: many((j) => ({ name: `REGISTRY_${long(j)}` }), 100),
      volumeMounts: many((j) => ({ name: long(j), mountPath: long(j) }), 100),
    });
    const pod = {
      initContainers: many(container, 5),
      containers: many(container, 50),
      volumes: many((i) => ({ name: long(i), hostPath: { path: long(i) } })),
    };
    const labels = Object.fromEntries(many((i) => [long(i), long(i)]));
    const fact = podTemplateOf({ template: { metadata: { labels }, spec: pod } }, asItIs);
    boundedFact(fact);
    const { containers, volumes } = fact;
    expect([Object.keys(fact.labels).length, containers.length, volumes.length]).toEqual([32, 20, 50]);
    expect([containers[0]?.variables.length, containers[0]?.mounts.length]).toEqual([20, 16]);
  });
});
