import type { Fate } from './fate.ts';
import { quotaStatus } from './workload-status.ts';
import type { WorkloadController } from './workload-controller.ts';
import type { Installed } from './workload-pods.ts';
import { quotas } from './workloads.ts';
import type { World } from './world.ts';

/** Pods that a quota does not let in. */
export interface QuotaRefusals {
  /** Lowers the quota to what is there, and has the controller try in vain again and again. */
  begin(entry: Installed, fate: Fate & { is: 'refused' }): void;
  /** The quota is as it was. */
  end(entry: Installed): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 128_000;

export function startQuotaRefusals(world: World, controller: WorkloadController): QuotaRefusals {
  const { store, random } = world;

  function attempt(entry: Installed, fate: Fate & { is: 'refused' }, pauseMs: number): void {
    if (entry.fate !== fate) return;
    const { workload, next } = entry;
    const quota = store.get('resourcequotas', `${workload.namespace}/${fate.quota}`);
    if (!quota) return;
    const used = quotaStatus(quota, podsIn(world, workload.namespace)).used['pods'];
    const pod = workload.kind === 'StatefulSet' ? `${workload.name}-0` : `${next.owner.name}-${random.suffix(5)}`;
    const counts = `requested: pods=1, used: pods=${used}, limited: pods=${quota.spec.hard['pods']}`;
    const why = `pods "${pod}" is forbidden: exceeded quota: ${fate.quota}, ${counts}`;
    tell(entry, pod, why);
    controller.refuse(next.owner.uid, why);
    world.later(pauseMs, () => attempt(entry, fate, Math.min(pauseMs * 2, LONGEST_RETRY_MS)));
  }

  function tell({ workload, next }: Installed, pod: string, why: string): void {
    const key = `${workload.namespace}/${next.owner.name}`;
    const isStateful = workload.kind === 'StatefulSet';
    const about = isStateful ? store.get('statefulsets', key) : store.get('replicasets', key);
    if (!about) return;
    const said = { reason: 'FailedCreate', type: 'Warning', repeats: true } as const;
    const message = isStateful ? `create Pod ${pod} in StatefulSet ${workload.name} failed error: ${why}` : '';
    world.note(
      isStateful
        ? { ...said, about, kind: 'StatefulSet', message, component: 'statefulset-controller' }
        : { ...said, about, kind: 'ReplicaSet', message: `Error creating: ${why}`, component: 'replicaset-controller' },
    );
  }

  return {
    begin(entry, fate) {
      const { namespace } = entry.workload;
      setHard(world, namespace, fate.quota, { pods: String(podsIn(world, namespace).length) });
      attempt(entry, fate, FIRST_RETRY_MS);
    },
    end({ workload, next, fate }) {
      controller.refuse(next.owner.uid, null);
      const quota = quotas.find(({ namespace, name }) => {
        return namespace === workload.namespace && fate?.is === 'refused' && name === fate.quota;
      });
      if (quota) setHard(world, quota.namespace, quota.name, quota.hard);
    },
  };
}

function setHard({ store }: World, namespace: string, name: string, hard: Record<string, string>): void {
  const known = store.get('resourcequotas', `${namespace}/${name}`);
  if (known) store.put('resourcequotas', { ...known, spec: { hard: { ...known.spec.hard, ...hard } } });
}

function podsIn({ store }: World, namespace: string) {
  return store.list('pods').filter(({ metadata }) => metadata.namespace === namespace);
}
