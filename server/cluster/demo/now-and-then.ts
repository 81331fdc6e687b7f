import type { PodLife } from './pod-life.ts';
import type { World } from './world.ts';
import { restless } from './workloads.ts';

// Seldom enough to be no worry.
const FALL_EVERY_MS = { low: 600_000, high: 1_200_000 };
const ENDS = [
  { exitCode: 1, reason: 'Error' },
  { exitCode: 137, reason: 'OOMKilled' },
] as const;

/** Lets a pod fall over now and then; its kubelet starts it again. Ends with the schedule. */
export function fallNowAndThen(world: World, pods: PodLife): void {
  const { store, random, schedule, door } = world;
  schedule.after(random.between(FALL_EVERY_MS.low, FALL_EVERY_MS.high), () => {
    const name = random.pick(restless);
    const end = random.pick(ENDS);
    const pod = store.list('pods').find(({ spec }) => spec.containers[0]?.name === name);
    if (pod?.status.phase === 'Running' && door.acceptsWrites) pods.fall(pod, end);
    fallNowAndThen(world, pods);
  });
}
