/** The checks whose verdicts about a node come from what its kubelet measures, and from nothing of the API. */
export const kubeletChecks: string[] = ['nodes/disk-full', 'nodes/inodes-full', 'nodes/memory-high'];
