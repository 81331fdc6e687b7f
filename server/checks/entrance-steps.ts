import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { apiDistribution } from './distribution.ts';
import type { EntranceState } from './entrance-state.ts';
import { entranceWhy } from './entrance-why.ts';
import { controllerStatus } from './ingress-controller.ts';
import { askSteps } from './service-steps.ts';

/** The first steps for an Ingress or Gateway controller that is down or cannot be reached. */
export function entranceSteps(state: EntranceState, snapshot: Snapshot): Step[] {
  const { entrance, is } = state;
  const [first] = entrance.controllers;
  if (first === undefined) return [...askOne(state), ...controllerStatus(null)];
  const { namespace, target, group } = first;
  if (is === 'scaled') {
    return [{ say: 'Have it back', command: command`kubectl -n ${namespace} scale ${target} --replicas=1` }];
  }
  if (is === 'no-pods') return entranceWhy(entrance, snapshot).steps;
  const log = { say: 'What does it write?', command: command`kubectl -n ${namespace} logs ${target} --tail=50` };
  return [
    ...askOne(state),
    {
      say: 'Does its Service have its address, and does anybody announce it?',
      command: command`kubectl -n ${namespace} get services -o wide`,
    },
    ...balancerSteps(group.subject.name, snapshot),
    log,
  ];
}

/** One of those behind it that fail. */
function askOne({ entrance }: EntranceState): Step[] {
  const failing = entrance.probes.find(({ outcome }) => outcome === 'down');
  return failing === undefined ? [] : askSteps(failing);
}

/** k3s has a pod on each node take the connections, where nothing else is installed for that. */
function balancerSteps(service: string, snapshot: Snapshot): Step[] {
  if (apiDistribution(snapshot) !== 'k3s') return [];
  return [
    {
      say: 'Do the pods run by which k3s hands connections on (ServiceLB)?',
      command: command`kubectl -n kube-system get pods -o wide -l ${`svccontroller.k3s.cattle.io/svcname=${service}`}`,
    },
  ];
}
