import type { ControlPlane } from './control-plane.ts';
import { customResource } from './custom-resource.ts';
import { until } from './until.ts';

/** What makes backups or keeps volumes, and can be installed. */
export type System = 'longhorn' | 'rook' | 'velero' | 'k8up' | 'volsync' | 'snapshots' | 'k3s';

/** Something that a controller has written. */
export interface Told {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; [field: string]: unknown };
  spec?: object;
  status?: object;
}

interface Installed {
  group: string;
  version: string;
  /** Plural by kind. */
  kinds: Readonly<Record<string, string>>;
  /** Velero's kinds have no status of their own, and a snapshot of K8up has none at all. */
  withoutStatus?: readonly string[];
  scope?: 'Cluster';
}

const systems: Readonly<Record<System, Installed>> = {
  longhorn: {
    ...{ group: 'longhorn.io', version: 'v1beta2' },
    kinds: {
      ...{ Volume: 'volumes', Replica: 'replicas', Node: 'nodes', Backup: 'backups', BackupVolume: 'backupvolumes' },
      ...{ BackupTarget: 'backuptargets', RecurringJob: 'recurringjobs' },
    },
  },
  rook: {
    ...{ group: 'ceph.rook.io', version: 'v1' },
    kinds: { CephCluster: 'cephclusters', CephBlockPool: 'cephblockpools' },
  },
  velero: {
    ...{ group: 'velero.io', version: 'v1' },
    kinds: { Backup: 'backups', Schedule: 'schedules', BackupStorageLocation: 'backupstoragelocations' },
    withoutStatus: ['Backup', 'Schedule', 'BackupStorageLocation'],
  },
  k8up: {
    ...{ group: 'k8up.io', version: 'v1' },
    kinds: { Schedule: 'schedules', Backup: 'backups', Snapshot: 'snapshots' },
    withoutStatus: ['Snapshot'],
  },
  volsync: {
    ...{ group: 'volsync.backube', version: 'v1alpha1' },
    kinds: { ReplicationSource: 'replicationsources' },
  },
  snapshots: { ...{ group: 'snapshot.storage.k8s.io', version: 'v1' }, kinds: { VolumeSnapshot: 'volumesnapshots' } },
  k3s: {
    ...{ group: 'k3s.cattle.io', version: 'v1' },
    ...{ kinds: { ETCDSnapshotFile: 'etcdsnapshotfiles' }, scope: 'Cluster' },
  },
};

/** The API version of a system's objects. */
export function apiVersionOf(system: System): string {
  return `${systems[system].group}/${systems[system].version}`;
}

/** Adds the CRDs of systems, and waits until all their kinds are served. */
export async function install(plane: ControlPlane, ...wanted: readonly System[]): Promise<void> {
  await plane.apply(wanted.flatMap((system) => definitionsOf(systems[system])));
  for (const system of wanted) {
    for (const plural of Object.values(systems[system].kinds)) {
      const path = `/apis/${apiVersionOf(system)}/${plural}`;
      await until(`${path} is served`, () => plane.request('GET', path));
    }
  }
}

/** Writes an object as its controller does, its status too, whether it is there or not. */
export async function tell(plane: ControlPlane, ...objects: readonly Told[]): Promise<void> {
  for (const { status, ...object } of objects) {
    const { path, hasStatus } = placeOf(object);
    const head = { apiVersion: object.apiVersion, kind: object.kind };
    await applied(plane, path, hasStatus ? object : { ...object, status });
    if (hasStatus && status !== undefined) await applied(plane, `${path}/status`, { ...head, status });
  }
}

/** Deletes objects, as retention does. */
export async function forgetAll(plane: ControlPlane, ...objects: readonly Told[]): Promise<void> {
  for (const object of objects) await plane.request('DELETE', placeOf(object).path);
}

/** Where objects of the kind are created, and whether a status is kept that comes with them. */
export function placeOf({ apiVersion, kind, metadata }: Told): { path: string; all: string; hasStatus: boolean } {
  const system = Object.values(systems).find(({ group, version }) => apiVersion === `${group}/${version}`);
  const plural = system?.kinds[kind];
  if (system === undefined || plural === undefined) throw new Error(`${apiVersion} ${kind} is of no system`);
  const namespace = system.scope === 'Cluster' ? '' : `/namespaces/${metadata.namespace}`;
  const all = `/apis/${apiVersion}${namespace}/${plural}`;
  return { path: `${all}/${metadata.name}`, all, hasStatus: system.withoutStatus?.includes(kind) !== true };
}

function definitionsOf({ group, version, kinds, withoutStatus = [], scope }: Installed): object[] {
  return Object.entries(kinds).map(([kind, plural]) => {
    const hasStatus = !withoutStatus.includes(kind);
    return customResource({ group, kind, plural, versions: [version], hasStatus, ...(scope && { scope }) });
  });
}

async function applied(plane: ControlPlane, path: string, body: object): Promise<void> {
  const contentType = 'application/apply-patch+yaml';
  await plane.request('PATCH', `${path}?fieldManager=controller&force=true`, body, { contentType });
}
