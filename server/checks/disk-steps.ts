import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { nodeDistribution } from './distribution.ts';

/** The first steps for a node whose disk is full or fills. */
export function diskSteps(node: NodeFact): Step[] {
  const target = node.internalIp ?? node.name;
  switch (nodeDistribution(node)) {
    case 'talos':
      return [{ say: 'What fills the disk?', command: command`talosctl -n ${target} usage /var -d 2 -H` }];
    case 'k3s':
      return onNode(node.name, 'k3s crictl rmi --prune');
    case 'rke2':
    case 'kubeadm':
    case 'unknown':
      return onNode(node.name, 'crictl rmi --prune');
  }
}

function onNode(name: string, prune: string): Step[] {
  return [
    { say: `On ${name}: which disk is full?`, command: 'df -h' },
    { say: 'Remove images that nothing uses', command: prune },
    { say: 'Shorten the system log', command: 'journalctl --vacuum-size=200M' },
  ];
}

/** The first steps for a node that runs out of inodes: it is the number of files, not their size. */
export function inodeSteps(node: NodeFact): Step[] {
  const target = node.internalIp ?? node.name;
  if (nodeDistribution(node) === 'talos') {
    return [{ say: 'Where are so many files?', command: command`talosctl -n ${target} usage /var -d 3 -a` }];
  }
  return [
    { say: `On ${node.name}: which disk has no inodes left?`, command: 'df -i' },
    { say: 'Where are so many files?', command: 'du --inodes -x -d 4 / | sort -n | tail' },
  ];
}
