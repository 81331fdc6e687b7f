import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** A StorageClass. Source: `/apis/storage.k8s.io/v1/storageclasses`. */
export interface StorageClassFact extends FactHead {
  name: string;
  /** `rancher.io/local-path`, `driver.longhorn.io`, ... */
  provisioner: string;
  isDefault: boolean;
  /** True where a volume is made only once a pod wants it: a Pending claim without a pod is as it should be. */
  waitsForPod: boolean;
  reclaimPolicy: string;
  canGrow: boolean;
}

/** A raw StorageClass as a fact; null if it has no name. */
export function storageClassFact(raw: unknown, source: string, intern: Intern = asItIs): StorageClassFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const { provisioner, volumeBindingMode, reclaimPolicy, allowVolumeExpansion } = objectOf(raw);
  const annotations = objectOf(objectOf(objectOf(raw)['metadata'])['annotations']);
  return {
    ...{ key: identity.key, uid: identity.uid, source, name: identity.name },
    provisioner: intern(textOf(provisioner)),
    isDefault: defaultMarks.some((mark) => annotations[mark] === 'true'),
    waitsForPod: volumeBindingMode === 'WaitForFirstConsumer',
    // What is not said, the API server takes for Delete.
    reclaimPolicy: intern(textOf(reclaimPolicy, 64)) || 'Delete',
    canGrow: allowVolumeExpansion === true,
  };
}

const defaultMarks = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
