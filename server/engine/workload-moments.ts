import type { Moment } from '#shared/history.ts';
import { createControllerPods } from './controller-pods.ts';
import type { Snapshot } from './snapshot.ts';
import type { TimelineMemory } from './timeline-memory.ts';
import { followWorkload, type WorkloadRecord } from './workload-record.ts';

// A moment need not be told at once, and thousands of pods change all the time.
const lookEveryMs = 5_000;

const scaled = { Deployment: 'deployment', StatefulSet: 'statefulSet' } as const;
const sources = ['pods', 'deployments', 'statefulsets'];

/** Notices what has become of workloads since they were last looked at. */
export interface WorkloadMoments {
  notice(snapshot: Snapshot, memory: TimelineMemory): Moment[];
}

type Controllers = ReadonlyMap<string, { namespace: string; name: string; wanted: number }>;

/** Compares with what `memory` holds, whoever wrote it: images, number of pods and places, of those workloads of which anything changed. */
export function createWorkloadMoments(): WorkloadMoments {
  let pods = createControllerPods();
  let looked: { at: number; memory: TimelineMemory; controllers: Controllers[] } | null = null;

  return {
    notice(snapshot, memory) {
      const { now } = snapshot;
      if (looked !== null && looked.memory === memory && Math.abs(now - looked.at) < lookEveryMs) return [];
      // Only what is seen can be said to have changed, and a workload is looked at as a whole.
      if (sources.some((name) => !isKnown(snapshot, name))) return [];
      if (looked?.memory !== memory) pods = createControllerPods();
      const controllers = Object.values(scaled).map((kind): Controllers => snapshot.facts(kind));
      const before = looked?.memory === memory ? looked.controllers : controllers.map((): Controllers => new Map());
      looked = { at: now, memory, controllers };
      const touched = new Set(pods.update(snapshot.facts('pod'), snapshot.facts('replicaSet')));
      for (const [i, kind] of Object.keys(scaled).entries()) addChanged(touched, kind, before[i], controllers[i]);
      const isThere = (subject: string) => pods.has(subject) || wantedOf(snapshot, subject) !== null;
      memory.makeRoom(isThere);
      return [...touched].filter(isThere).flatMap((subject) => follow(subject, snapshot, memory));
    },
  };

  function follow(subject: string, snapshot: Snapshot, memory: TimelineMemory): Moment[] {
    const [kind = '', , name = ''] = subject.split('/');
    const held = memory.get(subject) as WorkloadRecord | undefined;
    const here = { kind, name, wanted: wantedOf(snapshot, subject), pods: pods.of(subject) };
    const { record, moments } = followWorkload(held, here, snapshot.now);
    if (JSON.stringify(held) !== JSON.stringify(record)) memory.set(subject, record);
    return moments;
  }
}

/** A source that is not installed brings nothing, and that is known. */
function isKnown({ sources }: Snapshot, name: string): boolean {
  const source = sources.get(name);
  return source?.fresh === true || source?.state === 'absent';
}

function addChanged(touched: Set<string>, kind: string, before?: Controllers, after?: Controllers): void {
  if (before === after || before === undefined || after === undefined) return;
  for (const [key, fact] of after) if (before.get(key) !== fact) touched.add(`${kind}/${fact.namespace}/${fact.name}`);
}

function wantedOf(snapshot: Snapshot, subject: string): number | null {
  const slash = subject.indexOf('/');
  const kind = subject.slice(0, slash);
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return null;
  return snapshot.facts(scaled[kind]).get(subject.slice(slash + 1))?.wanted ?? null;
}
