import type { Fate } from './fate.ts';
import { rawTime } from './raw-objects.ts';
import { quotaStatus } from './workload-status.ts';
import type { WorkloadController } from './workload-controller.ts';
import type { Installed } from './workload-pods.ts';
import { quotas } from './workloads.ts';
import type { World } from './world.ts';

type Refused = Fate & { is: 'refused' };

/** Pods that the API server does not let in. */
export interface PodRefusals {
  /** Lowers the quota, if it is one, to what is there, and has the controller try in vain again and again. */
  begin(entry: Installed, fate: Refused): void;
  /** The quota is as it was, and nobody tries in vain any more. */
  end(entry: Installed): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 128_000;

export function startPodRefusals(world: World, controller: WorkloadController): PodRefusals {
  const { store, random } = world;

  function attempt(entry: Installed, fate: Refused, pauseMs: number, expiredAt: number): void {
    if (entry.fate !== fate) return;
    const { workload, next } = entry;
    const pod = workload.kind === 'StatefulSet' ? `${workload.name}-0` : `${next.owner.name}-${random.suffix(5)}`;
    const why =
      'quota' in fate
        ? overQuota(world, workload.namespace, fate.quota, pod)
        : uncalled(fate.webhook, fate.url, expiredAt, world.now());
    if (why === null) return;
    tell(entry, pod, why);
    controller.refuse(next.owner.uid, why);
    const nextPauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS);
    world.later(pauseMs, () => attempt(entry, fate, nextPauseMs, expiredAt));
  }

  function tell(entry: Installed, pod: string, why: string): void {
    const { workload, next } = entry;
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
      if ('quota' in fate) setHard(world, namespace, fate.quota, { pods: String(podsIn(world, namespace).length) });
      attempt(entry, fate, FIRST_RETRY_MS, 'webhook' in fate ? world.now() - fate.expiredAgoMs : 0);
    },
    end({ workload, next, fate }) {
      controller.refuse(next.owner.uid, null);
      const name = fate?.is === 'refused' && 'quota' in fate ? fate.quota : null;
      const quota = quotas.find((each) => each.namespace === workload.namespace && each.name === name);
      if (quota) setHard(world, quota.namespace, quota.name, quota.hard);
    },
  };
}

/** Null if the quota is not there. */
function overQuota(world: World, namespace: string, name: string, pod: string): string | null {
  const quota = world.store.get('resourcequotas', `${namespace}/${name}`);
  if (!quota) return null;
  const used = quotaStatus(quota, podsIn(world, namespace)).used['pods'];
  const counts = `requested: pods=1, used: pods=${used}, limited: pods=${quota.spec.hard['pods']}`;
  return `pods "${pod}" is forbidden: exceeded quota: ${name}, ${counts}`;
}

/** Word for word as the API server says it; the time in it is that of the attempt. */
function uncalled(webhook: string, url: string, expiredAt: number, now: number): string {
  const out = `current time ${rawTime(now)} is after ${rawTime(expiredAt)}`;
  const tls = `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: ${out}`;
  return `Internal error occurred: failed calling webhook "${webhook}": failed to call webhook: Post "${url}": ${tls}`;
}

function setHard({ store }: World, namespace: string, name: string, hard: Record<string, string>): void {
  const known = store.get('resourcequotas', `${namespace}/${name}`);
  if (known) store.put('resourcequotas', { ...known, spec: { hard: { ...known.spec.hard, ...hard } } });
}

function podsIn({ store }: World, namespace: string) {
  return store.list('pods').filter(({ metadata }) => metadata.namespace === namespace);
}
