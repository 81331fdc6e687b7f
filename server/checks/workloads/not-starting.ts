import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId } from '#shared/finding.ts';
import { byWorst } from '#shared/level.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { explainsMissing } from '../explains-missing.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { namedPods } from '../named-pods.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { startSteps } from '../start-steps.ts';
import { startedAt } from '../started-at.ts';
import { lastStartSaid, startingPods, stuckStart, type StartSaid, type StuckStart } from '../stuck-start.ts';
import { allWorkloads, workloadGroups, type WorkloadGroup } from '../workload-groups.ts';

/** Do pods start in time? Why an image cannot be pulled and why a container crashes are told elsewhere. */
export default defineCheck({
  check: 'workloads/not-starting',
  about: 'pods find no node or do not start: no room, a missing Secret, a volume or network that fails and the like',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    node: 'optional',
  },
  settings: {
    after: duration(2 * 60_000, 'a pod that has not started for this long is a finding'),
    certain: duration(
      10_000,
      'the same where a Secret, a ConfigMap or a key in it is missing; never later than `after`',
    ),
    init: duration(5 * 60_000, 'an init container that runs for this long is a warning'),
  },
  remembers: {
    version: 1,
    *subjects(snapshot) {
      for (const group of allWorkloads(snapshot)) if (startingPods(group).length > 0) yield group.id;
    },
    remember(before: StartSaid | null | undefined, id, snapshot): StartSaid | null {
      const group = workloadGroups(snapshot).get(id);
      return group === undefined ? (before ?? null) : lastStartSaid(group, before ?? null, snapshot);
    },
  },
  explains: [explainsMissing(), explainsItsServices, explainsItsRegistry],
  judge: (snapshot, { settings, memory }) =>
    allWorkloads(snapshot).map((group) => {
      const starting = startingPods(group);
      if (starting.length === 0) return fine(group);
      const said = memory.get(subjectId(group.subject)) ?? null;
      const [worst, ...others] = troubles(group, starting, said, { snapshot, settings });
      return worst === undefined ? fine(group) : verdict(group, worst, others, snapshot);
    }),
});

const fine = fineVerdicts('all pods of {name} have started');

/** One reason why pods of a workload do not start, and which. */
interface Trouble {
  stuck: StuckStart;
  pods: PodFact[];
  /** The oldest of them (epoch ms), null if that is not known of one of them. */
  since: number | null;
}

interface Known {
  snapshot: Snapshot;
  settings: { after: number; certain: number; init: number };
}

/** The worst first, then what most pods have. */
function troubles(
  group: WorkloadGroup,
  starting: readonly PodFact[],
  said: StartSaid | null,
  { snapshot, settings }: Known,
): Trouble[] {
  const byWords = new Map<string, Trouble>();
  for (const pod of starting) {
    const remembered = said?.pod === pod.uid ? said.message : '';
    const stuck = stuckStart(pod, group.subject.kind === 'DaemonSet', remembered, snapshot);
    if (!hasLasted(stuck.since, limitOf(stuck, settings), snapshot.now)) continue;
    const trouble = byWords.get(stuck.words);
    if (trouble === undefined) byWords.set(stuck.words, { stuck, pods: [pod], since: stuck.since });
    else {
      trouble.pods.push(pod);
      trouble.since = trouble.since === null || stuck.since === null ? null : Math.min(trouble.since, stuck.since);
    }
  }
  return [...byWords.values()].sort((a, b) => byWorst(a.stuck.level, b.stuck.level) || b.pods.length - a.pods.length);
}

function limitOf({ waitsForInit, isCertain }: StuckStart, { after, certain, init }: Known['settings']): number {
  if (waitsForInit) return init;
  return isCertain ? Math.min(certain, after) : after;
}

// Clocks differ by seconds or minutes; a date further ahead says nothing, and nothing is no reason to wait.
const clocksDifferMs = 60 * 60_000;

function hasLasted(since: number | null, limitMs: number, now: number): boolean {
  return since === null || since > now + clocksDifferMs || now - since >= limitMs;
}

function verdict(group: WorkloadGroup, worst: Trouble, others: Trouble[], snapshot: Snapshot): Verdict {
  const { stuck, pods, since } = worst;
  const [pod] = pods;
  const own = startedAt(since, snapshot.now);
  return {
    subject: group.subject,
    level: stuck.level,
    say: sentence(group, worst, own.startedAt),
    evidence: [
      ...(stuck.said === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(stuck.said, 1000)) }]),
      { kind: 'text', say: namedPods(pods) },
      ...others.slice(0, 5).map(({ stuck: { words }, pods: { length: count } }) => ({
        kind: 'text' as const,
        say: count === 1 ? say('another pod: {words}', { words }) : say('{count} others: {words}', { count, words }),
      })),
    ],
    steps: pod === undefined ? [] : startSteps(stuck, pod, snapshot.facts('node').get(pod.node ?? '')),
    ...own,
  };
}

function sentence({ subject, pods: all }: WorkloadGroup, { stuck, pods }: Trouble, since: number | undefined): Say {
  const total = all.filter(({ deletingAt }) => deletingAt === null).length;
  const values = { name: shorten(subject.name, 60), why: stuck.words, count: pods.length, total };
  const several = total > 1;
  const who = several ? '{name}: {count} of {total} pods' : '{name}';
  if (stuck.level === 'bad') return told(`${who} cannot start: {why}`, values, several);
  if (since === undefined) return told(`${who} ${several ? 'have' : 'has'} not started: {why}`, values, several);
  const text = `${who} ${several ? 'have' : 'has'} not started for {since:age}: {why}`;
  return told(text, { ...values, since }, several);
}

/** Counts only where they are shown, so that a sentence does not change with what it does not say. */
function told(template: string, values: Record<string, string | number>, several: boolean): Say {
  const { count: _, total: __, ...alone } = values;
  return say(template, several ? values : alone);
}
