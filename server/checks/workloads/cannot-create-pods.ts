import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ResourceQuotaFact } from '#server/facts/resource-quota.ts';
import { subjectId, type Step, type Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { explainsMissing } from '../explains-missing.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { workloadCalmsMs } from '../workload-calms.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { mayBeRefused, podCount, refusalOf, unseenRefusals, type PodCount, type Refusal } from '../refusals.ts';
import { bareRefusal, quotaOf, refusedPod, refusedSteps, type RefusedPod } from '../refused-pod.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, workloadGroups } from '../workload-groups.ts';

/** Does the API let controllers create their pods? Where it does not there is no red pod to see: the absence is the finding. */
export default defineCheck({
  check: 'workloads/cannot-create-pods',
  about: 'a controller wants pods and the API refuses them: a quota, admission, a missing ServiceAccount and the like',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    resourceQuota: 'optional',
  },
  settings: {
    for: duration(10_000, 'how long pods must be refused before that counts'),
  },
  for: (settings) => settings.for,
  calmsMs: workloadCalmsMs,
  remembers: {
    version: 1,
    *subjects(snapshot) {
      for (const group of allWorkloads(snapshot)) if (mayBeRefused(group)) yield group.id;
    },
    remember(before: Refusal | null | undefined, id, snapshot): Refusal | null {
      const group = workloadGroups(snapshot).get(id);
      return group === undefined ? (before ?? null) : refusalOf(group, before ?? null, snapshot);
    },
  },
  explains: [explainsMissing(), explainsItsServices, explainsItsRegistry],
  judge(snapshot, { memory }) {
    const verdicts: Verdict[] = [];
    for (const group of allWorkloads(snapshot)) {
      const count = podCount(group);
      if (count === null) continue;
      const refusal = mayBeRefused(group)
        ? refusalOf(group, memory.get(subjectId(group.subject)) ?? null, snapshot)
        : null;
      verdicts.push(refusal === null ? fine(group) : verdict(group.subject, count, refusal, snapshot));
    }
    for (const { subject, refusal } of unseenRefusals(snapshot)) {
      verdicts.push(unseenVerdict(subject, refusal, snapshot));
    }
    return verdicts;
  },
});

const fine = fineVerdicts('no pod of {name} is refused');

function verdict(subject: Subject, { wanted, current }: PodCount, refusal: Refusal, snapshot: Snapshot): Verdict {
  const { namespace = '' } = subject;
  const refused = refusedPod(refusal.message);
  const values = { name: shorten(subject.name, 60), why: refused.words };
  return {
    subject,
    level: current === 0 ? 'bad' : 'warn',
    say: sentence(values, wanted, current),
    evidence: evidenceOf(refusal, quotaOf(refused, namespace, snapshot)),
    steps: steps(subject, refused),
    ...startedAt(refusal.since, snapshot.now),
  };
}

function sentence(values: { name: string; why: string }, wanted: number, current: number): Say {
  if (current === 0) {
    return wanted > 1
      ? say('{name} has none of its {wanted} pods: {why}', { ...values, wanted })
      : say('{name} has no pod: {why}', values);
  }
  return current < wanted
    ? say('{name} has only {current} of its {wanted} pods: {why}', { ...values, current, wanted })
    : say('{name} cannot create new pods: {why}', values);
}

/** What is not watched itself may be gone meanwhile: only what was said is told. */
function unseenVerdict(subject: Subject, refusal: Refusal, snapshot: Snapshot): Verdict {
  const { namespace = '' } = subject;
  const refused = refusedPod(refusal.message);
  const values = { name: shorten(subject.name, 60), kind: subject.kind, why: refused.words };
  const own = startedAt(refusal.at, snapshot.now).startedAt;
  return {
    subject,
    level: 'warn',
    say:
      own === undefined
        ? say('{kind} {name} could not create its pod: {why}', values)
        : say('{kind} {name} could not create its pod {at:age} ago: {why}', { ...values, at: own }),
    evidence: evidenceOf(refusal, quotaOf(refused, namespace, snapshot)),
    steps: steps(subject, refused),
    ...startedAt(refusal.since, snapshot.now),
  };
}

function evidenceOf({ message }: Refusal, quota: ResourceQuotaFact | undefined): NonNullable<Verdict['evidence']> {
  return [
    { kind: 'text', say: plainly(shorten(bareRefusal(message), 1000)) },
    ...(quota?.limits ?? []).slice(0, 10).map(({ resource, hard, used }) => ({
      kind: 'value' as const,
      say: say('{resource}: {used} of {hard} used', { resource, hard, used: used === '' ? 'nothing' : used }),
    })),
  ];
}

function steps(subject: Subject, refused: RefusedPod): Step[] {
  const { kind, namespace = '', name } = subject;
  return [
    ...refusedSteps(refused, namespace),
    {
      say: 'See what its controller says',
      command: command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`,
    },
  ];
}
