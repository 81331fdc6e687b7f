import { objectOf, objectsOf, textOf, type Intern, type Raw } from './read-raw.ts';

/** What a controller makes its pods of, as far as checks use it. */
export interface PodTemplate {
  /** Labels of the pods, at most 32. */
  labels: Readonly<Record<string, string>>;
  /** Init containers too, at most 32. */
  containers: readonly TemplateContainer[];
  /** At most 50. */
  volumes: readonly TemplateVolume[];
  /** Its pods are bound to nodes by a nodeSelector, a name or an affinity to nodes. */
  pinned: boolean;
}

export interface TemplateContainer {
  name: string;
  image: string;
  /** Names alone of environment variables that begin with `REGISTRY_`, `S3_`, `AWS_` or `STORAGE`, at most 50. */
  variables: readonly string[];
  /** At most 50. */
  mounts: readonly { volume: string; path: string; readOnly: boolean }[];
}

/** `claim`: a PersistentVolumeClaim, one of a StatefulSet's own too; `files`: ConfigMap, Secret, projected, downwardAPI; `other`: NFS, CSI and the like. */
export interface TemplateVolume {
  name: string;
  is: 'empty' | 'host' | 'claim' | 'ephemeral' | 'files' | 'other';
  /** Name of the claim, or path on the host; "" for all else. */
  what: string;
}

const mostLabels = 32;
const mostContainers = 32;
const mostVolumes = 50;
const imageLength = 512;
const pathLength = 500;
const telling = /^(?:REGISTRY_|S3_|AWS_|STORAGE)/;

/** The template in a raw controller's `spec`; a StatefulSet's own claims are volumes too. */
export function podTemplateOf(spec: Raw, intern: Intern): PodTemplate {
  const template = objectOf(spec['template']);
  const pod = objectOf(template['spec']);
  const claims = objectsOf(spec['volumeClaimTemplates'], mostVolumes).map(({ metadata }) => {
    const name = intern(textOf(objectOf(metadata)['name']));
    return { name, is: 'claim' as const, what: name };
  });
  const volumes = objectsOf(pod['volumes'], mostVolumes).map((volume) => volumeOf(volume, intern));
  return {
    labels: labelsOf(objectOf(template['metadata'])['labels'], intern),
    containers: [...objectsOf(pod['initContainers'], mostContainers), ...objectsOf(pod['containers'], mostContainers)]
      .slice(0, mostContainers)
      .map((container) => containerOf(container, intern)),
    volumes: [...claims, ...volumes].slice(0, mostVolumes),
    pinned: isPinned(pod),
  };
}

/** Labels as they are, at most 32; values that are no texts are left out. */
export function labelsOf(value: unknown, intern: Intern): Readonly<Record<string, string>> {
  const pairs = Object.entries(objectOf(value)).slice(0, mostLabels);
  return Object.fromEntries(
    pairs.flatMap(([key, label]) =>
      typeof label === 'string' ? [[intern(textOf(key, 317)), intern(textOf(label, 63))]] : [],
    ),
  );
}

function containerOf(raw: Raw, intern: Intern): TemplateContainer {
  const names = objectsOf(raw['env'], 1_000).map(({ name }) => textOf(name));
  return {
    name: intern(textOf(raw['name'])),
    image: intern(textOf(raw['image'], imageLength)),
    variables: names.filter((name) => telling.test(name)).slice(0, 50),
    mounts: objectsOf(raw['volumeMounts'], mostVolumes).map((mount) => ({
      volume: intern(textOf(mount['name'])),
      path: intern(textOf(mount['mountPath'], pathLength)),
      readOnly: mount['readOnly'] === true,
    })),
  };
}

const filesIn = ['configMap', 'secret', 'projected', 'downwardAPI'];

function volumeOf(raw: Raw, intern: Intern): TemplateVolume {
  const name = intern(textOf(raw['name']));
  const has = (key: string) => typeof raw[key] === 'object' && raw[key] !== null;
  const of = (is: TemplateVolume['is'], what = ''): TemplateVolume => ({ name, is, what: intern(what) });
  if (has('persistentVolumeClaim')) {
    return of('claim', textOf(objectOf(raw['persistentVolumeClaim'])['claimName']));
  }
  if (has('hostPath')) return of('host', textOf(objectOf(raw['hostPath'])['path'], pathLength));
  if (has('emptyDir')) return of('empty');
  if (has('ephemeral')) return of('ephemeral');
  return of(filesIn.some(has) ? 'files' : 'other');
}

function isPinned(pod: Raw): boolean {
  const required = objectOf(objectOf(pod['affinity'])['nodeAffinity'])[
    'requiredDuringSchedulingIgnoredDuringExecution'
  ];
  return (
    textOf(pod['nodeName']) !== '' ||
    Object.keys(objectOf(pod['nodeSelector'])).length > 0 ||
    objectsOf(objectOf(required)['nodeSelectorTerms'], 10).length > 0
  );
}
