import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import type { PodTemplate } from './pod-template.ts';
import { messageLength, numberOf, objectOf, objectsOf, textOf, timeOf, type Intern, type Raw } from './read-raw.ts';

/** What all that keeps a number of pods running has. Counts are of pods. */
export interface ControllerFact extends FactHead {
  namespace: string;
  name: string;
  /** How many it should have. */
  wanted: number;
  /** How many there are, whatever they do. */
  current: number;
  ready: number;
  /** Ready for long enough. */
  available: number;
  /** Of the newest template. */
  updated: number;
  /** True once its controller has seen the newest specification: until then the counts are of the one before. */
  observed: boolean;
  createdAt: number | null;
  deletingAt: number | null;
  /** What its pods are made of; null of what makes them for another (ReplicaSets). */
  template: PodTemplate | null;
}

/** One condition of a status, only what checks use. */
export interface StatusCondition {
  /** `True`, `False`, `Unknown`. */
  status: string;
  reason: string;
  message: string;
  /** Epoch ms. */
  changedAt: number | null;
  /** Epoch ms of the last sign of progress, where the API says it. */
  updatedAt: number | null;
}

// More pods than any cluster runs.
const mostPods = 1e7;

/** A count of pods; absent means none, as the API leaves zeros out. */
export function countOf(value: unknown): number {
  return Math.floor(numberOf(value, 0, mostPods) ?? 0);
}

/** A number of replicas as asked for; absent means one. */
export function replicasOf(value: unknown): number {
  const count = numberOf(value, 0, mostPods);
  return count === null ? 1 : Math.floor(count);
}

/** The parts that all have; null if it has no name. The counts are still to be filled in. */
export function controllerHead(raw: unknown, source: string, intern: Intern) {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const status = objectOf(objectOf(raw)['status']);
  const generation = numberOf(metadata['generation'], 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const observedGeneration = numberOf(status['observedGeneration'], 0, Number.MAX_SAFE_INTEGER) ?? 0;
  return {
    ...identity,
    source,
    observed: observedGeneration >= generation,
    createdAt: timeOf(metadata['creationTimestamp']),
    deletingAt: timeOf(metadata['deletionTimestamp']),
  };
}

/** The condition of this type, null if it is not there. */
export function conditionOf(status: Raw, type: string, intern: Intern): StatusCondition | null {
  const raw = objectsOf(status['conditions'], 64).find((condition) => condition['type'] === type);
  if (raw === undefined) return null;
  return {
    status: intern(textOf(raw['status'], 64)),
    reason: intern(textOf(raw['reason'], 128)),
    message: intern(textOf(raw['message'], messageLength)),
    changedAt: timeOf(raw['lastTransitionTime']),
    updatedAt: timeOf(raw['lastUpdateTime']),
  };
}
