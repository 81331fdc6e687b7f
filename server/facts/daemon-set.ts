import { controllerHead, countOf, type ControllerFact } from './controller.ts';
import { podTemplateOf } from './pod-template.ts';
import { asItIs, objectOf, type Intern } from './read-raw.ts';

/** One DaemonSet; `wanted` is the number of nodes it should run on. Source: `/apis/apps/v1/daemonsets`. */
export interface DaemonSetFact extends ControllerFact {
  /** Pods on nodes where none should be. */
  misplaced: number;
  /** True if pods are renewed only when somebody deletes them (`OnDelete`). */
  heldBack: boolean;
}

/** A raw DaemonSet as a fact; null if it has no name. */
export function daemonSetFact(raw: unknown, source: string, intern: Intern = asItIs): DaemonSetFact | null {
  const head = controllerHead(raw, source, intern);
  if (head === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...head,
    template: podTemplateOf(spec, intern),
    wanted: countOf(status['desiredNumberScheduled']),
    current: countOf(status['currentNumberScheduled']),
    ready: countOf(status['numberReady']),
    available: countOf(status['numberAvailable']),
    updated: countOf(status['updatedNumberScheduled']),
    misplaced: countOf(status['numberMisscheduled']),
    heldBack: objectOf(spec['updateStrategy'])['type'] === 'OnDelete',
  };
}
