import { claimOf } from './claims.ts';
import type { CronWork, Mount, Workload } from './workloads.ts';

// What a workload keeps is on a volume of this name.
const DATA = 'data';

/** Where a workload's container sees its volumes. */
export function mountsOf({ data, mounts = [] }: Workload): { name: string; mountPath: string }[] {
  const own = data === undefined ? [] : [{ name: DATA, mountPath: data }];
  return [...own, ...mounts.map(({ name, path }) => ({ name, mountPath: path }))];
}

/** The volumes in the template of a workload: a StatefulSet's own claims do not stand there. */
export function volumesOf(workload: Workload): object[] {
  const { name, kind, data, mounts = [] } = workload;
  const isOwn = data !== undefined && kind !== 'StatefulSet';
  const own = isOwn ? [{ name: DATA, persistentVolumeClaim: { claimName: `${name}-data` } }] : [];
  return [...own, ...mounts.map(volumeOf)];
}

/** The volumes of one of its pods, those of a StatefulSet's own claims too. */
export function podVolumesOf(workload: Workload): object[] {
  const { name, kind, data } = workload;
  const claimed = data !== undefined && kind === 'StatefulSet';
  const own = claimed ? [{ name: DATA, persistentVolumeClaim: { claimName: `${DATA}-${name}-0` } }] : [];
  return [...own, ...volumesOf(workload)];
}

/** The volumes of a CronJob's pods, and where they are seen. */
export function cronVolumesOf({ claim }: CronWork) {
  if (claim === undefined) return { volumes: [], mounts: [] };
  const volumes = [{ name: DATA, persistentVolumeClaim: { claimName: claim, readOnly: true } }];
  return { volumes, mounts: [{ name: DATA, mountPath: '/data' }] };
}

/** What a StatefulSet claims for each of its pods. */
export function claimTemplatesOf({ namespace, name, kind, data }: Workload): object[] {
  if (kind !== 'StatefulSet' || data === undefined) return [];
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: `${claimOf(`${namespace}/${DATA}-${name}-0`)?.gibibytes ?? 8}Gi` } },
    storageClassName: 'longhorn',
    volumeMode: 'Filesystem',
  };
  return [
    {
      ...{ kind: 'PersistentVolumeClaim', apiVersion: 'v1', metadata: { name: DATA } },
      ...{ spec, status: { phase: 'Pending' } },
    },
  ];
}

function volumeOf({ name, is, of }: Mount): object {
  switch (is) {
    case 'configMap':
      return { name, configMap: { name: of, defaultMode: 420 } };
    case 'secret':
      return { name, secret: { secretName: of, defaultMode: 420 } };
    case 'emptyDir':
      return { name, emptyDir: {} };
    case 'claim':
      return { name, persistentVolumeClaim: { claimName: of } };
  }
}
