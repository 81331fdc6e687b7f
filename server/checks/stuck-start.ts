import type { Level } from '#shared/level.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { eventMessage, eventsAbout, seenAt } from './events-about.ts';
import { perGroup } from './per-group.ts';
import { cannotPull } from './pull-trouble.ts';
import { schedulerWords, type SchedulerLook } from './scheduler-words.ts';
import { shorten } from './shorten.ts';
import { saysOnlyLate, startWords, type StartLook } from './start-words.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** Why a pod does not start. */
export interface StuckStart {
  level: Extract<Level, 'warn' | 'bad'>;
  /** What an owner reads; the same words are the same trouble. */
  words: string;
  /** Since when (epoch ms), null if the API does not say. */
  since: number | null;
  /** What was said word for word, "" if nothing. */
  said: string;
  looks: readonly (SchedulerLook | StartLook)[];
  /** Name of what is missing or damaged, "" if nothing is. */
  missing: string;
  /** True while a container that runs before the others is at work, which may take its time. */
  waitsForInit: boolean;
  /** True where the kubelet knows what is missing: time alone changes nothing. */
  isCertain: boolean;
}

/** What an event said of a pod that starts. */
export interface StartSaid {
  /** Its UID: one of the same name is another. */
  pod: string;
  message: string;
}

const none: readonly PodFact[] = [];

/** Waiting reasons of containers that cannot be made, whatever the pod does otherwise. */
const cannotBeMade: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
]);

/** What a kubelet says only when it has looked, and cannot mean otherwise. */
const certainLooks: ReadonlySet<string | null> = new Set<StartLook>(['secret', 'config-map', 'image-user']);

const crashReasons: ReadonlySet<string> = new Set(['CrashLoopBackOff', 'RunContainerError', 'PostStartHookError']);

const tellingEvents: ReadonlySet<string> = new Set([
  'FailedMount',
  'FailedMapVolume',
  'FailedAttachVolume',
  'FailedCreatePodSandBox',
  'FailedPodSandBoxStatus',
  'NetworkNotReady',
]);

/** Pods of a workload that have not started, for whatever reason but their image. */
export const startingPods = perGroup<readonly PodFact[]>(({ pods }) => {
  return pods.some(isStarting) ? pods.filter(isStarting) : none;
});

/** What was said last of the first pod that starts and of which anything was said; `before` if nothing new was. */
export function lastStartSaid(group: WorkloadGroup, before: StartSaid | null, snapshot: Snapshot): StartSaid | null {
  for (const pod of startingPods(group).slice(0, 20)) {
    const message = saidByEvents(pod, snapshot);
    const isKnown = before?.pod === pod.uid;
    if (message !== '') return isKnown && message === before.message ? before : { pod: pod.uid, message };
    if (isKnown) return before;
  }
  return null;
}

/** Why this pod does not start. `remembered`: what was said of it when events have expired. */
export function stuckStart(pod: PodFact, pinned: boolean, remembered: string, snapshot: Snapshot): StuckStart {
  if (pod.node === null) return unscheduled(pod, pinned);
  const broken = pod.containers.find(brokenStart);
  if (broken?.state?.is === 'waiting') {
    const { reason, message } = broken.state;
    return said(pod, message === '' ? reason : message, reason === 'CreateContainerConfigError');
  }
  const message = saidByEvents(pod, snapshot) || remembered;
  const before = pod.containers.find(({ role, state }) => role !== 'main' && state?.is === 'running');
  const isWaiting = pod.containers.some(({ role, state }) => role === 'main' && state?.is !== 'running');
  if (before !== undefined && isWaiting) return waitsForInit(before);
  return message === '' ? silent(pod, snapshot) : said(pod, message);
}

function isStarting(pod: PodFact): boolean {
  if (pod.ready || pod.deletingAt !== null) return false;
  if (pod.phase === 'Failed' || pod.phase === 'Unknown' || cannotPull(pod)) return false;
  if (pod.containers.some(crashes)) return false;
  return pod.phase === 'Running' ? pod.containers.some(brokenStart) : true;
}

/** A container that ended badly or was made and cannot be run is the business of those that judge crashes. */
function crashes({ state }: ContainerFact): boolean {
  if (state?.is === 'terminated') return state.exitCode !== 0;
  return state?.is === 'waiting' && crashReasons.has(state.reason);
}

function brokenStart({ state }: ContainerFact): boolean {
  return state?.is === 'waiting' && cannotBeMade.has(state.reason);
}

function unscheduled({ unscheduled: told, createdAt }: PodFact, pinned: boolean): StuckStart {
  const head = { level: 'bad', missing: '', waitsForInit: false, isCertain: false } as const;
  if (told === null) {
    const words = 'no scheduler has looked at it';
    return { ...head, words, since: createdAt, said: '', looks: ['nodes'] };
  }
  const message = told.message === '' ? told.reason : told.message;
  return { ...head, ...schedulerWords(message, pinned), since: told.since ?? createdAt, said: message };
}

function said({ createdAt }: PodFact, message: string, isConfig = false): StuckStart {
  const { words, look, name } = startWords(message);
  const looks = look === null ? [] : [look];
  const isCertain = isConfig && certainLooks.has(look);
  return { level: 'bad', words, since: createdAt, said: message, looks, missing: name, waitsForInit: false, isCertain };
}

function waitsForInit({ name, role, state }: ContainerFact): StuckStart {
  const what = role === 'init' ? 'init container' : 'sidecar';
  const since = state?.is === 'running' ? state.startedAt : null;
  const words = `it waits for ${what} ${shorten(name, 63)}`;
  return { level: 'warn', words, since, said: '', looks: [], missing: '', waitsForInit: true, isCertain: false };
}

function silent({ node, createdAt }: PodFact, snapshot: Snapshot): StuckStart {
  const fact = snapshot.facts('node').get(node ?? '');
  const isDown = fact !== undefined && fact.conditions['Ready']?.status !== 'True';
  const head = { since: createdAt, said: '', missing: '', waitsForInit: false, isCertain: false };
  return isDown
    ? { ...head, level: 'bad', words: `its node ${shorten(node ?? '', 63)} is not ready`, looks: ['nodes'] }
    : { ...head, level: 'warn', words: 'it is still being created, and its node does not say why', looks: [] };
}

/** What events say of this very pod, "" if nothing: the newest that says more than that time ran out. */
function saidByEvents({ namespace, name, createdAt }: PodFact, snapshot: Snapshot): string {
  const messages = eventsAbout(snapshot, { kind: 'Pod', namespace, name })
    .filter((event) => tellingEvents.has(event.reason) && seenAt(event) >= (createdAt ?? 0))
    .map(eventMessage);
  return messages.find((message) => !saysOnlyLate(message)) ?? messages[0] ?? '';
}
