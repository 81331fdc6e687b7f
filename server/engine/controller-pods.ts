import type { PodFact } from '#server/facts/pod.ts';
import type { ReplicaSetFact } from '#server/facts/replica-set.ts';

/** The pods of each controller, brought up to date by those pods alone that are other objects than before. */
export interface ControllerPods {
  /** Returns the controllers (`Deployment/media/jellyfin`) of which any pod came, went or changed. */
  update(pods: ReadonlyMap<string, PodFact>, replicaSets: ReadonlyMap<string, ReplicaSetFact>): ReadonlySet<string>;
  /** Those of a controller that run or are to run; none if it is not known. */
  of(controller: string): PodFact[];
  has(controller: string): boolean;
}

interface Entry {
  pod: PodFact;
  controller: string;
  turn: number;
}

/** Knows no pods yet. */
export function createControllerPods(): ControllerPods {
  const entries = new Map<string, Entry>();
  const byController = new Map<string, Map<string, PodFact>>();
  let turn = 0;

  function leave({ controller, pod }: Entry): void {
    const pods = byController.get(controller);
    pods?.delete(pod.key);
    if (pods?.size === 0) byController.delete(controller);
  }

  function join(pod: PodFact, controller: string): void {
    entries.set(pod.key, { pod, controller, turn });
    const pods = byController.get(controller) ?? new Map<string, PodFact>();
    byController.set(controller, pods.set(pod.key, pod));
  }

  return {
    update(pods, replicaSets) {
      turn += 1;
      const touched = new Set<string>();
      for (const pod of pods.values()) {
        const held = entries.get(pod.key);
        if (held?.pod === pod) {
          held.turn = turn;
          continue;
        }
        const controller = controllerOf(pod, replicaSets);
        if (held !== undefined && held.controller !== controller) leave(held);
        if (controller === null) entries.delete(pod.key);
        else join(pod, controller);
        touched.add(held?.controller ?? controller ?? '').add(controller ?? '');
      }
      for (const [key, entry] of entries) {
        if (entry.turn === turn) continue;
        leave(entry);
        entries.delete(key);
        touched.add(entry.controller);
      }
      touched.delete('');
      return touched;
    },
    of: (controller) => [...(byController.get(controller)?.values() ?? [])].filter(isLive),
    has: (controller) => byController.has(controller),
  };
}

function isLive({ phase, deletingAt }: PodFact): boolean {
  return deletingAt === null && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Null for bare and static pods and those of Jobs, and as long as the owner of its ReplicaSet is not known. */
function controllerOf(pod: PodFact, replicaSets: ReadonlyMap<string, ReplicaSetFact>): string | null {
  const { owner, namespace, templateHash } = pod;
  if (owner === null || owner.kind === 'Job') return null;
  if (owner.kind !== 'ReplicaSet') return `${owner.kind}/${namespace}/${owner.name}`;
  const replicaSet = replicaSets.get(`${namespace}/${owner.name}`);
  if (replicaSet !== undefined) {
    const { kind, name } = replicaSet.owner ?? owner;
    return `${kind}/${namespace}/${name}`;
  }
  // Without the right to see ReplicaSets: a Deployment names them after itself and the hash.
  const suffix = `-${templateHash}`;
  const named = templateHash !== '' && owner.name.endsWith(suffix);
  return named ? `Deployment/${namespace}/${owner.name.slice(0, -suffix.length)}` : null;
}
