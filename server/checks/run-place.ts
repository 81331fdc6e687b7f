import type { ContainerFact } from '#server/facts/container.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step, Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';

/** Where something went wrong: what the first steps are about. */
export interface RunPlace {
  /** The workload. */
  subject: Subject;
  pod: PodFact;
  container: ContainerFact;
  /** Undefined where it is not known. */
  node: NodeFact | undefined;
}

/** What a container wrote in its run before this one. */
export function logStep({ pod, container }: RunPlace): Step {
  const name = command`kubectl -n ${pod.namespace} logs ${pod.name} -c ${container.name}`;
  // Without a run before the one that ended is the present one.
  const before = container.last === null ? '' : ' --previous';
  return { say: 'What did it write before it ended?', command: `${name}${before} --tail=50` };
}

/** `deployment/web` for kubectl, null for what kubectl cannot change as a whole (a bare pod, a controller of another kind). */
export function changeable({ kind, name }: Subject): string | null {
  return ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) ? `${kind.toLowerCase()}/${name}` : null;
}

/** A shell command in the container, also once its workload has been changed: only a StatefulSet's pods keep their names. */
export function inContainer({ subject, pod, container }: RunPlace, shell: string): string {
  const target = subject.kind === 'Deployment' ? `deployment/${subject.name}` : pod.name;
  return command`kubectl -n ${pod.namespace} exec ${target} -c ${container.name} -- sh -c ${shell}`;
}
