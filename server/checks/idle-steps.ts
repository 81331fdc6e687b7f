import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { changeable, inContainer, type RunPlace } from './run-place.ts';

/**
 * Holds a pod idle with its volumes mounted and copies `directory` (as the shell of the container reads it) away. Probes are
 * taken off as well, or the kubelet would end what only sleeps.
 */
export function idleSteps(place: RunPlace, directory: string): Step[] {
  const { subject, pod, container } = place;
  const target = changeable(subject);
  const backup = {
    say: 'Copy its data away before anything else',
    command: `${inContainer(place, `tar cf - ${directory}`)} > data.tar`,
  };
  if (target === null) {
    return [
      {
        say: 'Hold it idle: let its operator or manifest run "sleep infinity" in place of its command, without probes',
      },
      backup,
    ];
  }
  return [
    {
      say: 'Hold it idle: it sleeps with its volume mounted (first pause a GitOps tool that would take it back)',
      command: command`kubectl -n ${pod.namespace} patch ${target} -p ${sleeping(container.name)}`,
    },
    // A StatefulSet waits for the broken pod to become ready before it takes up the change.
    ...(subject.kind === 'StatefulSet'
      ? [{ say: 'Have its pod made anew', command: command`kubectl -n ${pod.namespace} delete pod ${pod.name}` }]
      : []),
    backup,
  ];
}

function sleeping(name: string): string {
  const off = { livenessProbe: null, readinessProbe: null, startupProbe: null };
  const container = { name, command: ['sleep', 'infinity'], args: null, ...off };
  return JSON.stringify({ spec: { template: { spec: { containers: [container] } } } });
}
