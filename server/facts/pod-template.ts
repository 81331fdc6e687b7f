import { objectOf, objectsOf, textOf, type Intern, type Raw } from './read-raw.ts';

/** What a controller makes its pods of, as far as checks use it. */
export interface PodTemplate {
  /** Labels of the pods, at most 32. */
  labels: Readonly<Record<string, string>>;
  /** Init containers too, at most 20. */
  containers: readonly TemplateContainer[];
  /** At most 50. */
  volumes: readonly TemplateVolume[];
  /** Its pods are bound to nodes by a nodeSelector, a name or an affinity to nodes; that these run Linux or have arm64 binds to none. */
  pinned: boolean;
}

export interface TemplateContainer {
  name: string;
  image: string;
  /** Names alone of environment variables that begin with `REGISTRY_`, `S3_`, `AWS_` or `STORAGE`, at most 20. */
  variables: readonly string[];
  /** At most 16. */
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
const mostContainers = 20;
const mostVolumes = 50;
const mostMounts = 16;
const mostVariables = 20;
/** Longest name of a part of a pod that the API allows (DNS label). */
const labelLength = 63;
const variableLength = 64;
const imageLength = 512;
const pathLength = 253;
const telling = /^(?:REGISTRY_|S3_|AWS_|STORAGE)/;

/** The template in a raw controller's `spec`; a StatefulSet's own claims are volumes too. */
export function podTemplateOf(spec: Raw, intern: Intern): PodTemplate {
  const template = objectOf(spec['template']);
  const pod = objectOf(template['spec']);
  const claims = objectsOf(spec['volumeClaimTemplates'], mostVolumes).map(({ metadata }) => {
    const name = intern(textOf(objectOf(metadata)['name'], labelLength));
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
  const names = objectsOf(raw['env'], 1_000).map(({ name }) => textOf(name, variableLength));
  return {
    name: intern(textOf(raw['name'], labelLength)),
    image: intern(textOf(raw['image'], imageLength)),
    variables: names.filter((name) => telling.test(name)).slice(0, mostVariables),
    mounts: objectsOf(raw['volumeMounts'], mostMounts).map((mount) => ({
      volume: intern(textOf(mount['name'], labelLength)),
      path: intern(textOf(mount['mountPath'], pathLength)),
      readOnly: mount['readOnly'] === true,
    })),
  };
}

const filesIn = ['configMap', 'secret', 'projected', 'downwardAPI'];

function volumeOf(raw: Raw, intern: Intern): TemplateVolume {
  const name = intern(textOf(raw['name'], labelLength));
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

/** Labels that most charts ask for, and most nodes of a house have. */
const anyNodes = /^(?:beta\.)?kubernetes\.io\/(?:os|arch)$/;

function isPinned(pod: Raw): boolean {
  const required = objectOf(objectOf(pod['affinity'])['nodeAffinity'])[
    'requiredDuringSchedulingIgnoredDuringExecution'
  ];
  const terms = objectsOf(objectOf(required)['nodeSelectorTerms'], 10).map(
    ({ matchExpressions, matchFields }) =>
      objectsOf(matchFields, 10).length > 0 ||
      objectsOf(matchExpressions, 10).some(({ key }) => !anyNodes.test(textOf(key))),
  );
  return (
    textOf(pod['nodeName']) !== '' ||
    Object.keys(objectOf(pod['nodeSelector'])).some((key) => !anyNodes.test(key)) ||
    // One of the terms is enough: each must bind.
    (terms.length > 0 && terms.every((binds) => binds))
  );
}
