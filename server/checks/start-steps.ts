import type { NodeFact } from '#server/facts/node.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { nodeDistribution } from './distribution.ts';
import { describePod } from './pull-steps.ts';
import type { SchedulerLook } from './scheduler-words.ts';
import type { StuckStart } from './stuck-start.ts';
import type { StartLook } from './start-words.ts';

/** The first steps for a pod that does not start; `node` undefined if it has none. */
export function startSteps({ looks, missing }: StuckStart, pod: PodFact, node: NodeFact | undefined): Step[] {
  const place = { pod, node, missing };
  return [...looks.slice(0, 3).flatMap((look) => lookStep(look, place)), describePod(pod)];
}

interface Place {
  pod: PodFact;
  node: NodeFact | undefined;
  missing: string;
}

function lookStep(look: SchedulerLook | StartLook, { pod, node, missing }: Place): Step[] {
  const { namespace } = pod;
  switch (look) {
    case 'room':
      return [
        { say: 'What is taken on each node?', command: 'kubectl describe nodes | grep -A 9 "Allocated resources"' },
      ];
    case 'labels':
      return [{ say: 'Which labels do the nodes have?', command: 'kubectl get nodes --show-labels' }];
    case 'taints':
      return [
        {
          say: 'Which taints do the nodes have?',
          command: "kubectl get nodes -o 'custom-columns=NAME:.metadata.name,TAINTS:.spec.taints[*].key'",
        },
      ];
    case 'nodes':
      return [{ say: 'How are the nodes?', command: 'kubectl get nodes -o wide' }];
    case 'pods':
      return [{ say: 'What runs where?', command: 'kubectl get pods -A -o wide' }];
    case 'claims':
      return [
        {
          say: 'How are its volume claims?',
          command: command`kubectl -n ${namespace} get persistentvolumeclaims -o wide`,
        },
      ];
    case 'damage':
      return damageSteps(namespace, missing);
    case 'attachments':
      return [{ say: 'Which volume is attached where?', command: 'kubectl get volumeattachments' }];
    case 'drivers':
      return [{ say: 'Which storage drivers run on which node?', command: 'kubectl get csinodes -o yaml' }];
    case 'secret':
    case 'config-map':
    case 'service-account':
      return [
        listStep(look, namespace),
        ...(missing === '' ? [] : [{ say: 'Create what is missing, or correct its name in the workload' }]),
      ];
    case 'image-user':
      return [{ say: 'Set runAsUser to a number other than 0 in the workload, or use an image with such a user' }];
    case 'network':
      return [
        {
          say: 'Do the pods of the network run there?',
          command: command`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${pod.node ?? ''}`}`,
        },
      ];
    case 'disk':
      return diskStep(node);
  }
}

/** A repair of a copy that the storage system has cut off itself makes it worse. */
function damageSteps(namespace: string, volume: string): Step[] {
  return [
    {
      say: 'Which claim and which volume is it?',
      command: command`kubectl -n ${namespace} get persistentvolumeclaims -o wide`,
    },
    ...(volume === ''
      ? []
      : [{ say: 'Where is it stored?', command: command`kubectl describe persistentvolume ${volume}` }]),
    { say: 'Look at the volume in its storage system, and at its backups, before a repair with fsck' },
  ];
}

function listStep(look: 'secret' | 'config-map' | 'service-account', namespace: string): Step {
  const kinds = { secret: 'secrets', 'config-map': 'configmaps', 'service-account': 'serviceaccounts' };
  return { say: 'Which are there?', command: command`kubectl -n ${namespace} get ${kinds[look]}` };
}

function diskStep(node: NodeFact | undefined): Step[] {
  if (node === undefined) return [];
  return nodeDistribution(node) === 'talos'
    ? [
        {
          say: 'What fills the disk?',
          command: command`talosctl -n ${node.internalIp ?? node.name} usage /var -d 2 -H`,
        },
      ]
    : [{ say: `On ${node.name}: which disk is full?`, command: 'df -h' }];
}
