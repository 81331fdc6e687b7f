import type { Subject } from '#shared/finding.ts';

/** The checks whose verdicts about a node come from what its kubelet tells, and from nothing of the API. */
export const kubeletChecks: string[] = [
  'nodes/disk-full',
  'nodes/inodes-full',
  'nodes/memory-high',
  'certificates/kubernetes-restart-renews',
];

/** True for the sources that a node's kubelet brings. */
export function isKubeletOf(node: string, { kind, name }: Subject): boolean {
  return kind === 'Source' && (name === `kubelet/${node}` || name === `kubelet-certificates/${node}`);
}
