import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { ComponentExpiry } from './component-expiry.ts';
import { isServerNode } from './distribution.ts';
import { restartSteps } from './renew-steps.ts';
import { shorten } from './shorten.ts';

/** The restart of a node in its place among `due`, all that are to be restarted, in their order: servers first, one after another. */
export function restartOrderSteps({ node, product, ends }: ComponentExpiry, due: readonly ComponentExpiry[]): Step[] {
  const servers = isServerNode(node) ? [] : due.filter((each) => isServerNode(each.node));
  const next = due[due.findIndex((each) => each.node === node) + 1];
  return [
    ...(servers.length === 0 ? [] : [{ say: `First the servers: ${namesOf(servers)}` }]),
    ...restartSteps(product, ends[0]?.how === 'api' ? 'api' : 'kubelet', node),
    ...(next === undefined
      ? []
      : [
          {
            say: `Is it ready again? Only then the next: ${shorten(next.node.name, 60)}`,
            command: command`kubectl wait --for=condition=Ready ${`node/${node.name}`} --timeout=5m`,
          },
        ]),
  ];
}

function namesOf(nodes: readonly ComponentExpiry[]): string {
  const names = nodes.slice(0, 3).map(({ node }) => shorten(node.name, 60));
  return `${names.join(', ')}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''}`;
}
