import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { eventMessage, eventsAbout } from '../events-about.ts';
import { explainsMissing } from '../explains-missing.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { holdUp, type HoldUp } from '../hold-up.ts';
import { namedPods } from '../named-pods.ts';
import { explainsItsServices } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { terminatingSteps } from '../terminating-steps.ts';
import { allWorkloads } from '../workload-groups.ts';
import { workloadSubject } from '../workload-subject.ts';

/** Is a pod that was deleted still there after its grace time? */
export default defineCheck({
  check: 'workloads/stuck-terminating',
  about: 'a deleted pod does not go: what it waits for, a finalizer or its node',
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
    after: duration(2 * 60_000, 'how long after its grace time a deleted pod may still be there'),
  },
  explains: [explainsMissing(), explainsItsServices],
  judge(snapshot, { settings }) {
    const stuck = stuckPods(snapshot, settings.after);
    const others = allWorkloads(snapshot).filter(({ id }) => !stuck.has(id));
    return [...others.map(fine), ...Array.from(stuck.values(), (each) => verdict(each, snapshot))];
  },
});

const fine = fineVerdicts('no pod of {name} is stuck');

interface Stuck {
  subject: Subject;
  pods: PodFact[];
}

/**
 * Pods that should be gone, by workload. Not those of the groups: a kubelet lets a pod end (Succeeded, Failed) before it goes,
 * and what a finalizer still holds looks like a left-over.
 */
function stuckPods(snapshot: Snapshot, afterMs: number): Map<string, Stuck> {
  const stuck = new Map<string, Stuck>();
  const latest = snapshot.now - afterMs;
  for (const pod of snapshot.facts('pod').values()) {
    if (pod.deletingAt === null || pod.deletingAt > latest || pod.owner?.kind === 'Job') continue;
    const subject = workloadSubject(pod, snapshot.facts('replicaSet'));
    const id = subjectId(subject);
    const of = stuck.get(id) ?? { subject, pods: [] };
    of.pods.push(pod);
    stuck.set(id, of);
  }
  return stuck;
}

function verdict({ subject, pods }: Stuck, snapshot: Snapshot): Verdict {
  const [pod, ...more] = pods.toSorted((a, b) => (a.deletingAt ?? 0) - (b.deletingAt ?? 0)) as [PodFact, ...PodFact[]];
  const since = pod.deletingAt ?? snapshot.now;
  const why = holdUp(pod, snapshot);
  const stands = subject.kind === 'Pod';
  const who = more.length > 0 ? '{name}: {count} pods have' : stands ? '{name} has' : '{name}: pod {pod} has';
  return {
    subject,
    // A StatefulSet makes no other pod before this one is gone.
    level: subject.kind === 'StatefulSet' ? 'bad' : 'warn',
    say: say(`${who} been stuck terminating for {since:age}: {why}`, {
      ...{ name: shorten(subject.name, 60), pod: shorten(pod.name, 60), count: pods.length },
      ...{ since, why: why.words },
    }),
    evidence: [
      { kind: 'value', say: say('should have been gone at {since:at}', { since }) },
      ...evidence(pod, why, snapshot),
      { kind: 'text', say: namedPods([pod, ...more]) },
    ],
    steps: terminatingSteps(pod, why),
    ...startedAt(since, snapshot.now),
  };
}

function evidence(pod: PodFact, { kind }: HoldUp, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const { namespace, name, finalizers } = pod;
  const events = eventsAbout(snapshot, { kind: 'Pod', namespace, name });
  const failed = events.find(({ reason }) => ['FailedKillPod', 'FailedUnMount', 'FailedPreStopHook'].includes(reason));
  return [
    ...(failed === undefined
      ? []
      : [
          {
            kind: 'text' as const,
            say: say('{said}', { said: shorten(`${failed.reason}: ${eventMessage(failed)}`, 1_000) }),
          },
        ]),
    ...(finalizers.length === 0 || kind === 'finalizer'
      ? []
      : [{ kind: 'text' as const, say: say('finalizers: {names}', { names: shorten(finalizers.join(', '), 300) }) }]),
  ];
}
