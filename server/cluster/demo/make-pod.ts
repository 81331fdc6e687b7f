import { cronVolumesOf, mountsOf, podVolumesOf } from './pod-volumes.ts';
import type { Random } from './random.ts';
import type { OwnerReference, RawContainer, RawPod } from './raw-objects.ts';
import { rawTime } from './raw-objects.ts';
import type { CronWork, Workload } from './workloads.ts';

/** What a container is made from. */
export interface ContainerPlan {
  container: string;
  image: string;
  memory?: string;
  port?: number;
  mounts?: readonly { name: string; mountPath: string }[];
}

/** What an owner changes of a workload's template. */
export interface Template {
  image?: string;
  memory?: string;
}

/** One revision of a workload: whose its pods are, and what of the template is another in it. */
export interface Revision {
  /** The ReplicaSet of a Deployment, else the workload itself. */
  owner: OwnerReference;
  hash: string;
  template: Template;
}

/** What a new pod is made from. */
export interface PodPlan extends ContainerPlan {
  namespace: string;
  name: string;
  generateName?: string;
  labels: Record<string, string>;
  owner: OwnerReference;
  restartPolicy: 'Always' | 'OnFailure';
  node: string;
  volumes?: readonly object[];
}

/** A pod just bound to its node: nothing of it runs yet. */
export function makePod(plan: PodPlan, random: Random, now: number): RawPod {
  return {
    metadata: {
      name: plan.name,
      ...(plan.generateName === undefined ? {} : { generateName: plan.generateName }),
      namespace: plan.namespace,
      uid: random.uid(),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: rawTime(now),
      labels: plan.labels,
      ownerReferences: [plan.owner],
    },
    spec: {
      volumes: [...(plan.volumes ?? []), serviceAccountVolume(random)],
      containers: [makeContainer(plan)],
      restartPolicy: plan.restartPolicy,
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      nodeName: plan.node,
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations: tolerations(plan.owner.kind === 'DaemonSet'),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      observedGeneration: 1,
      phase: 'Pending',
      conditions: [podCondition('PodScheduled', 'True', now)],
      qosClass: plan.memory === undefined ? 'BestEffort' : 'Burstable',
    },
  };
}

/** A container as its owner wrote it, with the API server's defaults. */
export function makeContainer({ container, image, memory, port, mounts = [] }: ContainerPlan): RawContainer {
  return {
    name: container,
    image,
    ...(port === undefined ? {} : { ports: [{ containerPort: port, protocol: 'TCP' }] }),
    resources: memory === undefined ? {} : { limits: { memory }, requests: { memory } },
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

/** What a workload's container is made from; `template` is what of it is another now. */
export function planContainer(workload: Workload, template: Template): ContainerPlan {
  const { name, image, memory, port } = { ...workload, ...template };
  return {
    container: name.slice(0, 63),
    image,
    ...(memory === undefined ? {} : { memory }),
    ...(port === undefined ? {} : { port }),
    mounts: mountsOf(workload),
  };
}

/** The pod of a workload, as its controller creates it. Two pods of one ReplicaSet share its hash. */
export function planPod(
  workload: Workload,
  { owner, hash, template }: Revision,
  node: string,
  random: Random,
): PodPlan {
  const { namespace, name, kind } = workload;
  const generateName = `${owner.name}-`;
  const isStateful = kind === 'StatefulSet';
  return {
    namespace,
    name: isStateful ? `${name}-0` : `${generateName}${random.suffix(5)}`,
    generateName,
    labels: { ...labelsOf(workload), ...revisionLabels(workload, hash) },
    owner,
    ...planContainer(workload, template),
    restartPolicy: 'Always',
    node,
    volumes: podVolumesOf(workload),
  };
}

/** By which a workload selects its pods. */
export function labelsOf({ name }: Pick<Workload, 'name'>): Record<string, string> {
  return { 'app.kubernetes.io/name': name };
}

function revisionLabels({ kind, name }: Workload, hash: string): Record<string, string> {
  if (kind === 'Deployment') return { 'pod-template-hash': hash };
  if (kind === 'DaemonSet') return { 'controller-revision-hash': hash, 'pod-template-generation': '1' };
  const pod = `${name}-0`;
  return {
    'apps.kubernetes.io/pod-index': '0',
    'controller-revision-hash': `${name}-${hash}`,
    'statefulset.kubernetes.io/pod-name': pod,
  };
}

/** The pod of one run of a CronJob. */
export function planJobPod(work: CronWork, owner: OwnerReference, random: Random): PodPlan {
  const generateName = `${owner.name}-`;
  const { volumes, mounts } = cronVolumesOf(work);
  return {
    namespace: work.namespace,
    name: `${generateName}${random.suffix(5)}`,
    generateName,
    labels: { 'batch.kubernetes.io/job-name': owner.name, 'job-name': owner.name },
    owner,
    container: work.name,
    image: work.image,
    mounts,
    restartPolicy: 'OnFailure',
    node: work.on,
    volumes,
  };
}

/** A condition of a pod: those that are not True say why. */
export function podCondition(type: string, status: 'True' | 'False', at: number, reason?: string, message?: string) {
  const why = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
  return { type, observedGeneration: 1, status, lastProbeTime: null, lastTransitionTime: rawTime(at), ...why };
}

function serviceAccountVolume(random: Random): object {
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  ];
  return { name: `kube-api-access-${random.suffix(5)}`, projected: { sources, defaultMode: 420 } };
}

function tolerations(everywhere: boolean): object[] {
  const execute = { operator: 'Exists', effect: 'NoExecute' };
  const patience = everywhere ? {} : { tolerationSeconds: 300 };
  const usual = [
    { key: 'node.kubernetes.io/not-ready', ...execute, ...patience },
    { key: 'node.kubernetes.io/unreachable', ...execute, ...patience },
  ];
  if (!everywhere) return usual;
  const pressures = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];
  const schedule = { operator: 'Exists', effect: 'NoSchedule' };
  return [...usual, ...pressures.map((name) => ({ key: `node.kubernetes.io/${name}`, ...schedule }))];
}
