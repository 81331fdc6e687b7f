import type { Snapshot } from '#server/engine/snapshot.ts';
import { outageOf, type Outage } from './entrance-outage.ts';
import { figuresOf } from './group-figures.ts';
import { perSnapshot } from './per-snapshot.ts';
import { entrances, type Entrance } from './service-entrances.ts';

/** How it stands with an entrance. */
export interface EntranceState {
  entrance: Entrance;
  /** Pods that its workloads want and have; `seen` only while what the API says of them can be believed. */
  pods: { wanted: number; ready: number; seen: boolean };
  /** That nobody gets through it, as we have asked; null if that is not so. */
  outage: Outage | null;
  /** `no-pods`: none is ready; `scaled`: it wants none, and nobody gets through; `closed`: pods are ready or not seen, and nobody gets through. */
  is: 'fine' | 'no-pods' | 'scaled' | 'closed';
}

/** The state of each entrance, by the id of its subject. */
export const entranceStates = perSnapshot((snapshot): ReadonlyMap<string, EntranceState> => {
  return new Map([...entrances(snapshot)].map(([id, entrance]) => [id, stateOf(entrance, snapshot)]));
});

function stateOf(entrance: Entrance, snapshot: Snapshot): EntranceState {
  const pods = podsOf(entrance, snapshot);
  const outage = outageOf(entrance, snapshot);
  const noPods = pods.wanted > 0 && pods.ready === 0;
  const head = { entrance, pods, outage };
  if (noPods && (pods.seen || outage === null)) return { ...head, is: 'no-pods' };
  if (outage === null) return { ...head, is: 'fine' };
  const scaled = entrance.controllers.length > 0 && pods.wanted === 0 && pods.seen;
  return { ...head, is: scaled ? 'scaled' : 'closed' };
}

function podsOf({ controllers }: Entrance, { sources }: Snapshot): EntranceState['pods'] {
  // Without the right to see pods the controllers' own counts are all there is.
  const countPods = (sources.get('pods')?.freshAt ?? null) !== null;
  let wanted = 0;
  let ready = 0;
  for (const { group } of controllers) {
    const figures = figuresOf(group);
    wanted += figures.wanted;
    ready += countPods ? figures.ready : (group.controller?.ready ?? 0);
  }
  return { wanted, ready, seen: podSources(controllers, countPods).every((name) => sources.get(name)?.fresh === true) };
}

/** The sources by which the pods of an entrance are known. */
export function podSources(controllers: Entrance['controllers'], countPods: boolean): string[] {
  const own = controllers.flatMap(({ group }) => group.controller?.source ?? []);
  return [...new Set([...own, ...(countPods || own.length === 0 ? ['pods'] : [])])];
}
