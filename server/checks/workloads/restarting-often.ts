import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count, duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { say, type Say } from '#shared/say.ts';
import { isForgotten, isOutOfMemory, newestEnd } from '../container-end.ts';
import { crashEvidence, lastWords } from '../crash-evidence.ts';
import { crashSteps } from '../crash-steps.ts';
import { crashTold } from '../crash-words.ts';
import { fatalHint } from '../fatal-hint.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { mostRestarts, rememberRestarts, restartedPods, restartsSince, type RestartMemory } from '../restart-memory.ts';
import { explainsItsServices } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';
import { restartsOf } from '../workload-series.ts';

const hourMs = 60 * 60_000;

/** Does a pod restart often, although it runs well for a while each time? */
export default defineCheck({
  check: 'workloads/restarting-often',
  about: 'a pod restarts often, even if it runs well in between',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    crashLog: 'optional',
    event: 'optional',
    node: 'optional',
  },
  settings: {
    most: { ...count(3, 'more restarts of a pod than this are a warning'), min: 1, max: mostRestarts - 1 },
    within: duration(hourMs, 'so far back they are counted'),
  },
  remembers: {
    version: 1,
    subjects: (snapshot) =>
      allWorkloads(snapshot).flatMap((group) => (restartedPods(group).length === 0 ? none : group.id)),
    remember: rememberRestarts,
  },
  explains: [explainsItsServices],
  judge: (snapshot, { settings, memory }) =>
    allWorkloads(snapshot).map((group) => {
      const often = restartingOften(group, memory.get(group.id), settings, snapshot.now);
      return often.length === 0 ? fine(group) : verdict(group, often, settings.within, snapshot, memory.get(group.id));
    }),
});

const fine = fineVerdicts('{name} does not restart often');

interface Restarting {
  pod: PodFact;
  times: number;
}

const none: readonly never[] = [];

/** The pods that restarted too often, the worst first. */
function restartingOften(
  group: WorkloadGroup,
  memory: RestartMemory | undefined,
  { most, within }: { most: number; within: number },
  now: number,
): readonly Restarting[] {
  const pods = restartedPods(group);
  if (pods.length === 0) return none;
  return pods
    .map((pod) => ({ pod, times: restartsSince(pod, memory, now - within, now) }))
    .filter(({ times }) => times > most)
    .sort((a, b) => b.times - a.times);
}

function verdict(
  group: WorkloadGroup,
  often: readonly Restarting[],
  within: number,
  snapshot: Snapshot,
  memory: RestartMemory | undefined,
): Verdict {
  const { subject, pods } = group;
  const [{ pod, times }] = often as [Restarting, ...Restarting[]];
  const container = restarted(pod);
  const told = { pod, container, end: newestEnd(container) };
  const hint = fatalHint(lastWords(snapshot, told));
  const total = pods.filter(({ deletingAt }) => deletingAt === null).length;
  const who =
    total <= 1
      ? '{name} restarted {times} times'
      : '{name}: {count} of {total} pods restart often, up to {times} times';
  const span = within === hourMs ? 'in the last hour' : 'in the last {within:duration}';
  const where = pod.containers.length > 1 ? ', container {container}' : '';
  return {
    subject,
    level: 'warn',
    say: say(`${who} ${span}: ${hint === null ? '{why}' : '{hint} ({why})'}${where}`, {
      ...{ name: shorten(subject.name, 60), times, within, count: often.length, total },
      ...{ why: whyOf(snapshot, told), container: shorten(container.name, 60) },
      ...(hint === null ? {} : { hint: hint.words }),
    }),
    evidence: [
      ...timesSay(memory, pod, snapshot.now - within),
      ...crashEvidence(
        snapshot,
        often.map((each) => ({ pod: each.pod, container, end: null })),
        told,
        hint?.line ?? -1,
      ),
    ],
    steps: crashSteps(group, told, hint, snapshot),
    series: restartsOf(group),
  };
}

/** The container of a pod that restarted most. */
function restarted({ containers }: PodFact): ContainerFact {
  return containers.reduce((most, each) => (each.restarts > most.restarts ? each : most));
}

function whyOf(snapshot: Snapshot, told: { pod: PodFact; container: ContainerFact; end: ContainerEnd | null }): string {
  if (told.end !== null && isOutOfMemory(told.end)) return 'killed for its memory';
  if (told.end !== null && isForgotten(told.end)) return 'its node does not know why';
  return crashTold(snapshot, { ...told, stage: 'once' }).why;
}

// What fits into a line.
const mostTimes = 6;

function timesSay(memory: RestartMemory | undefined, { uid }: PodFact, from: number): { kind: 'value'; say: Say }[] {
  const all = memory?.pods.find((known) => known.uid === uid)?.at.filter((at) => at >= from) ?? [];
  const times = all.slice(-mostTimes);
  if (times.length === 0) return [];
  const places = times.map((_, i) => `{at${i}:at}`).join(', ');
  const values = Object.fromEntries(times.map((at, i) => [`at${i}`, at]));
  return [{ kind: 'value', say: say(`restarted at ${places}`, values) }];
}
