import type { PodLife } from './pod-life.ts';
import type { World } from './world.ts';
import { restless } from './workloads.ts';

// Seldom enough to be no worry.
const FALL_EVERY_MS = { low: 600_000, high: 1_200_000 };
// Its liveness probe failed and it went when it was asked to: no crash.
const END = { exitCode: 143, reason: 'Error' } as const;

/** Lets one of the restless pods after the other fall over now and then; its kubelet starts it again. Ends with the schedule. */
export function fallNowAndThen(world: World, pods: PodLife, turn = 0): void {
  const { store, random, schedule, door } = world;
  schedule.after(random.between(FALL_EVERY_MS.low, FALL_EVERY_MS.high), () => {
    // By turns, so that none falls often.
    const name = restless[turn % restless.length];
    const pod = store.list('pods').find(({ spec }) => spec.containers[0]?.name === name);
    if (pod?.status.phase === 'Running' && door.acceptsWrites) pods.fall(pod, END);
    fallNowAndThen(world, pods, turn + 1);
  });
}
