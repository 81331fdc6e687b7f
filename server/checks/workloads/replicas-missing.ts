import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { say, type Say } from '#shared/say.ts';
import { controllerSteps } from '../controller-steps.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { workloadCalmsMs } from '../workload-calms.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { namedPods } from '../named-pods.ts';
import {
  isUnfinished,
  progressAt,
  rememberRollOut,
  rollOutOf,
  unfinishedWorkloads,
  type RollOut,
  type RollOutMemory,
} from '../roll-out.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';
import { podsReady, podsWanted } from '../workload-series.ts';

/** Has each controller the pods it wants, by its own count? Why one has not is mostly told elsewhere, which then explains this. */
export default defineCheck({
  check: 'workloads/replicas-missing',
  about: 'a Deployment, StatefulSet or DaemonSet has fewer pods at work than it wants',
  // Each verdict is judged by the feed of its own controller.
  needs: {
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    pod: 'optional',
  },
  settings: {
    for: duration(2 * 60_000, 'how long pods must be missing, or a roll-out must not get on, before that counts'),
  },
  for: (settings) => settings.for,
  calmsMs: workloadCalmsMs,
  remembers: { version: 1, subjects: unfinishedWorkloads, remember: rememberRollOut },
  explains: [explainsItsServices, explainsItsRegistry],
  judge(snapshot, { settings, memory }) {
    const verdicts: Verdict[] = [];
    for (const group of allWorkloads(snapshot)) {
      if (group.controller === null) continue;
      const rollOut = isUnfinished(group) ? rollOutOf(group) : null;
      const missing = rollOut !== null && rollOut.serving < rollOut.wanted;
      if (!missing) verdicts.push(group.controller.wanted === 0 ? scaledToNone(group) : fine(group));
      else if (getsOn(rollOut, group, memory.get(group.id), settings.for, snapshot.now))
        verdicts.push(rollingOut(group));
      else verdicts.push(verdict(group, rollOut, snapshot.now));
    }
    return verdicts;
  },
});

const sourcesOf = ({ controller }: WorkloadGroup): string[] => (controller === null ? [] : [controller.source]);
const fine = fineVerdicts('{name} has all its pods', sourcesOf);
const scaledToNone = fineVerdicts('{name} is scaled to 0', sourcesOf);
const rollingOut = fineVerdicts('{name} is being rolled out', sourcesOf);

/** A roll-out takes pods away and brings others: as long as it gets on, nothing is missing. */
function getsOn(
  rollOut: RollOut,
  group: WorkloadGroup,
  memory: RollOutMemory | undefined,
  limitMs: number,
  now: number,
): boolean {
  if (rollOut.stage !== 'under-way' || rollOut.givenUp) return false;
  return now - progressAt(memory, group, now) < limitMs;
}

function verdict(group: WorkloadGroup, { wanted, serving, current }: RollOut, now: number): Verdict {
  const { subject } = group;
  const idle = group.pods.filter(({ ready, deletingAt }) => !ready && deletingAt === null);
  return {
    subject,
    level: serving === 0 ? 'bad' : 'warn',
    say: sentence(shorten(subject.name, 60), wanted, serving, current),
    evidence: [
      ...(current > 0 && current < wanted
        ? [{ kind: 'value' as const, say: say('{current} exist', { current }) }]
        : []),
      ...(idle.length > 0 ? [{ kind: 'text' as const, say: idlePods(idle) }] : []),
    ],
    steps: controllerSteps(subject),
    series: [podsReady.series, podsWanted.series],
    sources: sourcesOf(group),
    ...startedAt(since(idle), now),
  };
}

function sentence(name: string, wanted: number, serving: number, current: number): Say {
  if (current === 0) {
    return say(wanted === 1 ? '{name} has no pod' : '{name} has none of its {wanted} pods', {
      name,
      ...(wanted === 1 ? {} : { wanted }),
    });
  }
  return say('{name} has {serving} of {wanted} pods', { name, serving, wanted });
}

function idlePods(idle: readonly PodFact[]): Say {
  const { template, values } = namedPods(idle);
  return say(`not ready: ${template}`, values);
}

/** When the first of those that are there ceased to be ready; of those that are not there nobody knows. */
function since(idle: readonly PodFact[]): number | null {
  const times = idle.flatMap(({ readyChangedAt }) => readyChangedAt ?? []);
  return times.length === 0 ? null : Math.min(...times);
}
