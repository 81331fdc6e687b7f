import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { isServerNode, nodeDistribution } from './distribution.ts';

/** The first steps for a node whose kubelet is silent or not ready. */
export function kubeletSteps(node: NodeFact): Step[] {
  return [...reachSteps(node), ...serviceSteps(node), describeStep(node.name)];
}

/** What the API knows of a node. */
export function describeStep(name: string): Step {
  return { say: 'See what the API knows of it', command: command`kubectl describe node ${name}` };
}

function reachSteps({ internalIp, name }: NodeFact): Step[] {
  return [{ say: 'Is the machine there?', command: command`ping -c 3 ${internalIp ?? name}` }];
}

function serviceSteps(node: NodeFact): Step[] {
  const unit = unitOf(node);
  if (unit === null) {
    const target = node.internalIp ?? node.name;
    return [
      { say: 'Does its kubelet run?', command: command`talosctl -n ${target} services` },
      { say: 'What did the kubelet say last?', command: command`talosctl -n ${target} logs kubelet --tail 50` },
    ];
  }
  return [
    { say: `On ${node.name}: does it run?`, command: command`systemctl status ${unit}` },
    { say: 'What did it say last?', command: command`journalctl -u ${unit} -n 50 --no-pager` },
  ];
}

/** The systemd unit that runs the kubelet, null on Talos, which has none. */
function unitOf(node: NodeFact): string | null {
  const server = isServerNode(node);
  switch (nodeDistribution(node)) {
    case 'k3s':
      return server ? 'k3s' : 'k3s-agent';
    case 'rke2':
      return server ? 'rke2-server' : 'rke2-agent';
    case 'talos':
      return null;
    case 'kubeadm':
    case 'unknown':
      return 'kubelet';
  }
}
