import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { doubled } from './quantity.ts';
import { changeable, logStep, type RunPlace } from './run-place.ts';

/** The first steps for a container that was killed for memory: its own limit, or all that its node has. */
export function memorySteps(place: RunPlace, ofNode: boolean): Step[] {
  const { pod } = place;
  const usage = {
    say: 'How much does it use now?',
    command: command`kubectl -n ${pod.namespace} top pod ${pod.name} --containers`,
  };
  return ofNode ? [...nodeSteps(place), usage, logStep(place)] : [usage, ...limitSteps(place), logStep(place)];
}

function limitSteps({ subject, pod, container }: RunPlace): Step[] {
  const more = doubled(container.memoryLimit ?? '');
  const target = changeable(subject);
  if (more === null || target === null) return [{ say: 'Raise its limit where it is written, if it needs more' }];
  return [
    {
      say: 'If it needs more: twice its limit (where a chart or a GitOps tool sets it, change it there)',
      command: command`kubectl -n ${pod.namespace} set resources ${target} -c ${container.name} --limits=${`memory=${more}`}`,
    },
  ];
}

function nodeSteps({ pod }: RunPlace): Step[] {
  return [
    { say: 'Which pods use most?', command: 'kubectl top pods -A --sort-by=memory' },
    ...(pod.node === null
      ? []
      : [{ say: 'How much has its node promised?', command: command`kubectl describe node ${pod.node}` }]),
    { say: 'Give what uses most a limit, or move it to another node' },
  ];
}
