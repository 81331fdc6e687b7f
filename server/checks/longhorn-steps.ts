import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';

/** The first steps for a volume that lacks replicas. */
export function degradedSteps(volume: LonghornVolumeFact): Step[] {
  return [replicasStep(volume), describeStep(volume)];
}

/** The first steps for a volume that has no replica left that can be used: the data may still be in one. */
export function faultedSteps(volume: LonghornVolumeFact): Step[] {
  return [
    { say: 'Delete neither the claim nor the volume nor its replicas: the data may still be in one of them' },
    replicasStep(volume),
    {
      say: "Are the nodes and disks of its replicas back? Then salvage it in Longhorn's page (Volume, Salvage), from the replica that failed last",
      command: command`kubectl -n ${volume.namespace} get nodes.longhorn.io`,
    },
    describeStep(volume),
  ];
}

/** The first steps for a volume whose engine does not answer. */
export function engineSteps(volume: LonghornVolumeFact): Step[] {
  const { namespace, name, node } = volume;
  return [
    {
      say: 'Does its engine run?',
      command: command`kubectl -n ${namespace} get engines.longhorn.io -l ${`longhornvolume=${name}`}`,
    },
    ...(node === ''
      ? []
      : [
          {
            say: `Does the instance manager on ${node} run?`,
            command: command`kubectl -n ${namespace} get pods -l longhorn.io/component=instance-manager --field-selector ${`spec.nodeName=${node}`}`,
          },
        ]),
    describeStep(volume),
  ];
}

/** The first steps for a disk of Longhorn on a node. */
export function diskSteps(namespace: string, node: string, path: string): Step[] {
  return [
    {
      say: 'What does Longhorn say of it?',
      command: command`kubectl -n ${namespace} describe nodes.longhorn.io ${node}`,
    },
    ...(path === '' ? [] : [{ say: `On ${node}: what is on it?`, command: command`df -h ${path}` }]),
  ];
}

function replicasStep({ namespace, name }: LonghornVolumeFact): Step {
  return {
    say: 'Which replicas are there, and where?',
    command: command`kubectl -n ${namespace} get replicas.longhorn.io -l ${`longhornvolume=${name}`} -o wide`,
  };
}

function describeStep({ namespace, name }: LonghornVolumeFact): Step {
  return {
    say: 'What does Longhorn say of the volume?',
    command: command`kubectl -n ${namespace} describe volumes.longhorn.io ${name}`,
  };
}
