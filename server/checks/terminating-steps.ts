import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { HoldUp } from './hold-up.ts';
import { describePod } from './pull-steps.ts';

/** The first steps for a deleted pod that does not go; by force last, with what that may cost. */
export function terminatingSteps(pod: PodFact, { kind }: HoldUp): Step[] {
  return [...lookSteps(pod, kind), describePod(pod), ...forceSteps(pod, kind)];
}

function lookSteps({ namespace, name, node, finalizers }: PodFact, kind: HoldUp['kind']): Step[] {
  const nodeStep = { say: 'How is its node?', command: command`kubectl describe node ${node ?? ''}` };
  if (kind === 'node-gone') return [{ say: 'Which nodes are there?', command: 'kubectl get nodes -o wide' }];
  if (kind === 'node-not-ready') return [nodeStep];
  if (finalizers.length === 0) return node === null ? [] : [nodeStep];
  const path = 'jsonpath={.metadata.finalizers}';
  return [
    {
      say: 'Who must let it go? What set the finalizer must run and do its work',
      command: command`kubectl -n ${namespace} get pod ${name} -o ${path}`,
    },
  ];
}

function forceSteps({ namespace, name, finalizers }: PodFact, kind: HoldUp['kind']): Step[] {
  const force = command`kubectl -n ${namespace} delete pod ${name} --grace-period=0 --force`;
  const release = command`kubectl -n ${namespace} patch pod ${name} --type=merge -p ${'{"metadata":{"finalizers":null}}'}`;
  const freed = {
    say: 'Last resort: take the finalizers off. What they protect is then not cleaned up',
    command: release,
  };
  if (kind === 'finalizer') return [freed];
  return [
    {
      say:
        kind === 'node-gone'
          ? 'If the machine is off for good, take it off the list by force'
          : 'Last resort, if its machine is off: by force. If its containers still run, two pods may write to one volume and damage it',
      command: force,
    },
    ...(finalizers.length === 0 ? [] : [freed]),
  ];
}
