import { deployment, podsOf } from '../../workload.ts';
import type { Fault, Faults, Scene } from './fault.ts';

// What PostgreSQL writes, with two spaces.
const PANIC = 'PANIC:  could not locate a valid checkpoint record';

/** Containers that end when they should not. */
export const crashFaults: Faults = {
  'a crash loop with a line in its log that is known': (scene) => ({
    ...crashing(scene, 'database', { command: ['sh', '-c', `echo 'starting'; echo '${PANIC}'; exit 1`] }),
    check: 'workloads/crash-looping',
    level: 'bad',
    // It has ended for the second time.
    known: async () =>
      (await statuses(scene, 'database')).some(({ restartCount, state }) => restartCount > 0 && !state.running),
    effect: 'workloads/replicas-missing',
    sentence: /^database crashes: its write-ahead log is damaged \(exit code 1, \d+ restarts?\)/,
    evidence: /^PANIC: {2}could not locate a valid checkpoint record$/m,
    steps: /write-ahead log|backup/,
  }),
  'a container that takes more memory than its limit': (scene) => ({
    ...crashing(scene, 'cache', { command: ['tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } } }),
    check: 'workloads/out-of-memory',
    level: 'bad',
    known: async () =>
      (await statuses(scene, 'cache')).some(
        ({ state, lastState }) => (state.terminated ?? lastState.terminated)?.reason === 'OOMKilled',
      ),
    sentence: /^cache was killed .*for using more than its 16Mi of memory/,
    steps: /limit/,
  }),
  'a container that restarts again and again': (scene) => ({
    ...crashing(scene, 'restless', { command: ['sh', '-c', 'sleep 2'] }),
    check: 'workloads/restarting-often',
    level: 'warn',
    // That it ends though it should go on is the same thing, told sooner.
    effect: 'workloads/restarting-often',
    known: async () => (await statuses(scene, 'restless')).some(({ restartCount }) => restartCount > 3),
    sentence: /^restless restarted \d+ times in the last hour/,
  }),
};

/** A Deployment that ends, until its command is taken away. */
function crashing({ plane, node }: Scene, name: string, container: object) {
  const of = (more: object) =>
    deployment({ namespace: name, name, node: node.name, container: { image: node.image, ...more } });
  return {
    namespace: name,
    objects: [of(container)],
    holdMs: 0,
    heal: () => plane.apply(of({})),
  } satisfies Partial<Fault>;
}

async function statuses({ plane }: Scene, namespace: string) {
  return (await podsOf(plane, namespace)).flatMap(({ status }) => status.containerStatuses ?? []);
}
