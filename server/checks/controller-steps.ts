import type { Step, Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';

/** What the API knows of a workload's controller, and which of its namespace's pods do what. */
export function controllerSteps({ kind, namespace = '', name }: Subject): Step[] {
  return [
    {
      say: 'What do its pods do?',
      command: command`kubectl -n ${namespace} get pods -o wide`,
    },
    {
      say: 'See what the API knows of it',
      command: command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`,
    },
  ];
}
