import type { ObjectStore } from './object-store.ts';
import type { PodLogs } from './pod-logs.ts';
import type { RawPod } from './raw-objects.ts';
import { badRequest, statusAnswer, textAnswer, type WholeAnswer } from './status-answer.ts';

// A kubelet answers in plain text without a charset.
const TEXT = { 'content-type': 'text/plain' };

/** `GET /api/v1/namespaces/NS/pods/POD/log`, with `container`, `previous` and `tailLines`. */
export function logAnswer(store: ObjectStore, logs: PodLogs, key: string, query: URLSearchParams): WholeAnswer {
  const [, name = ''] = key.split('/');
  const pod = store.get('pods', key);
  if (!pod) {
    const details = { name, kind: 'pods' };
    return statusAnswer(404, `pods "${name}" not found`, { reason: 'NotFound', details });
  }
  const tail = query.get('tailLines') ?? '';
  if (!/^\d{0,9}$/.test(tail)) return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(tail)}: invalid syntax`);
  const containers = pod.spec.containers.map((container) => container.name);
  const asked = query.get('container') ?? '';
  const container = asked === '' ? (containers[0] ?? '') : asked;
  if (!containers.includes(container)) return badRequest(`container ${container} is not valid for pod ${name}`);
  const lines = ['1', 'true'].includes(query.get('previous') ?? '')
    ? previousLines(pod, logs, container)
    : presentLines(pod, logs, container);
  if ('kind' in lines) return lines;
  const last = tail === '' ? lines : lines.slice(Math.max(0, lines.length - Number(tail)));
  return { ...textAnswer(200, last.map((line) => `${line}\n`).join('')), headers: TEXT };
}

function previousLines(pod: RawPod, logs: PodLogs, container: string): readonly string[] | WholeAnswer {
  if (pod.status.containerStatuses?.[0]?.lastState.terminated) return logs.previous(pod.metadata.uid) ?? [];
  return badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
}

function presentLines(pod: RawPod, logs: PodLogs, container: string): readonly string[] | WholeAnswer {
  const state = pod.status.containerStatuses?.[0]?.state ?? {};
  if (state.running) return [`${container} has started`];
  if (state.terminated) return logs.previous(pod.metadata.uid) ?? [];
  const waiting = state.waiting?.reason;
  if (waiting === 'CrashLoopBackOff') return logs.previous(pod.metadata.uid) ?? [];
  const what = `container "${container}" in pod "${pod.metadata.name}" is waiting to start`;
  if (waiting === 'ErrImagePull') return badRequest(`${what}: image can't be pulled`);
  if (waiting === 'ImagePullBackOff') return badRequest(`${what}: trying and failing to pull image`);
  return badRequest(waiting === undefined ? `${what} - no logs yet` : `${what}: ${waiting}`);
}
