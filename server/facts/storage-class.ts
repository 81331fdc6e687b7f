import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

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
  void [raw, source, intern];
  return null;
}
