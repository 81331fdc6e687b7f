import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { conditionsIn } from './listed-condition.ts';
import { meantTimeOf } from './meant-time.ts';
import { labelsOf } from './pod-template.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, objectOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';
import { storageWishOf, type StorageWish } from './storage-wish.ts';

/** A PersistentVolumeClaim. Source: `/api/v1/persistentvolumeclaims`. Key: `namespace/name`. */
export interface PersistentVolumeClaimFact extends FactHead {
  namespace: string;
  name: string;
  /** `Pending`, `Bound`, `Lost`, "" or what a newer API may say. */
  phase: string;
  /** Name of its PersistentVolume, "" if none yet. */
  volume: string;
  /** Null: none named, the default class counts; "": none at all. */
  storageClass: string | null;
  requestedBytes: number | null;
  /** Of what it was given. */
  capacityBytes: number | null;
  accessModes: readonly string[];
  /** `Block` volumes have no file system, and so no figures. */
  isBlock: boolean;
  /** What is being done to it, such as `FileSystemResizePending` or `Resizing`, at most 8. */
  conditions: readonly { type: string; status: string; message: string; changedAt: number | null }[];
  /** As written, at most 32: recurring jobs of Longhorn and selectors of backups go by them. K8up's annotation `k8up.io/backup` stands among them. */
  labels: Readonly<Record<string, string>>;
  wish: StorageWish;
  createdAt: number | null;
  deletingAt: number | null;
}

/** A raw PersistentVolumeClaim as a fact; null if it has no name. */
export function persistentVolumeClaimFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): PersistentVolumeClaimFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const annotations = objectOf(metadata['annotations']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...identity,
    source,
    phase: intern(textOf(status['phase'], 64)),
    volume: textOf(spec['volumeName']),
    storageClass: classOf(spec, annotations, intern),
    requestedBytes: quantityOf(objectOf(objectOf(spec['resources'])['requests'])['storage'], mostBytes),
    capacityBytes: quantityOf(objectOf(status['capacity'])['storage'], mostBytes),
    accessModes: textsOf(spec['accessModes'], mostModes, 64).map(intern),
    isBlock: spec['volumeMode'] === 'Block',
    conditions: conditionsIn(status['conditions'], intern, () => true, mostConditions).map(
      ({ type, status: is, message, changedAt }) => ({ type, status: is, message, changedAt }),
    ),
    labels: marksOf(metadata, annotations, intern),
    wish: storageWishOf(annotations),
    createdAt: meantTimeOf(metadata['creationTimestamp']),
    deletingAt: meantTimeOf(metadata['deletionTimestamp']),
  };
}

const mostModes = 8;
const mostConditions = 8;
const mostLabels = 32;
const k8upMark = 'k8up.io/backup';

function classOf(spec: Raw, annotations: Raw, intern: Intern): string | null {
  const told = spec['storageClassName'] ?? annotations['volume.beta.kubernetes.io/storage-class'];
  return typeof told === 'string' ? intern(textOf(told)) : null;
}

function marksOf(metadata: Raw, annotations: Raw, intern: Intern): Readonly<Record<string, string>> {
  const labels = labelsOf(metadata['labels'], intern);
  const mark = annotations[k8upMark];
  if (typeof mark !== 'string') return labels;
  const others = Object.entries(labels).slice(0, mostLabels - 1);
  return Object.fromEntries([...others, [k8upMark, intern(textOf(mark, 63))]]);
}
