import { mostBytes, mostCores, quantityOf } from './quantity.ts';
import {
  messageLength,
  messageOf,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  timeOf,
  type Intern,
  type Raw,
} from './read-raw.ts';

/** How a run of a container ended. Times are epoch ms, null where the API does not say. */
export interface ContainerEnd {
  /** `Error`, `Completed`, `OOMKilled`, `ContainerCannotRun`, `StartError`, "" if not said. */
  reason: string;
  /** What the container or the runtime wrote about its end, "" if nothing. */
  message: string;
  /** Null where it is not said. 137 and 143 are kills. */
  exitCode: number | null;
  startedAt: number | null;
  finishedAt: number | null;
}

/** What a container does now. */
export type ContainerState =
  | { is: 'running'; startedAt: number | null }
  /** `CrashLoopBackOff`, `ImagePullBackOff`, `ErrImagePull`, `CreateContainerConfigError`, `ContainerCreating`, `PodInitializing`, ... */
  | { is: 'waiting'; reason: string; message: string }
  | ({ is: 'terminated' } & ContainerEnd);

/** One container of a pod: what is wanted of it and how it fares. */
export interface ContainerFact {
  name: string;
  /** `init` runs before the others and ends; `sidecar` is an init container that stays (restartPolicy Always). */
  role: 'main' | 'init' | 'sidecar';
  /** As the owner wrote it. */
  image: string;
  /** The memory limit as written (`16Mi`), null if there is none. */
  memoryLimit: string | null;
  /** What is set aside for it on its node: cores and bytes, null where it asks for nothing. */
  requestedCores: number | null;
  requestedBytes: number | null;
  ready: boolean;
  restarts: number;
  /** Null while the kubelet has said nothing of it. */
  state: ContainerState | null;
  /** How the run before this one ended, null if there was none. */
  last: ContainerEnd | null;
}

// More than any real pod has of one sort.
const mostContainers = 32;

/** The containers of a raw Pod, init containers first, at most 32 of each sort. Absent, null and absurd fields become empty ones. */
export function containersOf(raw: Raw, intern: Intern): ContainerFact[] {
  const spec = objectOf(raw['spec']);
  const status = objectOf(raw['status']);
  return [
    ...merged(spec['initContainers'], status['initContainerStatuses'], true, intern),
    ...merged(spec['containers'], status['containerStatuses'], false, intern),
  ];
}

/** What is wanted and what is, by name; a status without a specification counts too, so that no failure is lost. */
function merged(specs: unknown, statuses: unknown, isInit: boolean, intern: Intern): ContainerFact[] {
  const byName = new Map<string, Raw>();
  for (const status of objectsOf(statuses, mostContainers)) byName.set(textOf(status['name']), status);
  const facts = objectsOf(specs, mostContainers).map((spec) => {
    const name = textOf(spec['name']);
    const status = byName.get(name);
    byName.delete(name);
    return containerFact(spec, status, isInit, intern);
  });
  const strays = [...byName.values()].map((status) => containerFact({}, status, isInit, intern));
  return [...facts, ...strays].slice(0, mostContainers);
}

function containerFact(spec: Raw, status: Raw | undefined, isInit: boolean, intern: Intern): ContainerFact {
  const resources = objectOf(spec['resources']);
  const limits = objectOf(resources['limits']);
  const requests = objectOf(resources['requests']);
  return {
    name: intern(textOf(spec['name']) || textOf(status?.['name'])),
    role: isInit ? (spec['restartPolicy'] === 'Always' ? 'sidecar' : 'init') : 'main',
    image: intern(textOf(spec['image'], imageLength) || textOf(status?.['image'], imageLength)),
    memoryLimit: intern(asWritten(limits['memory'])) || null,
    requestedCores: quantityOf(requests['cpu'], mostCores),
    requestedBytes: quantityOf(requests['memory'], mostBytes),
    ready: status?.['ready'] === true,
    restarts: numberOf(status?.['restartCount'], 0, 1e9) ?? 0,
    state: stateOf(objectOf(status?.['state']), intern),
    last: endOf(objectOf(status?.['lastState'])['terminated'], intern),
  };
}

// Host, path and digest of the longest references that registries take.
const imageLength = 512;

/** A quantity as written; plain numbers are allowed too. */
function asWritten(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : textOf(value, 64);
}

function stateOf(state: Raw, intern: Intern): ContainerState | null {
  const end = endOf(state['terminated'], intern);
  if (end !== null) return { is: 'terminated', ...end };
  const waiting = state['waiting'];
  if (isObject(waiting)) {
    return {
      is: 'waiting',
      reason: intern(textOf(waiting['reason'], 128)),
      message: intern(messageOf(waiting['message'])),
    };
  }
  const running = state['running'];
  return isObject(running) ? { is: 'running', startedAt: timeOf(running['startedAt']) } : null;
}

function endOf(terminated: unknown, intern: Intern): ContainerEnd | null {
  if (!isObject(terminated)) return null;
  return {
    reason: intern(textOf(terminated['reason'], 128)),
    message: intern(textOf(terminated['message'], messageLength)),
    exitCode: numberOf(terminated['exitCode'], -2147483648, 4294967295),
    startedAt: timeOf(terminated['startedAt']),
    finishedAt: timeOf(terminated['finishedAt']),
  };
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
