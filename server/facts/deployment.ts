import {
  conditionOf,
  controllerHead,
  countOf,
  replicasOf,
  type ControllerFact,
  type StatusCondition,
} from './controller.ts';
import { podTemplateOf } from './pod-template.ts';
import { asItIs, objectOf, type Intern } from './read-raw.ts';

/** One Deployment. Source: `/apis/apps/v1/deployments`. */
export interface DeploymentFact extends ControllerFact {
  paused: boolean;
  /** Whether its roll-out gets on: `False` with reason `ProgressDeadlineExceeded` is stuck. */
  progressing: StatusCondition | null;
  /** `True` with reason `FailedCreate` while pods are refused. */
  failure: StatusCondition | null;
}

/** A raw Deployment as a fact; null if it has no name. */
export function deploymentFact(raw: unknown, source: string, intern: Intern = asItIs): DeploymentFact | null {
  const head = controllerHead(raw, source, intern);
  if (head === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...head,
    template: podTemplateOf(spec, intern),
    wanted: replicasOf(spec['replicas']),
    current: countOf(status['replicas']),
    ready: countOf(status['readyReplicas']),
    available: countOf(status['availableReplicas']),
    updated: countOf(status['updatedReplicas']),
    paused: spec['paused'] === true,
    progressing: conditionOf(status, 'Progressing', intern),
    failure: conditionOf(status, 'ReplicaFailure', intern),
  };
}
