import type { Snapshot } from '#server/engine/snapshot.ts';
import { figuresOf } from './group-figures.ts';
import { perFacts } from './per-snapshot.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** Which workload makes the volumes of a provisioner, by the names that its own manifests give: a new one is a row here. */
const makers: readonly (readonly [provisioner: RegExp, workload: RegExp])[] = [
  [/^rancher\.io\/local-path$/, /^local-path-provisioner$/],
  [/^driver\.longhorn\.io$/, /^csi-provisioner$/],
  [/\.rbd\.csi\.ceph\.com$/, /rbd.*(?:provisioner|ctrlplugin)/],
  [/\.cephfs\.csi\.ceph\.com$/, /cephfs.*(?:provisioner|ctrlplugin)/],
  [/^nfs\.csi\.k8s\.io$/, /^csi-nfs-controller$/],
  [/^smb\.csi\.k8s\.io$/, /^csi-smb-controller$/],
  [/nfs-subdir-external-provisioner$/, /nfs-subdir-external-provisioner|nfs-client-provisioner/],
  [/^openebs\.io\/local$/, /localpv-provisioner$/],
  [/^local\.csi\.openebs\.io$/, /lvm-localpv-controller|openebs-lvm-controller/],
  [/^zfs\.csi\.openebs\.io$/, /zfs-localpv-controller|openebs-zfs-controller/],
  [/^org\.democratic-csi\./, /democratic-csi.*controller/],
  [/^topolvm\.io$/, /topolvm-controller/],
  [/^csi\.proxmox\./, /proxmox-csi.*controller/],
  [/^csi\.hetzner\.cloud$/, /^hcloud-csi-controller$/],
  [/^linstor\.csi\.linbit\.com$/, /linstor-csi-controller/],
];

/** The workload that makes the volumes of a provisioner, as far as it is known and runs in this cluster; null otherwise. */
export function makerOf(provisioner: string, snapshot: Snapshot): WorkloadGroup | null {
  const pattern = makers.find(([of]) => of.test(provisioner))?.[1];
  if (pattern === undefined) return null;
  return makerGroups(snapshot).find(({ subject }) => pattern.test(subject.name)) ?? null;
}

/** "local-path-provisioner: 0 of 1 ready"; null where nobody knows it, or it is as it should be. */
export function idleMaker(
  provisioner: string,
  snapshot: Snapshot,
): { group: WorkloadGroup; ready: number; wanted: number } | null {
  const group = makerOf(provisioner, snapshot);
  if (group === null) return null;
  const { ready, wanted } = figuresOf(group);
  return ready > 0 ? null : { group, ready, wanted };
}

const mayMake = /provision|csi|controller/;

/** Few of all workloads may be one: looked for once, as long as none changes. */
const makerGroups = perFacts(['pod', 'deployment', 'statefulSet', 'daemonSet', 'replicaSet'], (snapshot) =>
  allWorkloads(snapshot).filter(({ subject }) => subject.kind !== 'Pod' && mayMake.test(subject.name)),
);
