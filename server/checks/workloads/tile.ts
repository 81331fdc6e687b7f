import { defineTile } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Turn } from '#server/engine/turn.ts';
import type { Cells } from '#shared/area-rows.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { podsWithEnds } from '../crash.ts';
import { figuresOf, isUp } from '../group-figures.ts';
import { pullTroubles } from '../pull-trouble.ts';
import { restartedPods } from '../restart-memory.ts';
import { isUnfinished } from '../roll-out.ts';
import { shorten } from '../shorten.ts';
import { startingPods } from '../stuck-start.ts';
import { unreadyPods } from '../unready.ts';
import { allWorkloads, gatherWorkloads, workloadGroups, type WorkloadGroup } from '../workload-groups.ts';
import { workloadSeries } from '../workload-series.ts';
import cannotCreatePods from './cannot-create-pods.ts';
import crashLooping from './crash-looping.ts';
import imageCannotBePulled from './image-cannot-be-pulled.ts';
import notReady from './not-ready.ts';
import notStarting from './not-starting.ts';
import outOfMemory from './out-of-memory.ts';
import replicasMissing from './replicas-missing.ts';
import restartingOften from './restarting-often.ts';
import rolloutStuck from './rollout-stuck.ts';
import stuckTerminating from './stuck-terminating.ts';

/** What runs: how many workloads have all their pods. */
export default defineTile({
  area: 'workloads',
  needs: ['pod'],
  prepare,
  checks: [
    crashLooping,
    outOfMemory,
    imageCannotBePulled,
    notStarting,
    cannotCreatePods,
    notReady,
    replicasMissing,
    rolloutStuck,
    stuckTerminating,
    restartingOften,
  ],
  series: workloadSeries,
  figure(snapshot) {
    const groups = allWorkloads(snapshot).filter(counts);
    if (groups.length === 0) return null;
    const down = groups.filter((group) => !isUp(group));
    return {
      value: String(groups.length - down.length),
      rest: `of ${groups.length} up`,
      detail: down.length === 0 ? restarted(groups, snapshot.now) : missing(down),
    };
  },
  columns: [
    { key: 'name', title: 'Workload', type: 'text' },
    { key: 'namespace', title: 'Namespace', type: 'text' },
    { key: 'kind', title: 'Kind', type: 'text' },
    { key: 'ready', title: 'Ready', type: 'text' },
    { key: 'restarts', title: 'Restarts', type: 'number' },
    { key: 'age', title: 'Age', type: 'age' },
    { key: 'image', title: 'Image', type: 'text' },
    { key: 'node', title: 'Node', type: 'text' },
  ],
  cells,
});

/** What the checks work out of each workload once: of thousands that are new it takes too long for one piece. */
const workedOut = [figuresOf, podsWithEnds, pullTroubles, startingPods, unreadyPods, restartedPods, isUnfinished];
const piece = 250;

function* prepare(snapshot: Snapshot): Turn {
  yield* gatherWorkloads(snapshot);
  let looks = 0;
  for (const group of allWorkloads(snapshot)) {
    for (const workOut of workedOut) workOut(group);
    looks += 1;
    if (looks % piece === 0) yield;
  }
}

/** What is scaled to 0 or on its way out is neither up nor down. */
function counts(group: WorkloadGroup): boolean {
  return figuresOf(group).wanted > 0 && group.controller?.deletingAt == null;
}

function missing([first, ...others]: WorkloadGroup[]): Say {
  const name = shorten(first?.subject.name ?? '', 40);
  if (first === undefined || others.length > 0)
    return say('{name} and {more} more not up', { name, more: others.length });
  const { wanted, ready } = figuresOf(first);
  return wanted === 1
    ? say('{name} is not up', { name })
    : say('{name} has {ready} of {wanted}', { name, ready, wanted });
}

const dayMs = 86_400_000;

function restarted(groups: readonly WorkloadGroup[], now: number): Say {
  let count = 0;
  for (const group of groups) for (const at of figuresOf(group).endedAt) if (now - at < dayMs) count += 1;
  if (count === 0) return say('no restarts for a day');
  // Only the last run of each container is known, so that it is containers that are counted.
  return count === 1 ? say('1 container restarted today') : say('{count} containers restarted today', { count });
}

function cells(subject: Subject, snapshot: Snapshot): Cells {
  const { kind, namespace = null, name } = subject;
  const group = workloadGroups(snapshot).get(subjectId(subject));
  if (group === undefined) {
    const unknown = { ready: null, restarts: null, age: null, image: null, node: null };
    return { name, namespace, kind, ...unknown };
  }
  const { wanted, ready, restarts } = figuresOf(group);
  const images = group.pods.flatMap(({ containers }) => containers.filter(({ role }) => role === 'main'));
  return {
    ...{ name, namespace, kind, restarts },
    ready: wanted === 0 ? 'scaled to 0' : `${ready}/${wanted}`,
    age: group.controller?.createdAt ?? group.pods[0]?.createdAt ?? null,
    image: listed(images.map(({ image }) => image)),
    node: listed(group.pods.map(({ node }) => node ?? '')),
  };
}

/** The first of several, and how many more. */
function listed(texts: readonly string[]): string | null {
  const [first, ...others] = new Set(texts.filter((text) => text !== ''));
  if (first === undefined) return null;
  const words = shorten(first, 80);
  return others.length === 0 ? words : `${words} and ${others.length} more`;
}
