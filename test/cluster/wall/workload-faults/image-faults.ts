import { deployment, deploymentOf, podsOf } from '../../workload.ts';
import type { Fault, Faults, Scene } from './fault.ts';

/** Images that do not come. */
export const imageFaults: Faults = {
  'an image with a tag that is not there': (scene) => ({
    ...pulling(scene, 'typo', `${scene.node.registry.host}/busybox:no-such-tag`),
    sentence: /^typo cannot pull .*no-such-tag: there is no such tag or repository/,
  }),
  'an image of a registry that is down': (scene) => ({
    ...pulling(scene, 'dead-registry', scene.dead.image),
    sentence: new RegExp(`dead-registry.*${scene.dead.registry.host}`),
    evidence: /connection refused/,
    heal: () => scene.dead.registry.start(),
  }),
  'an image of a registry whose name is unknown': (scene) => ({
    ...pulling(scene, 'unknown-host', 'registry.invalid/busybox:1'),
    sentence: /unknown-host.*registry\.invalid/,
    evidence: /no such host/,
    // The wall does not reach it either.
    explainedBy: 'registry/',
  }),
  'a roll-out to an image that is not there': rollOut,
};

/** A Deployment of an image that does not come, until it is given one that is there. */
function pulling({ plane, node }: Scene, name: string, image: string) {
  const of = (image: string) => deployment({ namespace: name, name, node: node.name, container: { image } });
  return {
    namespace: name,
    check: 'workloads/image-cannot-be-pulled',
    level: 'bad',
    objects: [of(image)],
    known: async () => {
      const statuses = (await podsOf(plane, name)).flatMap(({ status }) => status.containerStatuses ?? []);
      return statuses.some(({ state }) => /Image/.test(state.waiting?.reason ?? ''));
    },
    holdMs: 0,
    heal: () => plane.apply(of(node.image)),
  } satisfies Partial<Fault>;
}

function rollOut({ plane, node, holdMs }: Scene): Fault {
  const name = 'roll-out';
  const at = { namespace: name, name, replicas: 2, node: node.name, spec: { progressDeadlineSeconds: 5 } };
  const of = (image: string) => deployment({ ...at, container: { image } });
  const progress = async () => {
    const { status } = await deploymentOf(plane, name, name);
    return status.conditions?.find(({ type }) => type === 'Progressing')?.reason;
  };
  return {
    namespace: name,
    check: 'workloads/rollout-stuck',
    // What ran before goes on.
    level: 'warn',
    effect: 'workloads/rollout-stuck',
    objects: [of(node.image)],
    cause: () => plane.apply(of(`${node.registry.host}/busybox:broken`)),
    known: async () => (await progress()) === 'ProgressDeadlineExceeded',
    holdMs,
    sentence: /^the roll-out of roll-out is stuck: 1 of 2 pods has the new version, the old one goes on serving/,
    heal: () => plane.apply(of(node.image)),
    healed: async () => (await progress()) === 'NewReplicaSetAvailable',
  };
}
