import { controllerHead, countOf, replicasOf, type ControllerFact } from './controller.ts';
import { podTemplateOf } from './pod-template.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** One StatefulSet. Source: `/apis/apps/v1/statefulsets`. */
export interface StatefulSetFact extends ControllerFact {
  /** True while a roll-out is under way: the newest revision is not yet that of all pods. */
  rollingOut: boolean;
  /** True if pods are renewed only when somebody deletes them (`OnDelete`), or a partition holds some back. */
  heldBack: boolean;
}

/** A raw StatefulSet as a fact; null if it has no name. */
export function statefulSetFact(raw: unknown, source: string, intern: Intern = asItIs): StatefulSetFact | null {
  const head = controllerHead(raw, source, intern);
  if (head === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const strategy = objectOf(spec['updateStrategy']);
  const newest = textOf(status['updateRevision']);
  return {
    ...head,
    template: podTemplateOf(spec, intern),
    wanted: replicasOf(spec['replicas']),
    current: countOf(status['replicas']),
    ready: countOf(status['readyReplicas']),
    available: countOf(status['availableReplicas']),
    updated: countOf(status['updatedReplicas']),
    rollingOut: newest !== '' && newest !== textOf(status['currentRevision']),
    heldBack: strategy['type'] === 'OnDelete' || countOf(objectOf(strategy['rollingUpdate'])['partition']) > 0,
  };
}
