import type { Random } from './random.ts';
import type { OwnerReference, RawPod } from './raw-objects.ts';
import { rawTime } from './raw-objects.ts';
import type { CronWork, Workload } from './workloads.ts';

/** What a new pod is made from. */
export interface PodPlan {
  namespace: string;
  /** The whole name, or what stands before the generated letters. */
  name: string;
  generateName?: string;
  labels: Record<string, string>;
  owner: OwnerReference;
  container: string;
  image: string;
  memory?: string;
  port?: number;
  restartPolicy: 'Always' | 'OnFailure';
  node: string;
}

/** A pod just bound to its node: nothing of it runs yet. */
export function makePod(plan: PodPlan, random: Random, now: number): RawPod {
  const memory = plan.memory === undefined ? {} : { memory: plan.memory };
  const isBounded = plan.memory !== undefined;
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
      volumes: [serviceAccountVolume(random)],
      containers: [
        {
          name: plan.container,
          image: plan.image,
          ...(plan.port === undefined ? {} : { ports: [{ containerPort: plan.port, protocol: 'TCP' }] }),
          resources: isBounded ? { limits: memory, requests: memory } : {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
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
      qosClass: isBounded ? 'Burstable' : 'BestEffort',
    },
  };
}

/** The pod of a workload, as its controller creates it. Two pods of one ReplicaSet share its hash. */
export function planPod(workload: Workload, owner: OwnerReference, node: string, random: Random): PodPlan {
  const { namespace, kind, image, memory, port } = workload;
  const generateName = `${owner.name}-`;
  const hash = owner.name.slice(workload.name.length + 1);
  const labels = { 'app.kubernetes.io/name': workload.name };
  return {
    namespace,
    name: kind === 'StatefulSet' ? `${owner.name}-0` : `${generateName}${random.suffix(5)}`,
    generateName,
    labels: kind === 'Deployment' ? { ...labels, 'pod-template-hash': hash } : labels,
    owner,
    container: workload.name.slice(0, 63),
    image,
    ...(memory === undefined ? {} : { memory }),
    ...(port === undefined ? {} : { port }),
    restartPolicy: 'Always',
    node,
  };
}

/** The pod of one run of a CronJob. */
export function planJobPod(work: CronWork, owner: OwnerReference, random: Random): PodPlan {
  const generateName = `${owner.name}-`;
  return {
    namespace: work.namespace,
    name: `${generateName}${random.suffix(5)}`,
    generateName,
    labels: { 'batch.kubernetes.io/job-name': owner.name, 'job-name': owner.name },
    owner,
    container: work.name,
    image: work.image,
    restartPolicy: 'OnFailure',
    node: work.on,
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
