/** The ten places on the wall, in their fixed order. */
export const areas = [
  'control-plane',
  'nodes',
  'workloads',
  'jobs',
  'certificates',
  'storage',
  'backups',
  'registry',
  'services',
  'gitops',
] as const;

export type Area = (typeof areas)[number];

export const areaTitles: Record<Area, string> = {
  'control-plane': 'Control plane',
  nodes: 'Nodes',
  workloads: 'Workloads',
  jobs: 'Jobs',
  certificates: 'Certificates',
  storage: 'Storage',
  backups: 'Backups',
  registry: 'Registry',
  services: 'Services',
  gitops: 'GitOps',
};

/** True if a stranger's string names an area. */
export function isArea(text: string): text is Area {
  return (areas as readonly string[]).includes(text);
}
