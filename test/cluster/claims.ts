import type { ControlPlane } from './control-plane.ts';
import { until } from './until.ts';
import type { VolumePlace } from './volume-place.ts';

/** A claim and the volume that it is to have, or none. */
export interface ClaimPlan {
  namespace: string;
  name: string;
  /** Where its data are, and the node that has it; without it the claim waits. */
  on?: { place: Pick<VolumePlace, 'path'>; node: string };
  /** Name of the PersistentVolume; that of namespace and claim by default. */
  volume?: string;
  /** `10Mi` by default. */
  size?: string;
  storageClass?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
}

/** A claim, and a PersistentVolume of type `local` for it where it has one, as objects to apply. */
export function claimObjects(plan: ClaimPlan): object[] {
  const { namespace, name, on, size = '10Mi', storageClass = '', annotations, labels } = plan;
  const volumeName = on && (plan.volume ?? `${namespace}-${name}`);
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: storageClass };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name, annotations, labels },
    spec: { ...common, resources: { requests: { storage: size } }, volumeName },
  };
  if (on === undefined) return [claim];
  const isNode = { key: 'kubernetes.io/hostname', operator: 'In', values: [on.node] };
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: {
      ...{ ...common, capacity: { storage: size }, persistentVolumeReclaimPolicy: 'Retain' },
      ...{ local: { path: on.place.path }, claimRef: { namespace, name } },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [isNode] }] } },
    },
  };
  return [volume, claim];
}

/** Applies claims with their volumes and waits until each that has a volume is bound: a pod that comes sooner is held up. */
export async function applyClaims(plane: ControlPlane, plans: readonly ClaimPlan[]): Promise<void> {
  await plane.apply(plans.flatMap(claimObjects));
  for (const { namespace, name } of plans.filter(({ on }) => on !== undefined)) {
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
    await until(`${name} is bound`, async () => {
      const { status } = await plane.request<{ status: { phase: string } }>('GET', path);
      return status.phase === 'Bound';
    });
  }
}

/** Parts of a Deployment whose container has claims mounted below `/data`. */
export function mounting(image: string, ...claims: readonly string[]) {
  const volumeMounts = claims.map((name) => ({ name, mountPath: `/data/${name}` }));
  const volumes = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { container: { image, volumeMounts }, pod: { volumes } };
}
