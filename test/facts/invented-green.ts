import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { workloadGroups } from '#server/checks/workload-groups.ts';
import { inventedStorage } from './invented-storage-green.ts';
import { part, type Raws } from './raw-part.ts';

/** What a check said of a snapshot. */
export interface Judged {
  check: string;
  verdicts: readonly Verdict[];
}

/**
 * All that was called fine although the raw objects do not literally say so. The raw objects are read here in a way of their
 * own, so that a mistake of the facts is not made twice.
 */
export function inventedGreen(judged: readonly Judged[], snapshot: Snapshot, raws: Raws): string[] {
  const fine = (name: string) =>
    judged.find(({ check }) => check === name)?.verdicts.filter(({ level }) => level === 'ok') ?? [];
  const nodeSays = (name: string, type: string, status: string) => says(raws.get(`node ${name}`), type, status);
  return [
    ...fine('nodes/not-ready').filter(({ subject }) => !nodeSays(subject.name, 'Ready', 'True')),
    ...fine('nodes/pressure').filter(({ subject, key = '' }) => !nodeSays(subject.name, key, 'False')),
    ...fine('nodes/network-unavailable').filter(({ subject: { name } }) =>
      nodeSays(name, 'NetworkUnavailable', 'True'),
    ),
    ...fine('nodes/cordoned').filter(
      ({ subject }) => specOf(raws.get(`node ${subject.name}`))['unschedulable'] === true,
    ),
    ...fine('nodes/disk-full').filter(({ subject, key }) => {
      const node = part(raws.get(`nodeStats ${subject.name}`), 'node');
      const disk = key === undefined ? part(node, 'fs') : part(part(node, 'runtime'), 'imageFs');
      const [all, free] = [part(disk, 'capacityBytes'), part(disk, 'availableBytes')];
      return typeof all !== 'number' || typeof free !== 'number' || !(free > 0.2 * all);
    }),
    ...fine('control-plane/api-service-unavailable').filter(
      ({ subject }) => !says(raws.get(`apiService ${subject.name}`), 'Available', 'True'),
    ),
    ...fine('workloads/not-ready').filter(({ subject }) => {
      const group = workloadGroups(snapshot).get(subjectId(subject));
      return group?.controller?.deletingAt == null && group?.pods.some((pod) => runsUnready(pod, raws)) === true;
    }),
    ...Object.entries(inventedStorage).flatMap(([name, isInvented]) =>
      fine(name).filter((verdict) => isInvented(verdict, snapshot, raws)),
    ),
  ].map(({ subject, key = '', say }) => `${subjectId(subject)} ${key}: ${say.template}`);
}

/** True if the object has a condition of this type that literally says so. */
function says(raw: unknown, type: string, status: string): boolean {
  const conditions = part(part(raw, 'status'), 'conditions');
  if (!Array.isArray(conditions)) return false;
  return conditions.some((each) => part(each, 'type') === type && part(each, 'status') === status);
}

/** A pod of which all runs, but nobody said that it is ready. */
function runsUnready(pod: PodFact, raws: Raws): boolean {
  if (pod.phase !== 'Running' || pod.deletingAt !== null || says(raws.get(`pod ${pod.key}`), 'Ready', 'True'))
    return false;
  return pod.containers.every((each) => each.role === 'init' || each.ready || mayRun(each));
}

function mayRun({ state }: ContainerFact): boolean {
  return state === null || state.is === 'running';
}

function specOf(raw: unknown): Record<string, unknown> {
  return (part(raw, 'spec') ?? {}) as Record<string, unknown>;
}
