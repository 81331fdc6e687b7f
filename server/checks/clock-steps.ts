import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { nodeDistribution, type Distribution } from './distribution.ts';
import { shorten } from './shorten.ts';

/** How to look at the clock of the machine that the wall runs on, and to have it kept in time. */
export const wallClockSteps: readonly Step[] = clockSteps('On the machine of the wall');

/** The same of the API server's machine. */
export function serverClockSteps(distribution: Distribution): readonly Step[] {
  return distribution === 'talos'
    ? [{ say: 'How does the clock of the server go?', command: 'talosctl time' }]
    : clockSteps('On the server node');
}

/** The same of a node. */
export function nodeClockSteps(node: NodeFact): readonly Step[] {
  const { name, internalIp } = node;
  return nodeDistribution(node) === 'talos'
    ? [{ say: 'How does its clock go?', command: command`talosctl -n ${internalIp ?? name} time` }]
    : clockSteps(`On ${shorten(name, 60)}`);
}

function clockSteps(where: string): Step[] {
  return [
    { say: `${where}: is its clock kept in time (NTP service: active)?`, command: 'timedatectl status' },
    { say: 'Have it kept in time', command: 'timedatectl set-ntp true' },
    { say: 'With chrony: set it at once', command: 'chronyc makestep' },
  ];
}
