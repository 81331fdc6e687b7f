import { podCondition } from './make-pod.ts';
import type { Random } from './random.ts';
import { rawTime, type RawContainerState, type RawContainerStatus, type RawPod } from './raw-objects.ts';

/** A pod's addresses, given when its sandbox stands. */
export interface PodAddresses {
  hostIP: string;
  podIP: string;
}

/** The kubelet has taken the pod over, has set up its sandbox, and pulls its image. */
export function creating(pod: RawPod, { hostIP, podIP }: PodAddresses, now: number): RawPod {
  const container = { ...statusOf(pod), state: { waiting: { reason: 'ContainerCreating' } } };
  return withStatus(pod, {
    phase: 'Pending',
    conditions: conditions(pod, now, false),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: rawTime(now),
    containerStatuses: [container],
  });
}

/** The container runs; it is ready at once, which small things are. */
export function running(pod: RawPod, { podIP }: PodAddresses, random: Random, now: number): RawPod {
  const container: RawContainerStatus = {
    ...statusOf(pod),
    state: { running: { startedAt: rawTime(now) } },
    ready: true,
    imageID: `${imageOf(pod).replace(/:[^:/]*$/, '')}@sha256:${random.hex(64)}`,
    containerID: `containerd://${random.hex(64)}`,
    started: true,
  };
  const podIPs = { podIP, podIPs: [{ ip: podIP }] };
  return withStatus(pod, {
    ...podIPs,
    phase: 'Running',
    conditions: conditions(pod, now, true),
    containerStatuses: [container],
  });
}

/** How a container ended. */
export interface ContainerEnd {
  exitCode: number;
  reason: 'Completed' | 'Error' | 'OOMKilled' | 'Unknown';
}

/** The container fell over; the kubelet starts it again. */
export function fallen(pod: RawPod, end: ContainerEnd, now: number): RawPod {
  const before = statusOf(pod);
  const container = { ...before, state: ended(before, end, now), ready: false, started: false };
  return withStatus(pod, { conditions: conditions(pod, now, false), containerStatuses: [container] });
}

/** It runs again and remembers how it fell. */
export function restarted(pod: RawPod, random: Random, now: number): RawPod {
  const before = statusOf(pod);
  const container: RawContainerStatus = {
    ...before,
    state: { running: { startedAt: rawTime(now) } },
    lastState: before.state.terminated ? before.state : before.lastState,
    ready: true,
    restartCount: before.restartCount + 1,
    containerID: `containerd://${random.hex(64)}`,
    started: true,
  };
  return withStatus(pod, { conditions: conditions(pod, now, true), containerStatuses: [container] });
}

/** A job's pod is done. */
export function succeeded(pod: RawPod, now: number): RawPod {
  const before = statusOf(pod);
  const container = {
    ...before,
    state: ended(before, { exitCode: 0, reason: 'Completed' }, now),
    ready: false,
    started: false,
  };
  const why = 'PodCompleted';
  const settled = pod.status.conditions.map((condition) =>
    /Ready$/.test(condition.type) ? podCondition(condition.type, 'False', now, why) : withReason(condition, why),
  );
  return withStatus(pod, { phase: 'Succeeded', conditions: settled, containerStatuses: [container] });
}

/** The node controller no longer believes the pod, or does again. */
export function believed(pod: RawPod, ready: boolean, now: number): RawPod {
  const changed = pod.status.conditions.map((condition) =>
    condition.type === 'Ready' ? podCondition('Ready', ready ? 'True' : 'False', now) : condition,
  );
  return withStatus(pod, { conditions: changed });
}

/** The pod with parts of its status exchanged. */
export function withStatus(pod: RawPod, status: Partial<RawPod['status']>): RawPod {
  return { ...pod, status: { ...pod.status, ...status } };
}

function withReason(condition: RawPod['status']['conditions'][number], reason: string) {
  return condition.type === 'Initialized' ? { ...condition, reason } : condition;
}

/** In the kubelet's order. What did not change keeps its time. */
export function conditions(pod: RawPod, now: number, ready: boolean) {
  const wanted = { PodReadyToStartContainers: true, Initialized: true, Ready: ready, ContainersReady: ready };
  const fresh = Object.entries(wanted).map(([type, holds]) => {
    const status = holds ? 'True' : 'False';
    const known = pod.status.conditions.find((condition) => condition.type === type && condition.status === status);
    if (known) return known;
    if (holds) return podCondition(type, status, now);
    const message = `containers with unready status: [${statusOf(pod).name}]`;
    return podCondition(type, status, now, 'ContainersNotReady', message);
  });
  return [...fresh, ...pod.status.conditions.filter(({ type }) => type === 'PodScheduled')];
}

function ended({ state, containerID = '' }: RawContainerStatus, end: ContainerEnd, now: number): RawContainerState {
  const startedAt = state.running?.startedAt ?? rawTime(now);
  return { terminated: { ...end, startedAt, finishedAt: rawTime(now), containerID } };
}

function imageOf(pod: RawPod): string {
  return pod.spec.containers[0]?.image ?? '';
}

/** The status of its one container, also while nothing has been told of it. */
export function statusOf(pod: RawPod): RawContainerStatus {
  const name = pod.spec.containers[0]?.name ?? '';
  const known = { state: {}, lastState: {}, ready: false, restartCount: 0, image: imageOf(pod), imageID: '' };
  return pod.status.containerStatuses?.[0] ?? { name, ...known, started: false };
}
