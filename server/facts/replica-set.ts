import {
  conditionOf,
  controllerHead,
  countOf,
  replicasOf,
  type ControllerFact,
  type StatusCondition,
} from './controller.ts';
import { controllerOf, type Owner } from './owner.ts';
import { asItIs, objectOf, type Intern } from './read-raw.ts';

/** One ReplicaSet that has or wants pods: whose it is and why it cannot create any. Source: `/apis/apps/v1/replicasets`. */
export interface ReplicaSetFact extends ControllerFact {
  /** Mostly a Deployment; null for one that stands alone. */
  owner: Owner | null;
  /** `True` with reason `FailedCreate` while pods are refused. */
  failure: StatusCondition | null;
}

/** A raw ReplicaSet as a fact; null if it has no name, or neither has nor wants pods (what a Deployment keeps to go back to). */
export function replicaSetFact(raw: unknown, source: string, intern: Intern = asItIs): ReplicaSetFact | null {
  const head = controllerHead(raw, source, intern);
  if (head === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const wanted = replicasOf(spec['replicas']);
  const current = countOf(status['replicas']);
  if (wanted === 0 && current === 0) return null;
  return {
    ...head,
    template: null,
    wanted,
    current,
    ready: countOf(status['readyReplicas']),
    available: countOf(status['availableReplicas']),
    updated: current,
    owner: controllerOf(objectOf(objectOf(raw)['metadata'])['ownerReferences'], intern),
    failure: conditionOf(status, 'ReplicaFailure', intern),
  };
}
