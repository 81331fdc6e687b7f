import { podCondition } from './make-pod.ts';
import { conditions, statusOf, withStatus } from './pod-phases.ts';
import { rawTime, type RawPod } from './raw-objects.ts';

/** Its container waits for this reason, with what the kubelet says of it. */
export function waiting(pod: RawPod, reason: string, message: string, now: number): RawPod {
  const before = statusOf(pod);
  // A container that has ended remembers it while it waits.
  const lastState = before.state.terminated ? { terminated: before.state.terminated } : before.lastState;
  const container = { ...before, state: { waiting: { reason, message } }, lastState, ready: false, started: false };
  return withStatus(pod, { conditions: conditions(pod, now, false), containerStatuses: [container] });
}

/** Its container runs and is not ready. */
export function unready(pod: RawPod, now: number): RawPod {
  const container = { ...statusOf(pod), ready: false };
  return withStatus(pod, { conditions: conditions(pod, now, false), containerStatuses: [container] });
}

/** The kubelet waits for a volume: no sandbox stands yet. */
export function withoutSandbox(pod: RawPod, now: number): RawPod {
  const settled = pod.status.conditions.map((condition) =>
    condition.type === 'PodReadyToStartContainers' ? podCondition(condition.type, 'False', now) : condition,
  );
  const { podIP: _none, podIPs: _neither, ...status } = pod.status;
  return { ...pod, status: { ...status, conditions: settled } };
}

/** Its container has ended so often, each time after running for so long, and runs again. */
export function fallenBefore(pod: RawPod, restartCount: number, ranMs: number, now: number): RawPod {
  const before = statusOf(pod);
  const at = (agoMs: number) => rawTime(now - agoMs);
  const end = { exitCode: 137, reason: 'Error', startedAt: at(2 * ranMs), finishedAt: at(ranMs) };
  const lastState = { terminated: { ...end, containerID: before.containerID ?? '' } };
  const container = { ...before, state: { running: { startedAt: at(ranMs) } }, lastState, restartCount };
  return withStatus(pod, { containerStatuses: [container] });
}

/** No node takes it. */
export function unscheduled(pod: RawPod, message: string, now: number): RawPod {
  const { nodeName: _none, ...spec } = pod.spec;
  const refused = podCondition('PodScheduled', 'False', now, 'Unschedulable', message);
  return withStatus({ ...pod, spec }, { conditions: [refused] });
}

/** It was deleted, its containers have ended, and somebody must still agree before it may go. */
export function heldBack(pod: RawPod, finalizer: string, deletedAt: number): RawPod {
  const before = statusOf(pod);
  const startedAt = before.state.running?.startedAt ?? rawTime(deletedAt);
  const end = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: rawTime(deletedAt) };
  const state = { terminated: { ...end, containerID: before.containerID ?? '' } };
  const ended = withStatus(pod, {
    phase: 'Succeeded',
    conditions: conditions(pod, deletedAt, false),
    containerStatuses: [{ ...before, state, ready: false, started: false }],
  });
  const deletion = { deletionTimestamp: rawTime(deletedAt), deletionGracePeriodSeconds: 30 };
  return { ...ended, metadata: { ...ended.metadata, ...deletion, finalizers: [finalizer] } };
}
